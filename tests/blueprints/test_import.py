"""Each can be imported."""

from pathlib import Path

from homeassistant.components.automation.const import DOMAIN as AUTOMATION
from homeassistant.components.automation.helpers import async_get_blueprints
from homeassistant.components.blueprint import models
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.octopus_agile.const import DOMAIN
from tests.house import BLUEPRINTS, IMPORTED


@pytest.mark.parametrize("path", sorted(BLUEPRINTS.glob("*.yaml")), ids=lambda path: path.stem)
async def test_it_can_be_imported(home: HomeAssistant, path: Path) -> None:
    await async_setup_component(home, AUTOMATION, {})
    blueprint = await async_get_blueprints(home).async_get_blueprint(f"{IMPORTED}/{path.name}")
    assert isinstance(blueprint, models.Blueprint)
    assert blueprint.validate() is None
    assert blueprint.name.startswith("Octopus Agile: ")
    source = blueprint.metadata["source_url"]
    assert source.startswith(f"https://github.com/{IMPORTED}/")
    assert source.endswith(f"/blueprints/automation/octopus_agile/{path.name}")


@pytest.mark.parametrize("path", sorted(BLUEPRINTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_of_our_binary_sensors_only_those_for_sessions_are_offered(path: Path) -> None:
    for wanted in load_yaml_dict(str(path))["blueprint"]["input"].values():
        offered = wanted["selector"].get("entity", {}).get("filter", {})
        if offered.get("integration") == DOMAIN and offered["domain"] == "binary_sensor":
            assert offered["device_class"] == "running"
