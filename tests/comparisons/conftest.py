"""A home with a meter on the Energy dashboard, and Flexible to compare with."""

from homeassistant.setup import async_setup_component
import pytest

from tests.common import Scene
from tests.history.conftest import _custom_integrations, _long, long_ago  # noqa: F401
from tests.octopus import lasting, product

from .common import FLEXIBLE, METER, compare, comparison, half_hourly, use_grid


@pytest.fixture
async def compared(scene: Scene) -> Scene:
    """A home at noon, to be set up with a comparison. Its meter has no statistics yet."""
    await scene.clock.to("2026-11-23 12:00:10")
    octopus = scene.octopus
    octopus.prices = half_hourly
    octopus.products.append(product(FLEXIBLE, full_name="Flexible Octopus", display_name="Flexible"))
    octopus.lasting = {
        FLEXIBLE: [
            lasting("2024-10-01 00:00", "2026-04-01 00:00", "24.86"),
            lasting("2026-04-01 00:00", None, "26.1135"),
        ],
    }
    octopus.charges_of = {
        FLEXIBLE: [
            lasting("2024-10-01 00:00", "2026-04-01 00:00", "41"),
            lasting("2026-04-01 00:00", None, "45"),
        ],
    }
    await async_setup_component(scene.home, "energy", {})
    await use_grid(scene.home, METER)
    compare(scene.entry, comparison())
    return scene
