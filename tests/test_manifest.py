"""manifest.json and hacs.json, by the rules of Home Assistant's and HACS's validators."""

import json
from pathlib import Path
from typing import Any

from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
import homeassistant
from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_integration
import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "custom_components/octopus_agile"
GENERATED = Path(homeassistant.__file__).parent / "generated"


def read_json(name: str) -> Any:
    return json.loads((PACKAGE / name).read_text())


class TestManifest:
    """manifest.json and hacs.json."""

    def test_has_known_keys_only_in_the_order_asked_for(self) -> None:
        keys = list(read_json("manifest.json"))
        assert keys == ["domain", "name", *sorted(set(keys) - {"domain", "name"})]
        assert set(keys) <= {
            *("after_dependencies", "categories", "codeowners", "config_flow", "connectivity"),
            *("dependencies", "documentation", "domain", "integration_type"),
            *(
                "iot_class",
                "issue_tracker",
                "loggers",
                "name",
                "quality_scale",
                "requirements",
                "version",
            ),
        }

    def test_has_every_key_that_is_required(self) -> None:
        assert set(read_json("manifest.json")) >= {
            *("codeowners", "documentation", "domain", "integration_type", "iot_class"),
            *("issue_tracker", "name", "version"),
        }

    def test_is_about_this_package(self) -> None:
        manifest = read_json("manifest.json")
        assert manifest["domain"] == PACKAGE.name
        assert manifest["documentation"].startswith("https://")
        assert not manifest["documentation"].startswith("https://www.home-assistant.io")
        assert manifest["iot_class"] == "cloud_polling"
        assert manifest["integration_type"] == "service"
        assert manifest["codeowners"]
        assert manifest["requirements"] == []

    @pytest.mark.skipif(
        not (GENERATED / "integration_categories.json").exists(),
        reason="Home Assistant has had categories since 2026.11",
    )
    def test_categories_are_those_of_home_assistant(self) -> None:
        manifest = read_json("manifest.json")
        for key in ("categories", "connectivity"):
            known = (GENERATED / f"integration_{key}.json").read_text()
            for value in manifest.get(key, []):
                assert all(f'"{part}"' in known for part in value.split(".")), value

    def test_version_is_one_that_home_assistant_reads(self) -> None:
        version = AwesomeVersion(read_json("manifest.json")["version"])
        assert version.strategy is AwesomeVersionStrategy.SEMVER

    def test_version_is_the_projects(self) -> None:
        assert (
            f'version = "{read_json("manifest.json")["version"]}"'
            in (ROOT / "pyproject.toml").read_text()
        )

    def test_hacs_knows_every_key(self) -> None:
        hacs = json.loads((ROOT / "hacs.json").read_text())
        assert hacs["name"] == read_json("manifest.json")["name"]
        assert set(hacs) <= {
            *("content_in_root", "country", "filename", "hacs", "hide_default_branch"),
            *("homeassistant", "name", "persistent_directory", "render_readme", "zip_release"),
        }

    async def test_home_assistant_loads_it(self, hass: HomeAssistant) -> None:
        integration = await async_get_integration(hass, PACKAGE.name)
        assert integration.name == "Octopus Agile"
        assert integration.version == read_json("manifest.json")["version"]
        assert integration.config_flow

    @pytest.mark.parametrize(
        "path", sorted(PACKAGE.rglob("*.json")), ids=lambda path: str(path.relative_to(PACKAGE))
    )
    def test_every_json_file_can_be_read(self, path: Path) -> None:
        assert json.loads(path.read_text())
