"""Whatever is wrong with a file, it is set aside, and set-up goes on."""

from collections.abc import Callable
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.agile.history import History
from custom_components.octopus_agile.agile.months import Requests, StoredImport, StoredMonth
from custom_components.octopus_agile.agile.series import rates_of
from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.store import JsonFile, StoredPlan, StoredPrices, StoredSources
from tests.common import Scene, restart, set_up, state
from tests.export.common import set_up_with
from tests.octopus import AGILE, OUTGOING

from .common import PLAN, PRICES_FILE, a_folder, ours, write


def prices(*lengths: float, **changes: Any) -> dict[str, Any]:
    """Return a file of prices whose series all start at noon, with slots of some seconds."""
    noon = "2026-11-23T12:00:00+00:00"
    series = [{"start": noon, "length": length, "prices": ["1"], **changes} for length in lengths]
    return {"fetched_at": noon, "series": series}


def window(start: str, end: str) -> dict[str, Any]:
    """Return a file of a plan with a window."""
    return in_plan(window={"start": start, "end": end})


def in_plan(**changes: Any) -> dict[str, Any]:
    """Return a file of a plan with changes in the plan."""
    whole = {"start": "2026-11-23T12:00:00+00:00", "end": "2026-11-23T22:00:00+00:00"}
    return {"plan": {"status": "planned", "window": whole, **changes}}


def waiting(odds: float) -> dict[str, Any]:
    """Return what waits for cheaper days, with odds."""
    noon = "2026-11-23T12:00:00+00:00"
    choice = {"now": 0, "later": 3600, "odds": odds}
    return {"at": noon, "known_until": noon, "basis": "", "need": 3600, "room": 3600, "choice": choice}


DAMAGE: dict[str, tuple[type, Any]] = {
    "a word for a time": (StoredPrices, prices(1800, start="yesterday")),
    "a price that is no number": (StoredPrices, prices(1800, prices=["NaN"])),
    "a price without end": (StoredPrices, prices(1800, prices=["Infinity"])),
    "a price that nobody could pay": (StoredPrices, prices(1800, prices=["1e9"])),
    "a time without an offset": (StoredPrices, prices(1800, start="2026-11-23T12:00:00")),
    "a time of another zone": (StoredPrices, prices(1800, start="2026-11-23T13:00:00+01:00")),
    "prices that end first": (StoredPrices, prices(-1800)),
    "a price for no time": (StoredPrices, prices(0)),
    "the same price twice": (StoredPrices, prices(1800, 1800)),
    "a price for a thousand years": (StoredPrices, prices(4e10)),
    "a price for all time": (StoredPrices, prices(4e12)),
    "no prices": (StoredPrices, {"series": None}),
    "a number for prices": (StoredPrices, {"series": 5}),
    "a number for a time": (StoredPrices, {"log": {"at": 5}}),
    "a pause that is no number": (
        StoredPrices,
        {"log": {"at": "2026-11-23T12:00:00+00:00", "retry_after": "NaN"}},
    ),
    "a request of the year 1": (StoredPrices, {"fetched_at": "0001-01-01T00:00:00+00:00"}),
    "a list": (StoredPrices, []),
    "a text": (StoredPrices, "prices"),
    "a number": (StoredPrices, 5),
    "a window of the year 1": (
        StoredPlan,
        window("0001-01-01T00:00:00+00:00", "0001-01-02T00:00:00+00:00"),
    ),
    "a window that ends as it starts": (StoredPlan, window(*["2026-11-23T12:00:00+00:00"] * 2)),
    "half a window": (StoredPlan, in_plan(window={"start": "2026-11-23T12:00:00+00:00"})),
    "a session that ends as it starts": (
        StoredPlan,
        in_plan(
            begun=[dict.fromkeys(("start", "end"), "2026-11-23T12:00:00+00:00") | {"mean_price": None}]
        ),
    ),
    "what was saved is no number": (History, {"saved": "NaN"}),
    "what was done ended first": (
        History,
        {
            "done": [
                {"start": "2026-11-23T12:00:00+00:00", "end": "2026-11-23T11:00:00+00:00"}
                | dict.fromkeys(("energy", "paid", "at_once"))
            ]
        },
    ),
    "a meter that is a number": (History, {"meter": 5}),
    "ids that are a list": (StoredSources, {"ids": []}),
    "odds of more than is possible": (StoredPlan, in_plan(waiting=waiting(1e12))),
    "sessions that are a text": (StoredPlan, in_plan(past="none")),
    "a month of slots without a length": (StoredMonth, prices(0)),
    "a month of slots that go back": (StoredMonth, prices(-1800)),
    "a month of slots of a century": (StoredMonth, prices(4e9)),
    "a month of slots that overlap": (StoredMonth, prices(1800, 1800)),
    "a month's price that is no number": (StoredMonth, prices(1800, prices=["NaN"])),
    "an import from the year 1": (StoredImport, {"start": "0001-01-01T00:00:00+00:00", "tariff": ""}),
    "failures that are a text": (Requests, {"failures": "many"}),
}


class TestUnusable:
    """Whatever is wrong with a file, it is set aside, and set-up goes on."""

    @pytest.mark.parametrize(("kind", "data"), DAMAGE.values(), ids=DAMAGE)
    async def test_what_cannot_be_true_is_set_aside(
        self, hass: HomeAssistant, folder: Path, caplog: pytest.LogCaptureFixture, kind: type, data: Any
    ) -> None:
        path = folder / f"{DOMAIN}.some"
        write(path, data)
        was = path.read_text()
        file: JsonFile[Any] = JsonFile(hass, "some", kind)
        assert await file.async_load() is None
        assert file.unusable == f".storage/{DOMAIN}.some.unreadable"
        assert ours(folder) == ["some.unreadable"]
        assert (folder / f"{DOMAIN}.some.unreadable").read_text() == was
        assert caplog.text.count("can't be used") == 1

    @pytest.mark.parametrize("version", [0, 2, 1000, "x", None, []])
    async def test_what_another_version_wrote_is_set_aside(
        self, hass: HomeAssistant, folder: Path, version: Any
    ) -> None:
        write(folder / f"{DOMAIN}.some", {"series": []}, version)
        file = JsonFile(hass, "some", StoredPrices)
        assert await file.async_load() is None
        assert ours(folder) == ["some.unreadable"]

    @pytest.mark.parametrize("text", ["[]", "5", '{"version": 1}'])
    async def test_what_is_no_file_of_home_assistant_is_set_aside(
        self, hass: HomeAssistant, folder: Path, text: str
    ) -> None:
        (folder / f"{DOMAIN}.some").write_text(text)
        assert await JsonFile(hass, "some", StoredPrices).async_load() is None
        assert ours(folder) == ["some.unreadable"]

    async def test_half_a_file_is_set_aside_by_home_assistant_itself(
        self, hass: HomeAssistant, folder: Path
    ) -> None:
        (folder / f"{DOMAIN}.some").write_text('{"version": 1, "da')
        assert await JsonFile(hass, "some", StoredPrices).async_load() is None
        (name,) = ours(folder)
        assert name.startswith("some.corrupt")

    async def test_none_that_was_set_aside_is_overwritten_by_the_next(
        self, hass: HomeAssistant, folder: Path
    ) -> None:
        for number in range(3):
            write(folder / f"{DOMAIN}.some", number)
            await JsonFile(hass, "some", StoredPlan).async_load()
        assert ours(folder) == ["some.unreadable", "some.unreadable_2", "some.unreadable_3"]
        kept = [json.loads((folder / f"{DOMAIN}.{name}").read_text())["data"] for name in ours(folder)]
        assert kept == [0, 1, 2]

    async def test_where_a_hundred_were_set_aside_the_next_stays_until_it_is_overwritten(
        self, hass: HomeAssistant, folder: Path
    ) -> None:
        for number in range(1, 100):
            name = f"{DOMAIN}.some.unreadable" + (f"_{number}" if number > 1 else "")
            (folder / name).touch()
        write(folder / f"{DOMAIN}.some", 5)
        file = JsonFile(hass, "some", StoredPlan)
        assert await file.async_load() is None
        assert file.unusable == f".storage/{DOMAIN}.some"
        await file.async_save(PLAN)
        assert await JsonFile(hass, "some", StoredPlan).async_load() == PLAN

    async def test_what_cannot_be_renamed_stays(self, hass: HomeAssistant, folder: Path) -> None:
        write(folder / f"{DOMAIN}.some", 5)
        file = JsonFile(hass, "some", StoredPlan)
        with patch.object(Path, "rename", side_effect=PermissionError):
            assert await file.async_load() is None
        assert file.unusable == f".storage/{DOMAIN}.some"
        assert ours(folder) == ["some"]


def no_permission(path: Path) -> None:
    """Make a file that root may not open either."""
    path.symlink_to(path)


C20: dict[str, Callable[[Path], None]] = {
    "it can't be opened": no_permission,
    "a folder in its place": a_folder,
    "a version that is a text": lambda path: write(path, {}, "x"),
    "a window of the year 1": lambda path: write(
        path, {**window("0001-01-01T00:00:00+00:00", "0001-01-02T00:00:00+00:00"), "series": 5}
    ),
}


@pytest.mark.usefixtures("clock", "octopus")
class TestSetUp:
    """C20: with any file in any state, an entry is set up with fresh prices, and a repair says so."""

    @pytest.mark.parametrize("damage", C20.values(), ids=C20)
    async def test_a_file_of_prices_that_cannot_be_used_costs_one_request(
        self, scene: Scene, folder: Path, damage: Callable[[Path], None]
    ) -> None:
        damage(folder / PRICES_FILE)
        await scene.set_up()
        assert scene.entry.state is ConfigEntryState.LOADED
        assert state(scene.home, "sensor.current_price") == "0.2"
        assert len(scene.octopus.asked_for("standard-unit-rates")) == 1
        assert files_told(scene.home) == [f".storage/{PRICES_FILE}.unreadable"]
        # The next write isn't in its way.
        fresh = await JsonFile(scene.home, f"prices.E-1R-{AGILE}-C", StoredPrices).async_load()
        assert fresh is not None
        assert rates_of(fresh.series) == scene.entry.runtime_data.prices.data

    @pytest.mark.parametrize("of", [f"{AGILE}-C.standing", f"{OUTGOING}-C"])
    async def test_one_of_standing_charges_or_export_prices_does_too(
        self, scene: Scene, folder: Path, of: str
    ) -> None:
        a_folder(folder / f"{DOMAIN}.prices.E-1R-{of}")
        scene = await set_up_with(scene, OUTGOING)
        assert state(scene.home, "sensor.standing_charge") == "0.376525"
        assert state(scene.home, "sensor.export_price") == "0.2"
        assert files_told(scene.home) == [f".storage/{DOMAIN}.prices.E-1R-{of}.unreadable"]

    @pytest.mark.parametrize("damage", C20.values(), ids=C20)
    async def test_a_file_of_a_plan_that_cannot_be_used_costs_what_that_plan_remembered(
        self, home: HomeAssistant, entry: MockConfigEntry, folder: Path, damage: Callable[[Path], None]
    ) -> None:
        damage(folder / f"{DOMAIN}.{entry.entry_id}.main")
        await set_up(home, entry)
        assert entry.state is ConfigEntryState.LOADED
        assert state(home, "sensor.plan_status") == "charging"
        assert files_told(home) == [f".storage/{DOMAIN}.{entry.entry_id}.main.unreadable"]

    async def test_a_file_that_may_not_be_opened_is_set_aside(
        self, home: HomeAssistant, entry: MockConfigEntry, folder: Path
    ) -> None:
        write(folder / PRICES_FILE, {})

        def may_open(name: str, mode: str = "r", **options: Any) -> Any:
            if str(name).endswith(PRICES_FILE):
                raise PermissionError
            return Path(name).open(mode, **options)

        with patch("homeassistant.util.json.open", side_effect=may_open, create=True):
            await set_up(home, entry)
        assert entry.state is ConfigEntryState.LOADED
        assert files_told(home) == [f".storage/{PRICES_FILE}.unreadable"]

    async def test_all_are_told_of_until_home_assistant_restarts(
        self, home: HomeAssistant, entry: MockConfigEntry, folder: Path
    ) -> None:
        main = f"{DOMAIN}.{entry.entry_id}.main"
        for name in (PRICES_FILE, main):
            write(folder / name, 5)
        await set_up(home, entry)
        both = f".storage/{PRICES_FILE}.unreadable, .storage/{main}.unreadable"
        assert files_told(home) == [both]
        # As when a charge plan is added: nobody may have seen it yet.
        await home.config_entries.async_reload(entry.entry_id)
        assert files_told(home) == [both]
        assert [issue.is_persistent for issue in ir.async_get(home).issues.values()] == [False]
        await restart(home, entry)
        assert files_told(home) == []

    async def test_how_long_a_server_asked_to_be_left_alone_outlives_a_restart(
        self, scene: Scene, folder: Path
    ) -> None:
        await scene.set_up()
        scene.octopus.fault = (503, "application/json", b"{}")
        scene.octopus.fault_headers = {"Retry-After": "7200"}
        await scene.clock.walk("2026-11-23 16:06")
        requests = len(scene.octopus.requests)
        await restart(scene.home, scene.entry)
        await scene.clock.walk("2026-11-23 17:50")
        assert len(scene.octopus.requests) == requests
        scene.octopus.fault = None
        await scene.clock.walk("2026-11-23 18:10")
        assert state(scene.home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"


def files_told(hass: HomeAssistant) -> list[str]:
    """Return the files that repairs tell of; there are no other repairs."""
    issues = list(ir.async_get(hass).issues.values())
    assert {issue.translation_key for issue in issues} <= {"file_unusable"}
    return [(issue.translation_placeholders or {})["file"] for issue in issues]
