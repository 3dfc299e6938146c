"""Conditions for the automation editor, on entities, devices or areas. Their prices are in pence."""

from decimal import Decimal
from typing import override

from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.const import CONF_OPTIONS, STATE_ON, Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import (
    ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL,
    Condition,
    ConditionConfig,
    EntityConditionBase,
    EntityStateConditionBase,
)
import voluptuous as vol

from .entity import BLOCKS, CURRENT_PRICE, filter_entities

_PRICE = "price"
# In pence per kWh.
_LIMIT = vol.All(vol.Coerce(float), vol.Range(min=-10_000, max=10_000))


def in_pence(pounds: float) -> float:
    """Return a price in pence: exactly the number that somebody types, 17.25 and not 17.249999."""
    return float(Decimal(str(pounds)).scaleb(2))


class IsInCheapestBlock(EntityStateConditionBase):
    """A session of a plan is running."""

    _domain_specs = {Platform.BINARY_SENSOR: DomainSpec()}
    _states: set[str | bool] = {STATE_ON}

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Keep our binary sensors for running sessions."""
        return filter_entities(self._hass, Platform.BINARY_SENSOR, BLOCKS, entities)


class IsPriceBelow(EntityConditionBase):
    """The current price is below a limit in pence per kWh."""

    _domain_specs = {SENSOR_DOMAIN: DomainSpec()}
    _schema = ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL.extend(
        {vol.Required(CONF_OPTIONS): {vol.Required(_PRICE): _LIMIT}}
    )

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Store the limit."""
        super().__init__(hass, config)
        assert config.options is not None
        self._limit: float = config.options[_PRICE]

    @property
    @override
    def _needs_duration_tracking(self) -> bool:
        """Return True: a price can change and still stay below the limit."""
        return True

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Keep our sensors for the current price."""
        return filter_entities(self._hass, SENSOR_DOMAIN, CURRENT_PRICE, entities)

    @override
    def is_valid_state(self, entity_state: State) -> bool:
        """Compare the price; unknown states never get here."""
        return in_pence(float(entity_state.state)) < self._limit


CONDITIONS: dict[str, type[Condition]] = {
    "is_in_cheapest_block": IsInCheapestBlock,
    "is_price_below": IsPriceBelow,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions."""
    return CONDITIONS
