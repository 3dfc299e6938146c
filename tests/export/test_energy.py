"""The Energy dashboard takes what export pays as the price of what returns to the grid."""

from homeassistant.components.energy import validate
import pytest

from tests.common import Scene
from tests.octopus import OUTGOING, day_of

from .common import ONE_PRICE, set_up_with


@pytest.mark.parametrize("code", [ONE_PRICE, OUTGOING])
@pytest.mark.parametrize("key", ["export_price", "current_price"])
async def test_it_finds_nothing_wrong(scene: Scene, code: str, key: str) -> None:
    # A price of zero is one.
    scene.octopus.outgoing = day_of({}, otherwise="0.0")
    scene = await set_up_with(scene, code)
    issues = validate.ValidationIssues()
    validate._async_validate_price_entity(
        scene.home,
        f"sensor.octopus_agile_london_{key}",
        issues,
        validate.ENERGY_PRICE_UNITS,
        validate.ENERGY_PRICE_UNIT_ERROR,
    )
    assert issues.issues == {}


async def test_it_would_find_what_is_no_price(scene: Scene) -> None:
    scene = await set_up_with(scene, ONE_PRICE)
    issues = validate.ValidationIssues()
    for key in ("standing_charge", "cheapest_block_start"):
        validate._async_validate_price_entity(
            scene.home,
            f"sensor.octopus_agile_london_{key}",
            issues,
            validate.ENERGY_PRICE_UNITS,
            validate.ENERGY_PRICE_UNIT_ERROR,
        )
    assert set(issues.issues) == {"entity_unexpected_unit_energy_price", "entity_state_non_numeric"}
