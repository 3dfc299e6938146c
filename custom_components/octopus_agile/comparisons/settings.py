"""What an entry's comparisons are set to."""

from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry

from ..agile.tariffs import Tariff, is_product_code
from ..const import CONF_METER, CONF_PRODUCT, CONF_REGION, SUBENTRY_COMPARISON


@dataclass(frozen=True, slots=True)
class ComparisonSettings:
    """A comparison with a tariff. `meter` is a statistic; None means those of the Energy dashboard."""

    subentry_id: str
    name: str
    tariff: Tariff
    meter: str | None


def comparisons_of(entry: ConfigEntry) -> list[ComparisonSettings]:
    """Return an entry's comparisons, without those of which the product can't be one."""
    return [
        ComparisonSettings(
            each.subentry_id,
            each.title,
            Tariff(each.data[CONF_PRODUCT], entry.data[CONF_REGION]),
            each.data.get(CONF_METER),
        )
        for each in entry.subentries.values()
        if each.subentry_type == SUBENTRY_COMPARISON and is_product_code(each.data[CONF_PRODUCT])
    ]
