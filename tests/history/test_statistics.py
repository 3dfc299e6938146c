"""The month that is known is in the statistics at once, and nobody's are harmed."""

from datetime import datetime
from typing import Any

from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import async_import_statistics, get_metadata
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance
import pytest
from sqlalchemy.exc import OperationalError

from custom_components.octopus_agile.history import statistics
from tests.common import Scene, set_up
from tests.octopus import SLOT, uk

from .common import (
    LATELY,
    OTHER,
    PRICE,
    Rows,
    compiled,
    expected,
    import_history,
    lately,
    pence,
    periods,
    rows_of,
    same,
    settled,
)

MONTH = 1500 * SLOT


async def after_set_up(scene: Scene) -> Rows:
    """Set the entry up and return what the statistics have then."""
    await set_up(scene.home, scene.entry)
    await settled(scene.home)
    return await rows_of(scene.home)


def known_since(now: str) -> datetime:
    """Return the start of the first whole hour of the first request of a day, made before 16:00."""
    return uk(f"{now[:10]} 23:00") - MONTH


async def metadata(home: HomeAssistant) -> Any:
    """Return what the recorder knows of the statistics of the current price."""
    found = await get_instance(home).async_add_executor_job(
        lambda: get_metadata(home, statistic_ids={PRICE})
    )
    return found.get(PRICE)


def row(start: datetime, **changes: Any) -> Any:
    """Return what somebody else has written for the current price: metadata and one row."""
    metadata = {
        "mean_type": StatisticMeanType.ARITHMETIC,
        "has_sum": False,
        "name": None,
        "source": "recorder",
        "statistic_id": PRICE,
        "unit_class": None,
        "unit_of_measurement": "GBP/kWh",
        **changes,
    }
    return metadata, [{"start": start, "mean": 9.0, "min": 8.0, "max": 10.0}]


class TestMonth:
    async def test_is_there_from_the_first_minute_but_for_the_newest_compiled_hour(
        self, noon: Scene
    ) -> None:
        noon.octopus.prices = pence
        rows = await after_set_up(noon)
        assert same(rows, expected(known_since("2026-11-23"), uk("2026-11-23 11:00")))
        # As the recorder itself has it, or it would complain.
        _, known = await metadata(noon.home)
        assert (known["unit_of_measurement"], known["unit_class"], known["name"]) == (
            "GBP/kWh",
            None,
            None,
        )

    @pytest.mark.parametrize("now", ["2026-11-05 12:00:10", "2026-04-10 12:00:10"])
    async def test_has_every_hour_of_both_clock_changes(self, scene: Scene, now: str) -> None:
        scene.octopus.prices = pence
        await scene.clock.to(now)
        await compiled(scene.home, uk(f"{now[:10]} 11:55"))
        rows = await after_set_up(scene)
        wanted = expected(known_since(now), uk(f"{now[:10]} 11:00"))
        assert same(rows, wanted)
        days = [start for start in rows if start.month in (3, 10) and start.day in (25, 29)]
        assert len(days) % 24 == 0

    async def test_leaves_out_hours_of_which_only_a_half_is_known(self, noon: Scene) -> None:
        gap = uk("2026-11-20 07:30")
        noon.octopus.prices = lambda start: None if start == gap else lately(start)
        rows = await after_set_up(noon)
        wanted = expected(LATELY, uk("2026-11-23 11:00"))
        del wanted[uk("2026-11-20 07:00")]
        assert same(rows, wanted)

    async def test_leaves_rows_that_are_there(self, noon: Scene) -> None:
        there = uk("2026-11-20 07:00")
        async_import_statistics(noon.home, *row(there))
        rows = await after_set_up(noon)
        assert rows.pop(there) == (9.0, 8.0, 10.0)
        wanted = expected(LATELY, uk("2026-11-23 11:00"))
        del wanted[there]
        assert same(rows, wanted)

    async def test_once_more_changes_nothing(self, noon: Scene) -> None:
        rows = await after_set_up(noon)
        await noon.home.config_entries.async_reload(noon.entry.entry_id)
        await settled(noon.home)
        assert await rows_of(noon.home) == rows

    async def test_waits_until_the_recorder_has_compiled_what_it_missed(self, scene: Scene) -> None:
        scene.octopus.prices = lately
        # It has compiled nothing since nine, and so may still want to.
        await compiled(scene.home, uk("2026-11-23 08:55"))
        assert await after_set_up(scene) == {}
        await compiled(scene.home, uk("2026-11-23 11:55"))
        assert same(await rows_of(scene.home), expected(LATELY, uk("2026-11-23 11:00")))

    async def test_grows_with_each_hour_where_the_recorder_has_nothing(self, noon: Scene) -> None:
        await after_set_up(noon)
        await noon.clock.to("2026-11-23 12:30:10")
        await compiled(noon.home, uk("2026-11-23 12:25"))
        await noon.clock.to("2026-11-23 13:00:10")
        await compiled(noon.home, uk("2026-11-23 12:55"))
        rows = await rows_of(noon.home)
        # It has measured the last hour itself.
        del rows[uk("2026-11-23 12:00")]
        assert same(rows, expected(LATELY, uk("2026-11-23 12:00")))

    async def test_with_a_clock_that_was_set_back_hours_to_come_are_left(self, noon: Scene) -> None:
        # It went on for a day; then it was seen to be wrong.
        await compiled(noon.home, uk("2026-11-24 11:55"))
        rows = await after_set_up(noon)
        assert same(rows, expected(LATELY, uk("2026-11-23 11:00")))


class TestOthers:
    async def test_lose_nothing_by_an_import_a_second_before_the_hour(self, noon: Scene) -> None:
        noon.home.states.async_set(
            OTHER, "21.5", {"state_class": "measurement", "unit_of_measurement": "°C"}
        )
        await set_up(noon.home, noon.entry)
        await settled(noon.home)
        await noon.clock.to("2026-11-23 12:59:59")
        await compiled(noon.home, *periods(uk("2026-11-23 12:00"), uk("2026-11-23 12:55")))
        await noon.home.config_entries.async_reload(noon.entry.entry_id)
        await import_history(noon.home, noon.entry.entry_id, "2026-10-01 00:00:00")
        await settled(noon.home)
        await noon.clock.to("2026-11-23 13:00:10")
        await compiled(noon.home, uk("2026-11-23 12:55"))
        assert await rows_of(noon.home, OTHER) == {uk("2026-11-23 12:00"): (21.5, 21.5, 21.5)}
        assert uk("2026-11-23 12:00") in await rows_of(noon.home)


class TestNothing:
    """Nothing is written where it doesn't belong."""

    async def test_while_the_current_price_is_disabled(self, noon: Scene) -> None:
        await after_set_up(noon)
        registry = er.async_get(noon.home)
        registry.async_update_entity(PRICE, disabled_by=er.RegistryEntryDisabler.USER)
        get_instance(noon.home).async_clear_statistics([PRICE])
        await noon.home.config_entries.async_reload(noon.entry.entry_id)
        await settled(noon.home)
        assert await metadata(noon.home) is None

    @pytest.mark.parametrize("recorder_config", [{"exclude": {"entities": [PRICE]}}])
    async def test_if_the_recorder_leaves_it_out(self, noon: Scene) -> None:
        await after_set_up(noon)
        assert await metadata(noon.home) is None

    @pytest.mark.parametrize("recorder_config", [{"exclude": {"entities": [OTHER]}}])
    async def test_but_only_then(self, noon: Scene) -> None:
        assert await after_set_up(noon)

    async def test_beside_rows_in_another_unit(self, noon: Scene) -> None:
        there = uk("2026-11-20 07:00")
        async_import_statistics(noon.home, *row(there, unit_of_measurement="p/kWh"))
        assert await after_set_up(noon) == {there: (9.0, 8.0, 10.0)}
        _, known = await metadata(noon.home)
        assert known["unit_of_measurement"] == "p/kWh"

    async def test_under_the_old_name_of_a_sensor_that_is_renamed(self, noon: Scene) -> None:
        await after_set_up(noon)
        new = "sensor.price"
        get_instance(noon.home).async_clear_statistics([PRICE])
        er.async_get(noon.home).async_update_entity(PRICE, new_entity_id=new)
        await noon.home.config_entries.async_reload(noon.entry.entry_id)
        await settled(noon.home)
        assert await rows_of(noon.home) == {}
        wanted = expected(LATELY, uk("2026-11-23 11:00"))
        assert same(await rows_of(noon.home, new), wanted)

    @pytest.mark.parametrize(
        "error", [OperationalError("SELECT", {}, Exception("locked")), RuntimeError("stopped")]
    )
    async def test_while_the_database_cannot_be_read(
        self, noon: Scene, monkeypatch: pytest.MonkeyPatch, error: Exception
    ) -> None:
        def broken(*_: Any) -> None:
            raise error

        with monkeypatch.context() as patched:
            patched.setattr(statistics, "_newest_compiled_hour", broken)
            assert await after_set_up(noon) == {}
        await noon.clock.to("2026-11-23 12:05:10")
        await compiled(noon.home, uk("2026-11-23 12:00"))
        assert same(await rows_of(noon.home), expected(LATELY, uk("2026-11-23 11:00")))
