"""Going through the forms of a charge plan as a person does."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER, SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.octopus_agile.const import SUBENTRY_PLAN, WEEKDAYS
from tests.charge_plans import CAR

# The second form as it stands but for the times, and what is stored of it.
OPEN = {"days": WEEKDAYS, "mode": "block"}
NIGHT = {"earliest_start": "18:00:00", "ready_by": "07:00:00"}
NIGHTLY = {**NIGHT, **OPEN}
BATTERY = {"state_of_charge": "sensor.battery", "target": 80, "capacity": 70, "power": 7}
MORE = (
    *("target_entity", "efficiency", "energy_sensor"),
    *("plugged_in", "days", "mode", "price_limit", "direction"),
)


class Flow:
    """Answers the forms of a flow one by one."""

    def __init__(self, hass: HomeAssistant, form: SubentryFlowResult) -> None:
        """Start from the first form."""
        self._hass = hass
        self.form = form

    async def choose(self, need: str) -> None:
        """Say how much is to be charged: a level, a time or an energy."""
        await self._send({"next_step_id": need})

    async def answer(self, **answers: Any) -> None:
        """Fill in a form and go on; what is rarely needed goes into its section."""
        schema = self.form["data_schema"]
        inner = MORE if schema is not None and "more" in schema.schema else ()
        top = {key: value for key, value in answers.items() if key not in inner}
        more = {key: value for key, value in answers.items() if key in inner}
        await self._send({**top, "more": more} if more else top)

    async def _send(self, answers: dict[str, Any]) -> None:
        self.form = await self._hass.config_entries.subentries.async_configure(
            self.form["flow_id"], answers
        )
        await self._hass.async_block_till_done(wait_background_tasks=True)

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the form, those in its section too."""
        schema = self.form["data_schema"]
        assert schema is not None
        found = {str(key): field for key, field in schema.schema.items()}
        more = found.pop("more", None)
        return found | ({str(key): each for key, each in more.schema.schema.items()} if more else {})

    @property
    def suggested(self) -> dict[str, Any]:
        """What the form suggests as answers, those in its section too."""
        schema = self.form["data_schema"]
        assert schema is not None
        inner = [field.schema.schema for field in schema.schema.values() if isinstance(field, section)]
        return {
            str(field): field.description["suggested_value"]
            for fields in (schema.schema, *inner)
            for field in fields
            if field.description and "suggested_value" in field.description and field != "more"
        }


async def adding(hass: HomeAssistant, entry: MockConfigEntry, need: str) -> Flow:
    """Begin to add a plan for a kind of need."""
    form = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_PLAN), context={"source": SOURCE_USER}
    )
    flow = Flow(hass, form)
    await flow.choose(need)
    return flow


async def to_window(hass: HomeAssistant, entry: MockConfigEntry, name: str = CAR) -> Flow:
    """Add a plan of two hours up to the second form."""
    flow = await adding(hass, entry, "energy")
    await flow.answer(name=name, energy=14, power=7)
    return flow


async def changing(hass: HomeAssistant, entry: MockConfigEntry, plan_id: str, need: str) -> Flow:
    """Begin to change a plan."""
    flow = Flow(hass, await entry.start_subentry_reconfigure_flow(hass, plan_id))
    await flow.choose(need)
    return flow
