"""What this version writes is what is here for it; `scripts/release-files` makes it again."""

import json
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.octopus_agile.config_flow import OctopusAgileConfigFlow
from tests.common import Scene

from .lived import as_text, lived, written

HERE = Path(__file__).parent
MANIFEST = HERE.parents[1] / "custom_components/octopus_agile/manifest.json"
THIS_VERSION: str = json.loads(MANIFEST.read_text())["version"]

# What the names of the files hold: one for each of what `store.py` and `agile/months.py` can write.
KINDS = (
    *(".prices.E-", ".months.E-", ".history_requests", ".main", ".main.history"),
    *(".sources", ".chargers", ".price_history"),
)


async def test_this_version_writes_what_is_here(
    home: HomeAssistant, scene: Scene, hass_storage: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    """A change of what is written needs another version, with a file of its own here."""
    entry, garage = await lived(scene)
    assert garage.calls == ["16:00 on", "17:00 off", "18:00 on", "18:30 off", "16:00 on"]
    flow = OctopusAgileConfigFlow
    assert (entry.version, entry.minor_version) == (flow.VERSION, flow.MINOR_VERSION)
    found = written(entry, hass_storage)
    for part in KINDS:
        assert any(part in key for key in found["files"]), part
    file = HERE / f"{THIS_VERSION}.json"
    if request.config.getoption("write_released"):
        file.write_text(as_text(found))
    assert json.loads(file.read_text()) == found
