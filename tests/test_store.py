"""What is kept on disk outlives everything, and no fault in it stops anything."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util.file import WriteError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.octopus_agile.agile.blocks import Session
from custom_components.octopus_agile.agile.plan import Plan, Status
from custom_components.octopus_agile.agile.publication import RequestLog
from custom_components.octopus_agile.agile.rates import Rate
from custom_components.octopus_agile.agile.tariffs import Product
from custom_components.octopus_agile.agile.windows import Window
from custom_components.octopus_agile.const import DOMAIN
from custom_components.octopus_agile.store import JsonFile, StoredPlan, StoredPrices, file_of

from .charge_plans import add_plan, plan
from .common import Clock, forget, repairs, set_up, state
from .octopus import AGILE, FakeOctopus, day_of, uk

NOON = uk("2026-11-23 12:00")
SLOT = timedelta(minutes=30)
HOURS = timedelta(hours=2)
PRICES_FILE = f"{DOMAIN}.prices.E-1R-{AGILE}-C"
RATES = (
    Rate(NOON, NOON + SLOT, Decimal("-0.05")),
    # A gap stays one.
    Rate(NOON + HOURS, NOON + HOURS + SLOT, Decimal("0.2415")),
)
PRICES = StoredPrices(
    rates=RATES,
    fetched_at=NOON,
    log=RequestLog(NOON, 3, timedelta(hours=1), (NOON - HOURS, NOON)),
    successor=Product("AGILE-26-11-01", "Agile Octopus"),
    successor_checked_at=NOON,
)
WINDOW = Window(NOON, NOON + HOURS)
PLAN = StoredPlan(
    enabled=False,
    plan=Plan(
        status=Status.CHARGING,
        window=WINDOW,
        begun=(Session(NOON, NOON + SLOT, Decimal("0.1")),),
        past=(Session(NOON - HOURS, NOON - SLOT, None),),
        met=True,
    ),
    told=Plan(
        status=Status.PLANNED,
        window=WINDOW,
        ahead=(Session(NOON + SLOT, NOON + HOURS, Decimal("0.1")),),
    ),
)


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """A real folder of its own: renaming is part of what is looked at here."""
    return hass_tmp_config_dir


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Nothing in the place of the real files."""
    return {}


@pytest.fixture
def folder(hass: HomeAssistant) -> Path:
    """Where Home Assistant keeps files."""
    path = Path(hass.config.path(".storage"))
    path.mkdir(exist_ok=True)
    return path


def ours(folder: Path) -> list[str]:
    """Return what is kept, without what comes before the name."""
    return sorted(path.name.removeprefix(f"{DOMAIN}.") for path in folder.glob(f"{DOMAIN}*"))


def write(path: Path, data: Any, version: Any = 1) -> None:
    """Write a file as Home Assistant does."""
    text = {"version": version, "minor_version": 1, "key": path.name, "data": data}
    path.write_text(json.dumps(text))


@contextmanager
def disk_full(error: type[Exception] = WriteError) -> Iterator[None]:
    """Let every write fail."""
    name = "homeassistant.helpers.storage.write_utf8_file_atomic"
    with patch(name, side_effect=error("No space left on device")):
        yield


class TestRoundTrip:
    @pytest.mark.parametrize("value", [PRICES, StoredPrices(), PLAN, StoredPlan()])
    async def test_what_is_written_is_read_again(
        self, hass: HomeAssistant, folder: Path, value: StoredPrices | StoredPlan
    ) -> None:
        kind = type(value)
        await JsonFile(hass, "some", kind).async_save(value)
        assert await JsonFile(hass, "some", kind).async_load() == value

    async def test_where_nothing_was_written_nothing_is_read_and_nothing_is_wrong(
        self, hass: HomeAssistant, folder: Path
    ) -> None:
        file = JsonFile(hass, "some", StoredPlan)
        assert await file.async_load() is None
        assert file.unusable is None
        assert ours(folder) == []

    async def test_a_price_is_written_as_it_was_published(
        self, hass: HomeAssistant, folder: Path
    ) -> None:
        await JsonFile(hass, "some", StoredPrices).async_save(PRICES)
        data = json.loads((folder / f"{DOMAIN}.some").read_text())["data"]
        assert data["rates"][0] == {
            "start": "2026-11-23T12:00:00+00:00",
            "end": "2026-11-23T12:30:00+00:00",
            "price": "-0.05",
        }


def rate(**changes: Any) -> dict[str, Any]:
    """Return a file of one price, with changes."""
    each = {"start": "2026-11-23T12:00:00+00:00", "end": "2026-11-23T12:30:00+00:00", "price": "1"}
    return {"rates": [{**each, **changes}]}


def window(start: str, end: str) -> dict[str, Any]:
    """Return a file of a plan with a window."""
    return in_plan(window={"start": start, "end": end})


def in_plan(**changes: Any) -> dict[str, Any]:
    """Return a file of a plan with changes in the plan."""
    whole = {"start": "2026-11-23T12:00:00+00:00", "end": "2026-11-23T22:00:00+00:00"}
    return {"plan": {"status": "planned", "window": whole, **changes}}


DAMAGE: dict[str, tuple[type, Any]] = {
    "a word for a time": (StoredPrices, rate(start="yesterday")),
    "a price that is no number": (StoredPrices, rate(price="NaN")),
    "a price without end": (StoredPrices, rate(price="Infinity")),
    "a price that nobody could pay": (StoredPrices, rate(price="1e9")),
    "a time without an offset": (StoredPrices, rate(start="2026-11-23T12:00:00")),
    "a time of another zone": (StoredPrices, rate(start="2026-11-23T13:00:00+01:00")),
    "a price that ends first": (StoredPrices, rate(end="2026-11-23T11:30:00+00:00")),
    "the same price twice": (StoredPrices, {"rates": rate()["rates"] * 2}),
    "no prices": (StoredPrices, {"rates": None}),
    "a number for prices": (StoredPrices, {"rates": 5}),
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
    "sessions that are a text": (StoredPlan, in_plan(past="none")),
}


class TestUnusable:
    """Whatever is wrong with a file, it is set aside, and set-up goes on."""

    @pytest.mark.parametrize(("kind", "data"), DAMAGE.values(), ids=DAMAGE)
    async def test_what_cannot_be_true_is_set_aside(
        self,
        hass: HomeAssistant,
        folder: Path,
        caplog: pytest.LogCaptureFixture,
        kind: type,
        data: Any,
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
        write(folder / f"{DOMAIN}.some", {"rates": []}, version)
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


def a_folder(path: Path) -> None:
    """Put a folder in a file's place, with something in it."""
    path.mkdir()
    (path / "note").touch()


C20: dict[str, Callable[[Path], None]] = {
    "it can't be opened": no_permission,
    "a folder in its place": a_folder,
    "a version that is a text": lambda path: write(path, {}, "x"),
    "a window of the year 1": lambda path: write(
        path, {**window("0001-01-01T00:00:00+00:00", "0001-01-02T00:00:00+00:00"), "rates": 5}
    ),
}


class TestSetUp:
    """C20: with any file in any state, an entry is set up with fresh prices, and a repair says so."""

    @pytest.mark.parametrize("damage", C20.values(), ids=C20)
    async def test_a_file_of_prices_that_cannot_be_used_costs_one_request(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        folder: Path,
        damage: Callable[[Path], None],
    ) -> None:
        damage(folder / PRICES_FILE)
        await set_up(home, entry)
        assert entry.state is ConfigEntryState.LOADED
        assert state(home, "sensor.current_price") == "0.2"
        assert len(octopus.requests) == 1
        assert files_told(home) == [f".storage/{PRICES_FILE}.unreadable"]
        # The next write isn't in its way.
        fresh = await JsonFile(home, f"prices.E-1R-{AGILE}-C", StoredPrices).async_load()
        assert fresh is not None
        assert len(fresh.rates) == len(entry.runtime_data.prices.data)

    @pytest.mark.parametrize("damage", C20.values(), ids=C20)
    async def test_a_file_of_a_plan_that_cannot_be_used_costs_what_that_plan_remembered(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        folder: Path,
        damage: Callable[[Path], None],
    ) -> None:
        damage(folder / f"{DOMAIN}.{entry.entry_id}.main")
        await set_up(home, entry)
        assert entry.state is ConfigEntryState.LOADED
        assert state(home, "sensor.plan_status") == "charging"
        assert files_told(home) == [f".storage/{DOMAIN}.{entry.entry_id}.main.unreadable"]

    async def test_a_file_that_may_not_be_opened_is_set_aside(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        folder: Path,
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
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        folder: Path,
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
        await home.config_entries.async_unload(entry.entry_id)
        forget(home)
        await home.config_entries.async_setup(entry.entry_id)
        assert files_told(home) == []

    async def test_how_long_a_server_asked_to_be_left_alone_outlives_a_restart(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        folder: Path,
    ) -> None:
        await set_up(home, entry)
        octopus.fault = (503, "application/json", b"{}")
        octopus.fault_headers = {"Retry-After": "7200"}
        await clock.walk("2026-11-23 16:06")
        requests = len(octopus.requests)
        await home.config_entries.async_unload(entry.entry_id)
        forget(home)
        await home.config_entries.async_setup(entry.entry_id)
        await clock.walk("2026-11-23 17:50")
        assert len(octopus.requests) == requests
        octopus.fault = None
        await clock.walk("2026-11-23 18:10")
        assert state(home, "sensor.prices_until") == "2026-11-24T23:00:00+00:00"


def files_told(hass: HomeAssistant) -> list[str]:
    """Return the files that repairs tell of; there are no other repairs."""
    issues = list(ir.async_get(hass).issues.values())
    assert {issue.translation_key for issue in issues} <= {"file_unusable"}
    return [(issue.translation_placeholders or {})["file"] for issue in issues]


class TestFailedWrite:
    @pytest.mark.parametrize("error", [WriteError, OSError])
    async def test_it_is_tried_again_until_it_succeeds_and_said_once(
        self,
        hass: HomeAssistant,
        folder: Path,
        freezer: FrozenDateTimeFactory,
        caplog: pytest.LogCaptureFixture,
        error: type[Exception],
    ) -> None:
        file = JsonFile(hass, "some", StoredPlan)
        with disk_full(error):
            await file.async_save(PLAN)
            for _ in range(3):
                freezer.tick(60)
                async_fire_time_changed(hass)
                await hass.async_block_till_done(wait_background_tasks=True)
        assert ours(folder) == []
        assert caplog.text.count("No space left") == 1
        # Whoever loads meanwhile gets what is to be written.
        assert await file.async_load() == PLAN
        freezer.tick(60)
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert await JsonFile(hass, "some", StoredPlan).async_load() == PLAN

    async def test_the_newest_value_is_written(
        self, hass: HomeAssistant, folder: Path, freezer: FrozenDateTimeFactory
    ) -> None:
        file = JsonFile(hass, "some", StoredPlan)
        with disk_full():
            await file.async_save(PLAN)
            await file.async_save(StoredPlan(enabled=False))
        freezer.tick(60)
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert await JsonFile(hass, "some", StoredPlan).async_load() == StoredPlan(enabled=False)

    async def test_values_that_come_while_one_is_written_are_written_once(
        self, hass: HomeAssistant, folder: Path
    ) -> None:
        file = JsonFile(hass, "some", StoredPlan)
        for each in (PLAN, StoredPlan(), StoredPlan(enabled=False)):
            hass.async_create_task(file.async_save(each))
        await hass.async_block_till_done()
        assert await JsonFile(hass, "some", StoredPlan).async_load() == StoredPlan(enabled=False)

    async def test_what_is_removed_meanwhile_does_not_come_back(
        self, hass: HomeAssistant, folder: Path, freezer: FrozenDateTimeFactory
    ) -> None:
        file = JsonFile(hass, "some", StoredPlan)
        with disk_full():
            await file.async_save(PLAN)
            await file.async_remove()
        freezer.tick(60)
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert ours(folder) == []

    @pytest.mark.parametrize("reload", [False, True], ids=["", "with a reload"])
    async def test_a_start_that_found_a_full_disk_is_written_within_a_minute_of_room(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        folder: Path,
        reload: bool,
    ) -> None:
        """C21."""
        afternoon = [f"{hour}:{minute}" for hour in range(13, 17) for minute in ("00", "30")]
        octopus.prices = day_of(dict.fromkeys(afternoon, "5"))
        await set_up(home, entry)
        await clock.walk("2026-11-23 12:59")
        with disk_full():
            await clock.walk("2026-11-23 13:10")
            if reload:
                await home.config_entries.async_reload(entry.entry_id)
            await clock.walk("2026-11-23 13:31")
        await clock.walk("2026-11-23 13:32")
        # Then the power fails.
        stored = await JsonFile(home, f"{entry.entry_id}.main", StoredPlan).async_load()
        assert stored is not None
        assert stored.plan is not None
        assert [each.start for each in stored.plan.begun] == [uk("2026-11-23 13:00")]


class TestRemoval:
    """What nobody needs any more is gone from the real disk."""

    async def test_an_entry_that_is_removed_leaves_nothing(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        folder: Path,
    ) -> None:
        for name in (PRICES_FILE, f"{DOMAIN}.{entry.entry_id}.main"):
            a_folder(folder / name)
        (folder / f"{PRICES_FILE}.corrupt.2026").touch()
        await set_up(home, entry)
        await add_plan(home, entry)
        assert len(ours(folder)) == 6
        await home.config_entries.async_remove(entry.entry_id)
        await home.async_block_till_done(wait_background_tasks=True)
        assert ours(folder) == []
        assert repairs(home) == []

    async def test_one_that_was_never_set_up_leaves_nothing_either(
        self, home: HomeAssistant, entry: MockConfigEntry, folder: Path
    ) -> None:
        for name in (PRICES_FILE, f"{DOMAIN}.{entry.entry_id}.main"):
            write(folder / name, {})
        entry.add_to_hass(home)
        await home.config_entries.async_remove(entry.entry_id)
        assert ours(folder) == []

    async def test_what_cannot_be_deleted_stops_nothing(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        folder: Path,
    ) -> None:
        await set_up(home, entry)
        with (
            patch("os.unlink", side_effect=PermissionError),
            patch.object(Path, "unlink", side_effect=PermissionError),
        ):
            await home.config_entries.async_remove(entry.entry_id)
        assert home.config_entries.async_entries(DOMAIN) == []

    async def test_files_of_others_stay(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        folder: Path,
    ) -> None:
        other = MockConfigEntry(domain=DOMAIN, title="Other", data={**entry.data, "region": "A"})
        await set_up(home, other)
        before = ours(folder)
        await set_up(home, entry)
        (folder / "octopus_energy.prices").touch()
        await home.config_entries.async_remove(entry.entry_id)
        assert ours(folder) == before
        assert (folder / "octopus_energy.prices").exists()

    async def test_prices_that_another_entry_shows_stay(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        folder: Path,
    ) -> None:
        other = MockConfigEntry(domain=DOMAIN, title="Other", data=dict(entry.data))
        await set_up(home, other)
        await set_up(home, entry)
        await home.config_entries.async_remove(entry.entry_id)
        assert (folder / PRICES_FILE).exists()

    async def test_prices_of_a_tariff_that_was_left_go(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        folder: Path,
    ) -> None:
        await set_up(home, entry)
        home.config_entries.async_update_entry(entry, data={**entry.data, "region": "N"})
        await home.async_block_till_done(wait_background_tasks=True)
        assert ours(folder) == [f"{entry.entry_id}.main", f"prices.E-1R-{AGILE}-N"]
        # Back again at once: what is known needs no second request, and is kept again.
        home.config_entries.async_update_entry(entry, data={**entry.data, "region": "C"})
        await home.async_block_till_done(wait_background_tasks=True)
        assert ours(folder) == [f"{entry.entry_id}.main", f"prices.E-1R-{AGILE}-C"]
        assert len(octopus.asked_for("-C/standard-unit-rates")) == 1

    async def test_a_plan_that_is_deleted_takes_its_file_and_no_other(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        folder: Path,
    ) -> None:
        await set_up(home, entry)
        car, boiler = [await add_plan(home, entry, name) for name in ("Car", "Boiler")]
        a_folder(folder / f"{DOMAIN}.{entry.entry_id}.{car}.unreadable")
        home.config_entries.async_remove_subentry(entry, car)
        await home.async_block_till_done(wait_background_tasks=True)
        assert entry.state is ConfigEntryState.LOADED
        kept = {f"{entry.entry_id}.main", f"{entry.entry_id}.{boiler}"}
        assert set(ours(folder)) == {*kept, PRICES_FILE.removeprefix(f"{DOMAIN}.")}

    async def test_so_does_one_that_is_deleted_while_the_entry_is_not_loaded(
        self,
        home: HomeAssistant,
        clock: Clock,
        octopus: FakeOctopus,
        entry: MockConfigEntry,
        folder: Path,
    ) -> None:
        await set_up(home, entry)
        key = await add_plan(home, entry)
        await home.config_entries.async_unload(entry.entry_id)
        home.config_entries.async_remove_subentry(entry, key)
        forget(home)
        await home.config_entries.async_setup(entry.entry_id)
        assert [name for name in ours(folder) if key in name] == []


async def test_a_file_belongs_to_everybody_who_names_it(hass: HomeAssistant) -> None:
    assert file_of(hass, "some", StoredPlan) is file_of(hass, "some", StoredPlan)


async def test_a_plan_that_was_switched_off_stays_off_over_a_restart(
    home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry, folder: Path
) -> None:
    await set_up(home, entry)
    key = await add_plan(home, entry)
    entry.runtime_data.async_switch(next(p for p in entry.runtime_data.plans if p.key == key), on=False)
    await home.async_block_till_done(wait_background_tasks=True)
    await home.config_entries.async_unload(entry.entry_id)
    forget(home)
    await home.config_entries.async_setup(entry.entry_id)
    await home.async_block_till_done(wait_background_tasks=True)
    assert plan(home, "sensor.status") == "off"
