"""The flow that adds or changes a charge plan: how much, then when, then what it comes to."""

from collections.abc import Callable, Mapping
from functools import partial, partialmethod
import math
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import PERCENTAGE
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    TextSelector,
    TimeSelector,
)
import voluptuous as vol

from .. import const
from ..agile.slots import Mode
from ..agile.tariffs import Direction
from ..charges.settings import plan_settings
from .answer import async_answer_for
from .direction_field import direction_errors, direction_field
from .entity_picker import entity_errors, entity_picker
from .fields import Fields, choice, flat, form, is_within, nested, number, placed

_NAME = "name"
_NEEDS = [const.NEED_SOC, const.NEED_DURATION, const.NEED_ENERGY]

# The least and the most that a field takes.
_LIMITS: dict[str, tuple[float, float]] = {
    const.CONF_DURATION: (0.05, 24),
    const.CONF_ENERGY: (0.01, 200),
    const.CONF_POWER: (0.05, 50),
    const.CONF_TARGET: (1, 100),
    const.CONF_CAPACITY: (0.1, 300),
    const.CONF_EFFICIENCY: (1, 100),
    const.CONF_SHORTEST_RUN: (0, 360),
    const.CONF_START_COST: (0, 1000),
    const.CONF_PRICE_LIMIT: (-1000, 1000),
    const.CONF_MINIMUM: (0, 100),
}


def _need_schema(hass: HomeAssistant, need: str, errors: Mapping[str, str]) -> vol.Schema:
    """Return the form that asks how much to charge."""
    name: Fields = {vol.Required(_NAME): TextSelector()}
    power: Fields = {vol.Required(const.CONF_POWER, default=7.0): number(0.1, "kW")}
    if need == const.NEED_DURATION:
        duration: Fields = {vol.Required(const.CONF_DURATION, default=4.0): number(0.25, "h")}
        return form({**name, **duration, vol.Optional(const.CONF_ENERGY): number(0.1, "kWh")}, {}, errors)
    if need == const.NEED_ENERGY:
        energy: Fields = {vol.Required(const.CONF_ENERGY, default=10.0): number(0.1, "kWh")}
        return form({**name, **energy, **power}, {}, errors)
    battery: Fields = {
        vol.Required(const.CONF_SOC): entity_picker(hass, const.CONF_SOC),
        vol.Required(const.CONF_TARGET, default=80): number(1, PERCENTAGE),
        vol.Required(const.CONF_CAPACITY, default=60.0): number(0.1, "kWh"),
    }
    more: Fields = {
        vol.Optional(const.CONF_TARGET_ENTITY): entity_picker(hass, const.CONF_TARGET_ENTITY),
        vol.Required(const.CONF_EFFICIENCY, default=90): number(1, PERCENTAGE),
        vol.Optional(const.CONF_ENERGY_SENSOR): entity_picker(hass, const.CONF_ENERGY_SENSOR),
    }
    return form({**name, **battery, **power}, more, errors)


def _window_schema(hass: HomeAssistant, direction: Fields, errors: Mapping[str, str]) -> vol.Schema:
    """Return the form that asks when to charge, and in which direction if there is a choice."""
    fields: Fields = {
        vol.Optional(const.CONF_READY_BY): TimeSelector(),
        vol.Optional(const.CONF_EARLIEST_START): TimeSelector(),
        vol.Required(const.CONF_DEADLINE, default=const.EACH_WINDOW): choice(
            [const.EACH_WINDOW, const.BY_DAY], const.CONF_DEADLINE
        ),
        vol.Optional(const.CONF_CHARGER): entity_picker(hass, const.CONF_CHARGER),
    }
    modes = [mode.value for mode in Mode]
    more: Fields = {
        vol.Optional(const.CONF_PLUGGED_IN): entity_picker(hass, const.CONF_PLUGGED_IN),
        vol.Required(const.CONF_DAYS, default=const.WEEKDAYS): choice(
            const.WEEKDAYS, const.CONF_DAYS, multiple=True
        ),
        vol.Required(const.CONF_MODE, default=Mode.BLOCK.value): choice(modes, const.CONF_MODE),
        vol.Optional(const.CONF_PRICE_LIMIT): number(0.1, "p/kWh"),
        **direction,
    }
    return form(fields, more, errors)


def _deadline_schema(need: str, errors: Mapping[str, str]) -> vol.Schema:
    """Return the form that asks for the days of a deadline, and what each morning must find anyway."""
    unit = PERCENTAGE if need == const.NEED_SOC else "h"
    fields: Fields = {
        vol.Required(const.CONF_DAYS, default=["fri"]): choice(
            const.WEEKDAYS, const.CONF_DAYS, multiple=True
        ),
        vol.Optional(const.CONF_MINIMUM): number(1 if need == const.NEED_SOC else 0.25, unit),
    }
    return form(fields, {}, errors)


def _pauses_schema(data: Mapping[str, Any], errors: Mapping[str, str]) -> vol.Schema:
    """Return the form that asks how a charge may pause."""
    fields: Fields = {vol.Required(const.CONF_SHORTEST_RUN, default=30): number(30, "min")}
    if plan_settings(data).power is not None:
        # Otherwise the cost of a start can't be compared with a price.
        fields[vol.Required(const.CONF_START_COST, default=0)] = number(0.1, "p")
    return form(fields, {}, errors)


def _number_errors(answers: Mapping[str, Any]) -> dict[str, str]:
    """Return the error of the first number that can't be used, by field."""
    errors: dict[str, str] = {}
    for key, (least, most) in _LIMITS.items():
        if key not in answers or is_within(answers[key], least, most):
            continue
        # Errors in the section don't show which field they mean, so their texts say it.
        if key == const.CONF_EFFICIENCY:
            errors[key] = "invalid_efficiency"
        elif key == const.CONF_PRICE_LIMIT:
            errors[key] = "invalid_price_limit"
        else:
            errors[key] = "out_of_range" if math.isfinite(answers[key]) else "not_a_number"
        # One at a time: the form has the limits of only one.
        return errors
    if answers.get(const.CONF_SHORTEST_RUN, 0) % 30:
        errors[const.CONF_SHORTEST_RUN] = "shortest_run_in_half_hours"
    return errors


class ChargePlanFlow(ConfigSubentryFlow):
    """Asks how much to charge and when, and how to pause if it may."""

    def __init__(self) -> None:
        """Start with an empty plan."""
        self._name = ""
        self._data: dict[str, Any] = {}

    async def _ask_kind(
        self, step_id: str, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Offer the kinds of need; of a plan that is changed, the present one first."""
        present = self._present
        return self.async_show_menu(
            step_id=step_id,
            menu_options=sorted(_NEEDS, key=lambda need: need != present.get(const.CONF_NEED)),
            description_placeholders={"plan": present.get(_NAME, "")},
        )

    async_step_user = partialmethod(_ask_kind, "user")
    async_step_reconfigure = partialmethod(_ask_kind, "reconfigure")

    @property
    def _present(self) -> dict[str, Any]:
        """The plan's present name and data when reconfiguring."""
        if self.source != SOURCE_RECONFIGURE:
            return {}
        subentry = self._get_reconfigure_subentry()
        return {**subentry.data, _NAME: subentry.title}

    async def _ask_need(self, need: str, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        answers, make = self._present, partial(_need_schema, self.hass, need)
        if user_input is not None:
            answers = flat(make({}), user_input)
            errors = _number_errors(answers) | entity_errors(self.hass, answers)
            self._name = answers[_NAME].strip()
            if not self._name:
                errors[_NAME] = "name_missing"
            if not errors:
                self._data = {const.CONF_NEED: need, **answers}
                del self._data[_NAME]
                return await self.async_step_window()
        return self._form(need, make, answers, errors)

    # One step per kind of need, because form texts are looked up by step.
    async_step_duration = partialmethod(_ask_need, const.NEED_DURATION)
    async_step_energy = partialmethod(_ask_need, const.NEED_ENERGY)
    async_step_state_of_charge = partialmethod(_ask_need, const.NEED_SOC)

    async def async_step_window(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask when it may charge."""
        errors: dict[str, str] = {}
        answers = self._present
        direction = direction_field(self._get_entry(), answers)
        make = partial(_window_schema, self.hass, direction)
        if const.CONF_AVAILABLE_DAYS in answers:
            answers[const.CONF_DAYS] = answers[const.CONF_AVAILABLE_DAYS]
        if user_input is not None:
            answers = flat(make({}), user_input)
            data = {**self._data, **answers}
            errors = self._window_errors(data)
            if not errors:
                self._data = data
                if data[const.CONF_DEADLINE] == const.BY_DAY:
                    # The days it may charge on are not those it must be ready on.
                    self._data[const.CONF_AVAILABLE_DAYS] = self._data.pop(const.CONF_DAYS)
                    return await self.async_step_deadline()
                # The default isn't stored.
                del self._data[const.CONF_DEADLINE]
                return await self._after_deadline()
        return self._form("window", make, answers, errors)

    async def async_step_deadline(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask on which days it must be ready."""
        errors: dict[str, str] = {}
        present = self._present
        answers = present if present.get(const.CONF_DEADLINE) == const.BY_DAY else {}
        if user_input is not None:
            answers, data = user_input, {**self._data, **user_input}
            errors = _number_errors(answers)
            if not (errors or answers[const.CONF_DAYS]):
                errors[const.CONF_DAYS] = "no_day"
            if not (errors or plan_settings(data).fits_its_window()):
                errors[const.CONF_DAYS] = "days_too_short"
            if not errors:
                self._data = data
                return await self._after_deadline()
        make = partial(_deadline_schema, self._data[const.CONF_NEED])
        return self._form("deadline", make, answers, errors)

    async def _after_deadline(self) -> SubentryFlowResult:
        if self._data[const.CONF_MODE] == Mode.SLOTS:
            return await self.async_step_pauses()
        return await self._done()

    def _window_errors(self, data: dict[str, Any]) -> dict[str, str]:
        errors = _number_errors(data) | entity_errors(self.hass, data)
        if errors := errors or direction_errors(self._get_entry(), data):
            return errors
        if not data[const.CONF_DAYS]:
            return {const.CONF_DAYS: "no_day"}
        if data[const.CONF_DEADLINE] == const.BY_DAY:
            if data.get(const.CONF_DIRECTION) == Direction.EXPORT:
                return {const.CONF_DEADLINE: "deadline_of_export"}
            return {} if const.CONF_READY_BY in data else {const.CONF_READY_BY: "ready_by_missing"}
        if not plan_settings(data).fits_its_window():
            return {const.CONF_READY_BY: "window_too_short"}
        return {}

    async def async_step_pauses(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask how it may pause."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = _number_errors(user_input)
            if not errors:
                self._data |= user_input
                return await self._done()
        schema = partial(_pauses_schema, self._data)
        return self._form("pauses", schema, user_input or self._present, errors)

    def _form(
        self,
        step_id: str,
        make: Callable[[Mapping[str, str]], vol.Schema],
        answers: Mapping[str, Any],
        errors: dict[str, str],
    ) -> SubentryFlowResult:
        """Show a form filled in with answers."""
        least, most = next((_LIMITS[key] for key in errors if key in _LIMITS), (0, 0))
        errors = placed(errors, make({}))
        schema = make(errors)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, nested(schema, answers)),
            errors=errors,
            description_placeholders={"least": f"{least:g}", "most": f"{most:g}"},
            last_step=step_id not in _NEEDS,
        )

    async def _done(self) -> SubentryFlowResult:
        if self.source != SOURCE_RECONFIGURE:
            said = {"answer": await async_answer_for(self.hass, self._get_entry(), None, self._data)}
            return self.async_create_entry(
                title=self._name, data=self._data, description_placeholders=said
            )
        entry, plan = self._get_entry(), self._get_reconfigure_subentry()
        said = {"answer": await async_answer_for(self.hass, entry, plan.subentry_id, self._data)}
        self.hass.config_entries.async_update_subentry(entry, plan, title=self._name, data=self._data)
        return self.async_abort(reason="reconfigure_successful", description_placeholders=said)
