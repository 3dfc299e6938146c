"""Whatever meters have counted and whoever asks, bills are sums of what is known, or refused in words."""

from datetime import timedelta
import json
from random import Random
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_USER
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component
import pytest
import voluptuous as vol

from custom_components.octopus_agile.comparisons import meter
from custom_components.octopus_agile.const import DOMAIN
from tests.common import Scene
from tests.comparisons.common import FLEXIBLE, METER, compare, comparison, fetched, read, use_grid, write
from tests.history.conftest import _custom_integrations, long_ago  # noqa: F401
from tests.octopus import day_of, lasting, product, uk

from .common import Cases
from .test_home import ENGLISH, some_of, walk

START = uk("2026-11-22 00:00")
FIELDS: dict[str, Any] = {
    "tariffs": [FLEXIBLE],
    "start": "2026-11-22 00:00:00",
    "end": "2026-11-23 12:00:00",
}


@pytest.fixture
async def measured(scene: Scene) -> Scene:
    """A home with a meter on the Energy dashboard, and Flexible to compare with."""
    home, octopus = scene.home, scene.octopus
    await scene.clock.to("2026-11-23 12:00:10")
    octopus.prices = day_of({"02:00": "-3"})
    octopus.products.append(product(FLEXIBLE, full_name="Flexible Octopus"))
    octopus.lasting = {FLEXIBLE: [lasting("2024-10-01 00:00", None, "26.1135")]}
    assert await async_setup_component(home, "energy", {})
    await use_grid(home, METER)
    await write(home, METER, read(START, uk("2026-11-23 12:00")))
    compare(scene.entry, comparison())
    await scene.set_up()
    await fetched(scene, 10)
    return scene


async def ask(scene: Scene, action: str, data: Any) -> Any:
    """Call an action; None if it is refused."""
    entry = {"config_entry_id": scene.entry.entry_id}
    try:
        return await scene.home.services.async_call(
            DOMAIN,
            action,
            {**{str(key): value for key, value in data.items()}, **entry},
            blocking=True,
            return_response=action == "compare_tariffs",
        )
    except vol.Invalid:
        return None
    except ServiceValidationError as error:
        assert error.translation_key in ENGLISH["exceptions"], error.translation_key  # noqa: PT017
        return None


async def test_actions(measured: Scene, cases: Cases) -> None:
    answers = 0
    for rng in cases("bills", 0.01):
        action = rng.choice(["compare_tariffs", "compare_tariffs", "import_price_history"])
        names = ["start", "tariffs", "end"] if action == "compare_tariffs" else ["start"]
        data = some_of(rng, {name: FIELDS[name] for name in names})
        if isinstance(data, dict):
            answer = await ask(measured, action, data)
            answers += answer is not None
            json.dumps(answer, allow_nan=False)
    assert answers


async def test_comparisons(measured: Scene, cases: Cases) -> None:
    texts = ENGLISH["config_subentries"]["comparison"]
    flows = measured.home.config_entries.subentries
    answer = {"product": FLEXIBLE, "meter": METER}
    for rng in cases("comparisons", 0.003):
        handler = (measured.entry.entry_id, "comparison")
        result = await flows.async_init(handler, context={"source": SOURCE_USER})
        await walk(rng, flows, result, texts, lambda step: answer)
        await measured.home.async_block_till_done(wait_background_tasks=True)
        for key in list(measured.entry.subentries):
            measured.home.config_entries.async_remove_subentry(measured.entry, key)
        await measured.home.async_block_till_done(wait_background_tasks=True)


def counted(rng: Random) -> list[dict[str, Any]]:
    """Return what the recorder may give of a meter: numbers of any kind, and hours left out."""
    rows: list[dict[str, Any]] = []
    total = 0.0
    for hour in range(36):
        total += rng.choice([0.0, 0.5, 1.25])
        at = (START + timedelta(hours=hour)).timestamp()
        rows.append({"start": at, "end": at + 3600, "change": 0.5, "sum": total, "state": total})
    if rng.random() < 0.8:
        for _ in range(rng.randrange(1, 5)):
            row = rng.choice(rows)
            row["change"] = rng.choice(
                [None, -5.0, 1e12, 1e308, float("nan"), float("inf"), -float("inf"), 0.0]
            )
        del rows[rng.randrange(36) : rng.randrange(37)]
    return rows


async def test_statistics(measured: Scene, cases: Cases) -> None:
    for rng in cases("statistics", 0.01):
        with patch.object(meter, "statistics_during_period", return_value={METER: counted(rng)}):
            answer = await ask(measured, "compare_tariffs", {"start": FIELDS["start"]})
        assert answer is not None
        json.dumps(answer, allow_nan=False)
