"""A release: notes from the changelog, only if all files agree on the version; and who may publish it."""

import json
from pathlib import Path
import shutil
import subprocess
from typing import Any
from zipfile import ZipFile

from homeassistant.util.yaml import load_yaml_dict
import pytest

ROOT = Path(__file__).parent.parent
MANIFEST = "custom_components/octopus_agile/manifest.json"
CHANGELOG = """\
# Changelog

## [Unreleased]

## [1.2.0] - 2027-01-02

### Added

- A thing.

## [1.1.0] - 2026-12-24

- Another.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project at version 1.2.0."""
    for name in ("scripts/release-notes", MANIFEST):
        (tmp_path / name).parent.mkdir(parents=True)
    shutil.copy(ROOT / "scripts/release-notes", tmp_path / "scripts")
    (tmp_path / MANIFEST).write_text(json.dumps({"domain": "octopus_agile", "version": "1.2.0"}))
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    return tmp_path


def notes(project: Path, version: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [project / "scripts/release-notes", version], capture_output=True, text=True, check=False
    )


def test_the_notes_are_the_changelogs_of_that_version(project: Path) -> None:
    done = notes(project, "1.2.0")
    assert done.returncode == 0
    assert done.stdout.strip() == "### Added\n\n- A thing."


def test_a_version_that_files_disagree_on_is_not_released(project: Path) -> None:
    done = notes(project, "1.3.0")
    assert (done.returncode, done.stderr) == (1, "manifest.json says 1.2.0, not 1.3.0.\n")
    (project / "pyproject.toml").write_text('version = "1.1.0"\n')
    done = notes(project, "1.2.0")
    assert (done.returncode, done.stderr) == (1, "pyproject.toml says 1.1.0, not 1.2.0.\n")


def test_a_version_without_notes_is_not_released(project: Path) -> None:
    (project / "CHANGELOG.md").write_text("# Changelog\n\n## [1.2.0]\n\n## [1.1.0]\n\n- Another.\n")
    done = notes(project, "1.2.0")
    assert done.returncode == 1
    assert "says nothing of 1.2.0" in done.stderr


def test_this_projects_files_agree() -> None:
    version = json.loads((ROOT / MANIFEST).read_text())["version"]
    assert f'\nversion = "{version}"\n' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_files_of_a_version_that_is_out_are_not_made_again(project: Path) -> None:
    shutil.copy(ROOT / "scripts/release-files", project / "scripts")
    (project / "scripts/setup").write_text("#!/bin/sh\necho made; exit 3\n")
    (project / "scripts/setup").chmod(0o755)
    command = project / "scripts/release-files"
    made = subprocess.run([command], capture_output=True, text=True, check=False)
    assert (made.returncode, made.stdout) == (3, "made\n")
    commit = "git -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m 1"
    assert run(f"git init -q && {commit} && git tag v1.2.0", project) == 0
    made = subprocess.run([command], capture_output=True, text=True, check=False)
    assert (made.returncode, made.stdout) == (1, "")
    assert made.stderr == "1.2.0 has been released: give manifest.json the next version.\n"


def test_the_cards_dependencies_are_known_by_their_hashes_and_not_by_an_address() -> None:
    card = ROOT / "card"
    wanted = json.loads((card / "package.json").read_text())
    text = (card / "package-lock.json").read_text()
    asked_for, *packages = json.loads(text)["packages"].values()
    assert asked_for["dependencies"] == wanted["dependencies"]
    assert asked_for["devDependencies"] == wanted["devDependencies"]
    assert len(packages) >= len(wanted["dependencies"]) + len(wanted["devDependencies"])
    assert all(each["integrity"].startswith("sha512-") for each in packages)
    assert "://" not in text
    assert "npm ci " in (ROOT / "scripts/build-card").read_text()


WORKFLOWS = {
    path.stem: load_yaml_dict(str(path)) for path in sorted((ROOT / ".github/workflows").glob("*.yml"))
}
JOBS: dict[str, dict[str, Any]] = WORKFLOWS["release"]["jobs"]


def step(job: str, name: str) -> str:
    """Return what a step of a job runs."""
    [found] = [each["run"] for each in JOBS[job]["steps"] if each.get("name") == name]
    return str(found)


def run(script: str, folder: Path) -> int:
    """Run a step's script as the workflow does; return how it ended."""
    environment = {"PATH": "/usr/bin:/bin", "GITHUB_WORKSPACE": str(folder), "HOME": str(folder)}
    return subprocess.run(
        ["bash", "-e", "-c", script], cwd=folder, env=environment, capture_output=True, check=False
    ).returncode


class TestWorkflow:
    """Who may do what: whatever runs code may only read, whatever may publish runs none of ours."""

    def test_nothing_is_permitted_that_a_job_does_not_ask_for(self) -> None:
        assert WORKFLOWS["release"]["permissions"] == {}
        assert {name: job["permissions"] for name, job in JOBS.items()} == {
            "build": {"contents": "read"},
            "publish": {"contents": "write", "id-token": "write", "attestations": "write"},
        }

    @pytest.mark.parametrize("name", sorted(set(WORKFLOWS) - {"release"}))
    def test_other_workflows_only_read(self, name: str) -> None:
        assert WORKFLOWS[name]["permissions"] == {"contents": "read"}
        assert not any("permissions" in job for job in WORKFLOWS[name]["jobs"].values())

    def test_no_checkout_leaves_its_credentials_behind(self) -> None:
        steps = [
            each for flow in WORKFLOWS.values() for job in flow["jobs"].values() for each in job["steps"]
        ]
        checkouts = [each for each in steps if each.get("uses", "").startswith("actions/checkout@")]
        assert len(checkouts) == 4
        assert all(each["with"]["persist-credentials"] is False for each in checkouts)

    def test_what_may_publish_takes_what_was_tested_and_runs_nothing_of_it(self) -> None:
        assert JOBS["publish"]["needs"] == "build"
        steps = [
            each.get("uses", each.get("name")).partition("@")[0] for each in JOBS["publish"]["steps"]
        ]
        assert steps == ["actions/download-artifact", "actions/attest-build-provenance", "Publish"]
        assert step("publish", "Publish").startswith("gh release create ")
        [taken] = [each["with"]["name"] for each in JOBS["publish"]["steps"][:1]]
        [given] = [each["with"] for each in JOBS["build"]["steps"] if "upload" in each.get("uses", "")]
        assert taken == given["name"]
        assert given["path"].split() == ["octopus_agile.zip", "notes.md"]

    def test_it_is_tested_and_checked_before_it_is_built(self) -> None:
        runs = [each.get("run", "") for each in JOBS["build"]["steps"]]
        order = [
            next(n for n, script in enumerate(runs) if part in script)
            for part in ("is-ancestor", "./scripts/release-notes", "./.ci/run", "zip -r")
        ]
        assert order == sorted(order)

    def test_actions_are_kept_up_to_date(self) -> None:
        [update] = load_yaml_dict(str(ROOT / ".github/dependabot.yml"))["updates"]
        assert update["package-ecosystem"] == "github-actions"


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.parametrize(("tagged", "code"), [("main~1", 0), ("main", 0), ("side", 1)])
def test_only_what_is_on_main_is_released(tmp_path: Path, tagged: str, code: int) -> None:
    commit = "git -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m"
    made = f"""
        git init -q -b main . && {commit} 1 && {commit} 2
        git update-ref refs/remotes/origin/main main
        git checkout -q -b side && {commit} 3
        git checkout -q {tagged}
    """
    assert run(made, tmp_path) == 0
    assert run(step("build", "Check that this is on main"), tmp_path) == code


@pytest.mark.skipif(shutil.which("zip") is None, reason="needs zip")
def test_the_zip_holds_what_goes_into_the_folder(tmp_path: Path) -> None:
    package = tmp_path / "custom_components/octopus_agile"
    for name in ("manifest.json", "agile/models.py", "brand/icon.png", "__pycache__/a.pyc"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).touch()
    (tmp_path / "card").mkdir()
    for name in ("LICENSE", "card/LICENSES.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    assert run(step("build", "Build the zip"), tmp_path) == 0
    with ZipFile(tmp_path / json.loads((ROOT / "hacs.json").read_text())["filename"]) as file:
        names = {name for name in file.namelist() if not name.endswith("/")}
    assert names == {"LICENSE", "LICENSES.txt", "manifest.json", "agile/models.py", "brand/icon.png"}
