"""The flow that adds or changes a charge plan: what it needs, then when and how it may run."""

from collections.abc import Callable
from functools import partialmethod
import math
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import PERCENTAGE
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TimeSelector,
)
import voluptuous as vol

from .. import const
from ..agile.slots import Mode
from ..plan_settings import plan_settings
from .entity_picker import entity_errors, entity_picker

_NAME = "name"


def _number(unit: str, most: float, step: float = 0.1, least: float = 0) -> NumberSelector:
    return NumberSelector(
        NumberSelectorConfig(
            mode=NumberSelectorMode.BOX, min=least, max=most, step=step, unit_of_measurement=unit
        )
    )


def _choice(options: list[str], key: str, *, multiple: bool = False) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(
            options=options, translation_key=key, multiple=multiple, mode=SelectSelectorMode.LIST
        )
    )


_START_SCHEMA = vol.Schema(
    {
        vol.Required(_NAME): TextSelector(),
        vol.Required(const.CONF_NEED, default=const.NEED_DURATION): _choice(
            [const.NEED_DURATION, const.NEED_ENERGY, const.NEED_SOC], const.CONF_NEED
        ),
    }
)
_DURATION_SCHEMA = vol.Schema(
    {
        vol.Required(const.CONF_DURATION, default=4.0): _number("h", 24, 0.25, 0.05),
        vol.Optional(const.CONF_ENERGY): _number("kWh", 200, least=0.01),
    }
)
_ENERGY_SCHEMA = vol.Schema(
    {
        vol.Required(const.CONF_ENERGY, default=10.0): _number("kWh", 200, least=0.01),
        vol.Required(const.CONF_POWER, default=7.0): _number("kW", 50, least=0.05),
    }
)


def _soc_schema(hass: HomeAssistant) -> vol.Schema:
    return vol.Schema(
        {
            vol.Required(const.CONF_SOC): entity_picker(hass, const.CONF_SOC),
            vol.Optional(const.CONF_TARGET_ENTITY): entity_picker(hass, const.CONF_TARGET_ENTITY),
            vol.Required(const.CONF_TARGET, default=80): _number(PERCENTAGE, 100, 1, 1),
            vol.Required(const.CONF_CAPACITY, default=60.0): _number("kWh", 300, least=0.1),
            vol.Required(const.CONF_POWER, default=7.0): _number("kW", 50, least=0.05),
            vol.Required(const.CONF_EFFICIENCY, default=90): _number(PERCENTAGE, 100, 1, 1),
        }
    )


_NEED_SCHEMAS: dict[str, Callable[[HomeAssistant], vol.Schema]] = {
    const.NEED_DURATION: lambda hass: _DURATION_SCHEMA,
    const.NEED_ENERGY: lambda hass: _ENERGY_SCHEMA,
    const.NEED_SOC: _soc_schema,
}


def _window_schema(hass: HomeAssistant) -> vol.Schema:
    return vol.Schema(
        {
            vol.Optional(const.CONF_EARLIEST_START): TimeSelector(),
            vol.Optional(const.CONF_READY_BY): TimeSelector(),
            vol.Required(const.CONF_DAYS, default=const.WEEKDAYS): _choice(
                const.WEEKDAYS, const.CONF_DAYS, multiple=True
            ),
            vol.Required(const.CONF_MODE, default=Mode.BLOCK.value): _choice(
                [mode.value for mode in Mode], const.CONF_MODE
            ),
            vol.Required(const.CONF_SHORTEST_RUN, default=30): _number("min", 360, 30),
            vol.Required(const.CONF_START_COST, default=0): _number("p", 1000),
            vol.Optional(const.CONF_PRICE_LIMIT): _number("p/kWh", 1000, 0.1, -1000),
            vol.Optional(const.CONF_CHARGER): entity_picker(hass, const.CONF_CHARGER),
            vol.Optional(const.CONF_PLUGGED_IN): entity_picker(hass, const.CONF_PLUGGED_IN),
            vol.Optional(const.CONF_ENERGY_SENSOR): entity_picker(hass, const.CONF_ENERGY_SENSOR),
        }
    )


def _number_errors(answers: dict[str, Any]) -> dict[str, str]:
    """Return an error for each answer that isn't a finite number: selectors accept NaN."""
    return {
        key: "not_a_number"
        for key, value in answers.items()
        if isinstance(value, float) and not math.isfinite(value)
    }


class ChargePlanFlow(ConfigSubentryFlow):
    """Asks for a name and a kind of need, then for the need, then for the window."""

    def __init__(self) -> None:
        """Start with an empty plan."""
        self._name = ""
        self._data: dict[str, Any] = {}

    async def _start(self, step_id: str, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            self._name = user_input[_NAME].strip()
            if self._name:
                self._data = {const.CONF_NEED: user_input[const.CONF_NEED]}
                return await self._ask_need()
            errors[_NAME] = "name_missing"
        present = self._present
        if present:
            present[_NAME] = self._get_reconfigure_subentry().title
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(_START_SCHEMA, user_input or present),
            errors=errors,
        )

    async_step_user = partialmethod(_start, "user")
    async_step_reconfigure = partialmethod(_start, "reconfigure")

    @property
    def _present(self) -> dict[str, Any]:
        """The plan's current data when reconfiguring."""
        if self.source != SOURCE_RECONFIGURE:
            return {}
        return dict(self._get_reconfigure_subentry().data)

    async def _ask_need(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        need = self._data[const.CONF_NEED]
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = _number_errors(user_input) | entity_errors(self.hass, user_input)
            if not errors:
                self._data = {const.CONF_NEED: need, **user_input}
                return await self.async_step_window()
        return self.async_show_form(
            step_id=need,
            data_schema=self.add_suggested_values_to_schema(
                _NEED_SCHEMAS[need](self.hass), user_input or self._present
            ),
            errors=errors,
        )

    # One step per kind of need, because form texts are looked up by step.
    async_step_duration = async_step_energy = async_step_state_of_charge = _ask_need

    async def async_step_window(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask when and how the plan may run, and save it."""
        errors: dict[str, str] = {}
        if user_input is not None:
            data = {**self._data, **user_input}
            errors = self._errors(data)
            if not errors:
                return self._done(data)
        return self.async_show_form(
            step_id="window",
            data_schema=self.add_suggested_values_to_schema(
                _window_schema(self.hass), user_input or self._present
            ),
            errors=errors,
        )

    def _errors(self, data: dict[str, Any]) -> dict[str, str]:
        """Return the errors in the answers by field, empty if there are none."""
        if errors := _number_errors(data) | entity_errors(self.hass, data):
            return errors
        if data[const.CONF_SHORTEST_RUN] % 30:
            return {const.CONF_SHORTEST_RUN: "shortest_run_in_half_hours"}
        if not data[const.CONF_DAYS]:
            return {const.CONF_DAYS: "no_day"}
        settings = plan_settings(data)
        if data[const.CONF_START_COST] and settings.power is None:
            return {const.CONF_START_COST: "start_cost_needs_energy"}
        if data[const.CONF_NEED] != const.NEED_SOC and not settings.fits_its_window():
            return {const.CONF_READY_BY: "window_too_short"}
        return {}

    def _done(self, data: dict[str, Any]) -> SubentryFlowResult:
        if self.source == SOURCE_RECONFIGURE:
            return self.async_update_and_abort(
                self._get_entry(), self._get_reconfigure_subentry(), title=self._name, data=data
            )
        return self.async_create_entry(title=self._name, data=data)


SUBENTRY_FLOWS: dict[str, type[ConfigSubentryFlow]] = {const.SUBENTRY_PLAN: ChargePlanFlow}
