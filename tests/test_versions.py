"""The versions of Home Assistant that are supported are those that are tested."""

from importlib.metadata import requires
import json
from pathlib import Path
import re
import tomllib

from awesomeversion import AwesomeVersion
from homeassistant import const
from homeassistant.util.yaml import load_yaml_dict
import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def versions() -> list[str]:
    """Those that pyproject.toml lists."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    return [name.removeprefix("ha-") for name in groups if name.startswith("ha-")]


def test_they_are_listed_from_the_oldest_to_the_newest(versions: list[str]) -> None:
    assert versions == sorted(versions, key=AwesomeVersion)


def test_one_of_every_month(versions: list[str]) -> None:
    months = [int(year) * 12 + int(month) for year, month, _ in (each.split(".") for each in versions)]
    assert months == list(range(months[0], months[-1] + 1))
    # The newest, and at least three before it.
    assert len(months) >= 4


def test_the_oldest_is_the_one_that_the_marketplace_asks_for(versions: list[str]) -> None:
    assert json.loads((ROOT / "hacs.json").read_text())["homeassistant"] == versions[0]


def told(text: str) -> list[str]:
    """Return which versions a text says are the oldest that will do."""
    return re.findall(r"needs Home Assistant (\S+) or newer", text)


def test_the_oldest_is_the_one_that_people_are_told(versions: list[str]) -> None:
    oldest = versions[0].removesuffix(".0")
    assert told((ROOT / "README.md").read_text()) == [oldest]
    # What older releases needed stays below.
    assert told((ROOT / "CHANGELOG.md").read_text())[0] == oldest


@pytest.mark.parametrize(
    "path", sorted((ROOT / "blueprints").rglob("*.yaml")), ids=lambda path: path.stem
)
def test_the_oldest_is_the_one_that_blueprints_need(versions: list[str], path: Path) -> None:
    assert f"min_version: {versions[0]}\n" in path.read_text()


def test_continuous_integration_runs_them_all(versions: list[str]) -> None:
    workflow = load_yaml_dict(str(ROOT / ".github/workflows/test.yml"))
    matrix = workflow["jobs"]["versions"]["strategy"]["matrix"]["homeassistant"]
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    [default] = [
        group["include-group"].removeprefix("ha-")
        for group in pyproject["dependency-groups"]["dev"]
        if group["include-group"].startswith("ha-")
    ]
    assert matrix == [each for each in versions if each != default]


def test_this_is_one_of_them(versions: list[str]) -> None:
    assert const.__version__ in versions


def test_its_test_package_is_made_for_it_unless_it_is_the_newest(versions: list[str]) -> None:
    required = "\n".join(requires("pytest-homeassistant-custom-component") or [])
    [made_for] = re.findall(r"^homeassistant==(\S+)", required, re.MULTILINE)
    assert made_for in versions
    assert const.__version__ in (made_for, versions[-1])
