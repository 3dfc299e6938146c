"""What stands in the way of a comparison is said in words, and goes away when it is mended."""

from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest
from sqlalchemy.exc import OperationalError

from custom_components.octopus_agile.comparisons import meter
from tests.common import Scene, repairs, restart, set_up
from tests.octopus import AGILE, NEWER, uk
from tests.sources.common import register, rename

from .common import (
    EXPORTED,
    FLEXIBLE,
    HERE,
    METER,
    compare,
    comparison,
    fetched,
    read,
    shown,
    use_grid,
    write,
)

FIRST = uk("2026-11-20 00:00")
NOON = uk("2026-11-23 12:00")
TWO_DAYS = read(FIRST, NOON)


async def action_of(scene: Scene, **data: Any) -> Any:
    """Call the action."""
    given = {"config_entry_id": scene.entry.entry_id, "start": "2026-11-21 00:00", **data}
    return await scene.home.services.async_call(
        "octopus_agile", "compare_tariffs", given, blocking=True, return_response=True
    )


async def refused(scene: Scene, **data: Any) -> str | None:
    """Return why the action can't be answered."""
    with pytest.raises(ServiceValidationError) as error:
        await action_of(scene, **data)
    return error.value.translation_key


async def problem(scene: Scene) -> Any:
    """Return what a sensor and the repairs say, and check that the action says the same."""
    says = shown(scene.home, "saving").attributes["problem"]
    assert shown(scene.home, "saving").state == "unknown"
    assert repairs(scene.home) == [f"comparison_{says}"]
    assert await refused(scene) == says
    return says


async def test_there_is_no_meter_until_there_is_one(home: HomeAssistant, compared: Scene) -> None:
    await use_grid(home)
    await set_up(home, compared.entry)
    assert await problem(compared) == "no_meter"
    await write(home, METER, TWO_DAYS, "Wh")
    await use_grid(home, METER)
    await restart(home, compared.entry)
    await fetched(compared, 4)
    assert repairs(home) == []
    assert shown(home, "saving").attributes["complete"] is True
    assert shown(home, "saving").attributes["energy"] == pytest.approx(float(sum(TWO_DAYS.values())))
    assert shown(home, "saving_in_a_year").attributes["since"] == "2026-11-20T00:00:00+00:00"


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ("sensor.nothing", "meter_unknown"),
        # It has a state, but nothing that the statistics would take.
        ("sensor.classless", "meter_unknown"),
        ("sensor.power", "meter_not_energy"),
        (EXPORTED, "meter_exports"),
    ],
)
async def test_a_meter_that_is_none(home: HomeAssistant, compared: Scene, chosen: str, says: str) -> None:
    await use_grid(home, METER, exported=EXPORTED)
    home.states.async_set("sensor.classless", "1234.5")
    if chosen == "sensor.power":
        await write(home, chosen, read(NOON - timedelta(hours=3), NOON), "W")
    compare(compared.entry, comparison(meter=chosen))
    await set_up(home, compared.entry)
    assert await problem(compared) == says


@pytest.mark.parametrize("chosen", [{}, {"meter": METER}])
async def test_too_early(home: HomeAssistant, compared: Scene, chosen: dict[str, str]) -> None:
    # It is there, and not yet in the statistics.
    home.states.async_set(METER, "1234.5", {"state_class": "total_increasing"})
    compare(compared.entry, comparison(**chosen))
    await set_up(home, compared.entry)
    assert shown(home, "saving").attributes == {
        **shown(home, "saving").attributes,
        "problem": "too_early",
    }
    assert repairs(home) == []
    assert await action_of(compared) == {"here": HERE, "months": [], "charges": []}


async def test_octopus_has_no_prices_of_the_time(home: HomeAssistant, compared: Scene) -> None:
    await write(home, METER, TWO_DAYS)
    compared.octopus.ended = {NEWER}
    compare(compared.entry, comparison("Newer", NEWER))
    compared.octopus.fault, compared.octopus.fault_for = TimeoutError(), NEWER
    await set_up(home, compared.entry)
    await fetched(compared, 4)
    # That may be an outage.
    assert shown(home, "saving", "newer").attributes["problem"] is None
    compared.octopus.fault = None
    await compared.clock.to("2026-11-23 12:20")
    await fetched(compared, 4)
    assert shown(home, "saving", "newer").attributes["problem"] == "no_prices"


async def test_a_row_of_the_future_harms_nothing(home: HomeAssistant, compared: Scene) -> None:
    await write(home, METER, TWO_DAYS | read(uk("2037-01-01 00:00"), uk("2037-01-01 01:00")))
    await set_up(home, compared.entry)
    await fetched(compared, 4)
    assert shown(home, "saving_in_a_year").attributes["until"] == "2026-11-23T12:00:00+00:00"


async def test_the_energy_dashboard_names_a_meter_that_is_gone(
    home: HomeAssistant, compared: Scene
) -> None:
    await set_up(home, compared.entry)
    assert await problem(compared) == "meter_unknown"


async def test_a_meter_that_is_renamed_is_followed(home: HomeAssistant, compared: Scene) -> None:
    renamed = "sensor.meter_in_the_hall"
    register(home, METER)
    await use_grid(home)
    await write(home, METER, TWO_DAYS)
    compare(compared.entry, comparison(meter=METER))
    await set_up(home, compared.entry)
    await fetched(compared, 4)
    assert shown(home, "saving").attributes["complete"] is True
    await rename(home, METER, renamed)
    await fetched(compared, 4)
    [subentry] = compared.entry.subentries.values()
    assert subentry.data["meter"] == renamed
    assert shown(home, "saving").attributes["complete"] is True
    assert shown(home, "saving").attributes["energy"] == pytest.approx(float(sum(TWO_DAYS.values())))
    assert repairs(home) == []


async def test_an_energy_dashboard_of_long_ago(home: HomeAssistant, compared: Scene) -> None:
    assert meter._named(
        {"flow_from": [{"stat_energy_from": METER}]}, "flow_from", "stat_energy_from"
    ) == {METER}
    await write(home, METER, TWO_DAYS)
    home.config.components.remove("energy")
    await set_up(home, compared.entry)
    assert await problem(compared) == "no_meter"
    home.config.components.remove("recorder")
    assert await refused(compared) == "no_meter"
    home.config.components.add("recorder")


async def test_what_cannot_be_asked(home: HomeAssistant, compared: Scene) -> None:
    await write(home, METER, TWO_DAYS)
    await set_up(home, compared.entry)
    await fetched(compared, 4)
    assert await refused(compared, end="2026-11-20 00:00") == "end_before_start"
    assert await refused(compared, tariffs=["no code"]) == "no_tariff"
    for code in ("AGILE-OUTGOING-19-05-13", "flux-export-23-02-14"):
        assert await refused(compared, tariffs=[code]) == "no_tariff"
    with pytest.raises(ServiceValidationError) as error:
        await action_of(compared, tariffs=[f"A-{n}" for n in range(10)])
    assert error.value.translation_key == "too_many_tariffs"
    assert error.value.translation_placeholders == {"most": "9"}
    # Others aren't there at once: they have to be fetched first.
    compared.octopus.publishing.add(NEWER)
    found = await action_of(compared, tariffs=[f"e-1r-{FLEXIBLE}-c", NEWER, AGILE])
    codes = [HERE, f"E-1R-{FLEXIBLE}-C", f"E-1R-{NEWER}-C"]
    [month] = found["months"]
    assert [bill["tariff"] for bill in month["tariffs"]] == codes
    assert [bill["complete"] for bill in month["tariffs"]] == [True, True, False]
    assert month["tariffs"][2]["hours_without_price"] == 60
    assert month["tariffs"][2]["mean_price"] is None
    await fetched(compared, 3)
    [month] = (await action_of(compared, tariffs=[NEWER]))["months"]
    assert [bill["complete"] for bill in month["tariffs"]] == [True, True]
    # One that Octopus doesn't know.
    await action_of(compared, tariffs=["GONE-1"])
    await fetched(compared, 3)
    assert await refused(compared, tariffs=["GONE-1"]) == "no_tariff"


async def test_the_recorder_cannot_say(
    home: HomeAssistant, compared: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(home, METER, TWO_DAYS)

    def fail(*_: Any) -> None:
        raise OperationalError("", None, Exception())

    with monkeypatch.context() as patch:
        patch.setattr(meter, "statistics_during_period", fail)
        await set_up(home, compared.entry)
        assert shown(home, "saving").attributes["problem"] is None
        with pytest.raises(HomeAssistantError) as error:
            await action_of(compared)
        # Nobody has asked for anything wrong.
        assert not isinstance(error.value, ServiceValidationError)
        assert error.value.translation_key == "meter_unreadable"
    # Prices that come are a reason to look again.
    await compared.clock.to("2026-11-23 16:30")
    await fetched(compared, 4)
    assert float(shown(home, "saving").state) != 0
