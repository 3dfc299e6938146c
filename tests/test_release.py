"""A release: notes from the changelog, and only if all files agree on the version."""

import json
from pathlib import Path
import shutil
import subprocess

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
