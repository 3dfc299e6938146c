"""The main device shows prices and plan, at every moment, as the contracts say."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import DOMAIN

from .common import Clock, Scene, attribute, restart, set_up, state
from .octopus import AGILE, FakeOctopus, day_of, uk

NIGHT = {"02:00": "5.0", "02:30": "5.0", "03:00": "6.0", "03:30": "7.0", "04:00": "8.0"}
NIGHT |= {"04:30": "8.0", "05:00": "9.0", "05:30": "10.0"}


def with_options(entry: MockConfigEntry, **options: Any) -> MockConfigEntry:
    return MockConfigEntry(domain=DOMAIN, unique_id=entry.unique_id, data=entry.data, options=options)


async def test_what_is_rarely_looked_at_stands_apart_on_the_device_page(
    home: HomeAssistant, octopus: FakeOctopus, clock: Clock, entry: MockConfigEntry
) -> None:
    await set_up(home, entry)
    entities = er.async_entries_for_config_entry(er.async_get(home), entry.entry_id)
    apart = {each.translation_key for each in entities if each.entity_category == "diagnostic"}
    assert {"average_price", "cheapest_block_price", "prices_until"} <= apart
    assert {"current_price", "cheapest_block_start", "estimated_cost", "saving"}.isdisjoint(apart)


class TestPrices:
    """The sensors of the prices."""

    async def test_they_show_now_next_and_what_is_known_from_now_on(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of(
            {"11:30": "1.0", "12:00": "12.0", "12:30": "13.5", "18:00": "99.99", "22:30": "2.0"}
        )
        await set_up(home, entry)
        assert state(home, "sensor.current_price") == "0.12"
        assert state(home, "sensor.next_price") == "0.135"
        assert state(home, "sensor.lowest_price") == "0.02"
        assert attribute(home, "sensor.lowest_price", "start") == "2026-11-23T22:30:00+00:00"
        assert state(home, "sensor.highest_price") == "0.9999"
        assert attribute(home, "sensor.highest_price", "start") == "2026-11-23T18:00:00+00:00"
        # 18 slots at 20p and the four above.
        assert float(state(home, "sensor.average_price")) == pytest.approx(4.8749 / 22)
        assert state(home, "sensor.prices_until") == "2026-11-23T23:00:00+00:00"

    @pytest.mark.parametrize(
        ("at", "current", "following", "negative"),
        [
            ("12:00", "0.2", "unknown", "off"),
            ("12:30", "unknown", "-0.05", "unknown"),
            ("12:45", "unknown", "-0.05", "unknown"),
            ("13:00", "-0.05", "0.0", "on"),
            ("13:30", "0.0", "0.2", "off"),
        ],
    )
    async def test_a_slot_without_a_price_is_unknown(
        self, scene: Scene, at: str, current: str, following: str, negative: str
    ) -> None:
        gap = uk("2026-11-23 12:30")
        others = day_of({"13:00": "-5.0", "13:30": "0.0"})
        scene.octopus.prices = lambda start: None if start == gap else others(start)
        await scene.set_up()
        await scene.clock.to(f"2026-11-23 {at}")
        assert state(scene.home, "sensor.current_price") == current
        assert state(scene.home, "sensor.next_price") == following
        assert state(scene.home, "binary_sensor.negative_price") == negative

    async def test_before_publication_the_slot_after_the_last_is_unknown(self, scene: Scene) -> None:
        await scene.set_up()
        scene.octopus.fault = (500, "application/json", b"{}")
        await scene.clock.walk("2026-11-23 22:30")
        assert state(scene.home, "sensor.current_price") == "0.2"
        assert state(scene.home, "sensor.next_price") == "unknown"

    async def test_the_rates_begin_with_today_and_tell_price_and_time(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of({"00:00": "-1.25"})
        await set_up(home, entry)
        rates = attribute(home, "sensor.current_price", "rates")
        assert rates[0] == {
            "start": "2026-11-23T00:00:00+00:00",
            "end": "2026-11-23T00:30:00+00:00",
            "price": -0.0125,
        }
        assert len(rates) == 46

    @pytest.mark.parametrize(
        ("key", "attributes"), [("current_price", "rates"), ("cheapest_block_start", "sessions")]
    )
    async def test_long_lists_never_reach_the_recorder(
        self, scene: Scene, key: str, attributes: str
    ) -> None:
        await scene.set_up()
        shown = scene.home.states.get(f"sensor.octopus_agile_london_{key}")
        assert shown is not None
        assert shown.state_info is not None
        assert attributes in shown.attributes
        assert attributes in shown.state_info["unrecorded_attributes"]

    async def test_times_are_local_wherever_the_house_is(
        self, hass: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await hass.config.async_set_time_zone("Europe/Paris")
        await set_up(hass, entry)
        rates = attribute(hass, "sensor.current_price", "rates")
        assert rates[0]["start"] == "2026-11-23T00:00:00+01:00"


class TestPlan:
    """The sensors of the entry's own charge."""

    async def test_a_night_from_plan_to_plan(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of(NIGHT)
        await clock.to("2026-11-23 19:10")
        await set_up(home, entry)
        # Too little is left of this pricing day, so it is about the next.
        assert state(home, "sensor.plan_status") == "planned"
        assert attribute(home, "sensor.plan_status", "ready_by") is None
        assert state(home, "sensor.cheapest_block_start") == "2026-11-24T02:00:00+00:00"
        assert state(home, "sensor.cheapest_block_end") == "2026-11-24T06:00:00+00:00"
        assert float(state(home, "sensor.cheapest_block_price")) == pytest.approx(0.0725)
        assert float(state(home, "sensor.estimated_cost")) == pytest.approx(28 * 0.0725)
        for at, status, block in (
            ("01:59", "planned", "off"),
            ("02:00", "charging", "on"),
            ("05:59", "charging", "on"),
            ("06:00", "finished", "off"),
            ("16:10", "planned", "off"),
        ):
            await clock.walk(f"2026-11-24 {at}")
            assert state(home, "sensor.plan_status") == status, at
            assert state(home, "binary_sensor.cheapest_block") == block, at
        assert state(home, "sensor.cheapest_block_start") == "2026-11-25T02:00:00+00:00"

    @pytest.mark.parametrize("at", ["19:10", "21:30", "22:59", "23:00", "23:59"])
    async def test_set_up_in_the_evening_it_shows_the_block_of_the_night(
        self, scene: Scene, at: str
    ) -> None:
        scene.octopus.prices = day_of(NIGHT)
        await scene.clock.to(f"2026-11-23 {at}")
        await scene.set_up()
        assert state(scene.home, "sensor.plan_status") == "planned"
        assert state(scene.home, "sensor.cheapest_block_start") == "2026-11-24T02:00:00+00:00"
        assert state(scene.home, "binary_sensor.cheapest_block") == "off"

    async def test_without_an_energy_there_is_no_cost(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, with_options(entry, charge_duration=2.0))
        assert state(home, "sensor.estimated_cost") == "unknown"
        assert state(home, "number.charge_energy") == "unknown"

    @pytest.mark.parametrize(
        ("options", "status", "reason"),
        [
            ({"ready_by": "13:00:00"}, "charging", "too_late"),
            ({"earliest_start": "12:00:00", "ready_by": "15:00:00"}, "charging", "window_too_short"),
            ({"earliest_start": "18:00:00", "ready_by": "07:00:00"}, "provisional", None),
            ({"earliest_start": "23:00:00", "ready_by": "07:00:00"}, "waiting_for_prices", None),
            ({"earliest_start": "17:00:00", "ready_by": "22:00:00"}, "planned", None),
        ],
    )
    async def test_the_status_says_where_it_stands_and_why(
        self, scene: Scene, options: dict[str, str], status: str, reason: str | None
    ) -> None:
        await set_up(scene.home, with_options(scene.entry, charge_duration=4.0, **options))
        assert state(scene.home, "sensor.plan_status") == status
        assert attribute(scene.home, "sensor.plan_status", "reason") == reason

    @pytest.mark.parametrize(
        ("hours", "start"), [(0.75, "02:00"), (1.25, "01:45"), (1.75, "01:15"), (2.25, "01:00")]
    )
    async def test_a_block_may_start_at_any_minute(self, scene: Scene, hours: float, start: str) -> None:
        scene.octopus.prices = day_of(
            {"01:00": "4.0", "01:30": "3.0", "02:00": "1.0", "02:30": "2.0", "03:00": "9.0"}
        )
        await scene.clock.to("2026-11-23 23:00")
        await set_up(scene.home, with_options(scene.entry, charge_duration=hours))
        assert state(scene.home, "sensor.cheapest_block_start") == f"2026-11-24T{start}:00+00:00"


class TestNumbers:
    """The numbers on a dashboard."""

    async def set(self, hass: HomeAssistant, key: str, value: float) -> None:
        await hass.services.async_call(
            "number",
            "set_value",
            {"entity_id": f"number.octopus_agile_london_{key}", "value": value},
            blocking=True,
        )
        await hass.async_block_till_done()

    async def test_the_plan_follows_at_once(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of(NIGHT)
        await clock.to("2026-11-23 23:00")
        await set_up(home, entry)
        requests = len(octopus.requests)
        await self.set(home, "charge_duration", 1.0)
        await self.set(home, "charge_energy", 7.0)
        assert state(home, "sensor.cheapest_block_end") == "2026-11-24T03:00:00+00:00"
        assert float(state(home, "sensor.estimated_cost")) == pytest.approx(0.35)
        assert state(home, "number.charge_duration") == "1.0"
        assert entry.options == {"charge_duration": 1.0, "charge_energy": 7.0}
        assert len(octopus.requests) == requests

    async def test_with_0_hours_nothing_is_charged_until_there_are_some(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of(NIGHT)
        await clock.to("2026-11-23 23:00")
        await set_up(home, entry)
        await self.set(home, "charge_duration", 0)
        assert entry.options == {"charge_duration": 0.0, "charge_energy": 28.0}
        assert state(home, "number.charge_duration") == "0.0"
        assert state(home, "binary_sensor.cheapest_block") == "off"
        assert state(home, "sensor.cheapest_block_start") == "unknown"
        assert state(home, "sensor.estimated_cost") == "unknown"
        for refused in (0.1, 0.49, 6.01):
            with pytest.raises(ServiceValidationError):
                await self.set(home, "charge_duration", refused)
        assert state(home, "number.charge_duration") == "0.0"
        await self.set(home, "charge_duration", 0.5)
        assert state(home, "sensor.cheapest_block_start") != "unknown"

    async def test_while_it_charges_only_the_end_moves(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of(NIGHT)
        await clock.to("2026-11-23 23:00")
        await set_up(home, entry)
        await clock.walk("2026-11-24 02:15")
        await self.set(home, "charge_duration", 1.5)
        assert state(home, "sensor.cheapest_block_start") == "2026-11-24T02:00:00+00:00"
        assert state(home, "sensor.cheapest_block_end") == "2026-11-24T03:30:00+00:00"
        await clock.walk("2026-11-24 03:30")
        assert state(home, "binary_sensor.cheapest_block") == "off"

    async def test_no_energy_is_refused_in_plain_words(self, scene: Scene) -> None:
        await scene.set_up()
        with pytest.raises(ServiceValidationError, match="The energy must be more than 0 kWh") as refused:
            await self.set(scene.home, "charge_energy", 0)
        assert refused.value.translation_domain == DOMAIN
        assert refused.value.translation_key == "energy_not_above_zero"
        assert scene.entry.options["charge_energy"] == 28.0

    @pytest.mark.parametrize(
        ("key", "value"), [("charge_duration", -0.5), ("charge_duration", 6.1), ("charge_energy", 201)]
    )
    async def test_what_cannot_be_is_refused(self, scene: Scene, key: str, value: float) -> None:
        await scene.set_up()
        with pytest.raises(ServiceValidationError, match="is outside valid range"):
            await self.set(scene.home, key, value)


class TestEnabled:
    """The switch of the entry's own charge."""

    async def turn(self, hass: HomeAssistant, what: str) -> None:
        data = {"entity_id": "switch.octopus_agile_london_charge_enabled"}
        await hass.services.async_call("switch", what, data, blocking=True)
        await hass.async_block_till_done()

    async def test_off_it_plans_nothing_and_a_session_ends_at_once(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of(NIGHT)
        await clock.to("2026-11-23 23:00")
        await set_up(home, entry)
        assert state(home, "switch.charge_enabled") == "on"
        await clock.walk("2026-11-24 03:00")
        assert state(home, "binary_sensor.cheapest_block") == "on"
        await self.turn(home, "turn_off")
        assert state(home, "binary_sensor.cheapest_block") == "off"
        assert state(home, "sensor.plan_status") == "off"
        assert state(home, "sensor.cheapest_block_end") == "2026-11-24T03:00:00+00:00"
        await restart(home, entry)
        assert state(home, "switch.charge_enabled") == "off"
        assert state(home, "sensor.plan_status") == "off"
        await self.turn(home, "turn_on")
        assert state(home, "sensor.plan_status") == "charging"

    async def test_it_can_be_switched_without_prices(self, scene: Scene) -> None:
        await scene.set_up()
        scene.octopus.fault = (500, "application/json", b"{}")
        await scene.clock.to("2026-11-26 12:00")
        assert state(scene.home, "sensor.plan_status") == "unavailable"
        await self.turn(scene.home, "turn_off")
        assert state(scene.home, "switch.charge_enabled") == "off"


class TestSaving:
    """What the entry's own charge saves."""

    async def test_it_is_against_charging_at_once(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        octopus.prices = day_of({"02:00": "5.0", "02:30": "5.0"})
        await clock.to("2026-11-23 23:00")
        await set_up(home, with_options(entry, charge_duration=1.0, charge_energy=7.0))
        assert float(state(home, "sensor.saving")) == pytest.approx(7 * 0.15)


class TestDevice:
    """How all of it appears."""

    async def test_it_names_region_and_product(
        self, home: HomeAssistant, clock: Clock, octopus: FakeOctopus, entry: MockConfigEntry
    ) -> None:
        await set_up(home, entry)
        (device,) = dr.async_entries_for_config_entry(dr.async_get(home), entry.entry_id)
        assert device.name == "Octopus Agile London"
        assert device.manufacturer == "Octopus Energy"
        assert device.model == f"Full name of {AGILE}"
        assert device.model_id == AGILE
        assert device.entry_type is dr.DeviceEntryType.SERVICE

    @pytest.mark.parametrize(
        ("platform", "key", "attributes"),
        [
            (
                "sensor",
                "current_price",
                {"unit_of_measurement": "GBP/kWh", "state_class": "measurement"},
            ),
            ("sensor", "next_price", {"unit_of_measurement": "GBP/kWh"}),
            ("sensor", "lowest_price", {"unit_of_measurement": "GBP/kWh"}),
            ("sensor", "highest_price", {"unit_of_measurement": "GBP/kWh"}),
            ("sensor", "average_price", {"unit_of_measurement": "GBP/kWh"}),
            ("sensor", "cheapest_block_start", {"device_class": "timestamp"}),
            ("sensor", "cheapest_block_end", {"device_class": "timestamp"}),
            ("sensor", "cheapest_block_price", {"unit_of_measurement": "GBP/kWh"}),
            (
                "sensor",
                "estimated_cost",
                {"unit_of_measurement": "GBP", "device_class": "monetary"},
            ),
            ("sensor", "plan_status", {"device_class": "enum"}),
            ("sensor", "saving", {"unit_of_measurement": "GBP", "device_class": "monetary"}),
            ("sensor", "saved", {"device_class": "monetary", "state_class": "total"}),
            ("sensor", "prices_until", {"device_class": "timestamp"}),
            ("binary_sensor", "cheapest_block", {"device_class": "running"}),
            ("binary_sensor", "negative_price", {}),
            ("number", "charge_duration", {"unit_of_measurement": "h", "min": 0, "max": 6.0}),
            ("number", "charge_energy", {"unit_of_measurement": "kWh", "max": 200.0}),
            ("calendar", "charging", {}),
            ("event", "prices", {}),
            ("switch", "charge_enabled", {}),
            ("button", "boost", {}),
        ],
    )
    async def test_its_entities(
        self, scene: Scene, platform: str, key: str, attributes: dict[str, Any]
    ) -> None:
        await scene.set_up()
        entity_id = er.async_get(scene.home).async_get_entity_id(
            platform, DOMAIN, f"{scene.entry.entry_id}_{key}"
        )
        assert entity_id == f"{platform}.octopus_agile_london_{key}"
        shown = scene.home.states.get(entity_id)
        assert shown is not None
        assert attributes.items() <= shown.attributes.items()
