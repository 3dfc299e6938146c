"""What the forms share: fields for numbers and choices, and the section of what is rarely needed."""

from collections.abc import Mapping
import math
from typing import Any

from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

# A form's fields.
type Fields = dict[vol.Marker, Any]

# The section of what is rarely needed. Answers are stored without it.
MORE = "more"


def number(step: float, unit: str) -> NumberSelector:
    """Return a field for a number.

    The forms check its limits themselves, so that errors are translated, and NaN is one of them.
    """
    return NumberSelector(
        NumberSelectorConfig(mode=NumberSelectorMode.BOX, step=step, unit_of_measurement=unit)
    )


def choice(options: list[str], key: str, *, multiple: bool = False) -> SelectSelector:
    """Return a field for one of some options, or for several. `key` is where their names are."""
    return SelectSelector(
        SelectSelectorConfig(
            options=options,
            translation_key=key,
            multiple=multiple,
            mode=SelectSelectorMode.DROPDOWN if multiple else SelectSelectorMode.LIST,
        )
    )


def is_within(value: float, least: float, most: float) -> bool:
    """Tell whether a number lies between two others or is one of them; NaN and infinity don't."""
    return math.isfinite(value) and least <= value <= most


def form(fields: Fields, more: Fields, errors: Mapping[str, str]) -> vol.Schema:
    """Return a form with a section, which is open if there is an error in it."""
    inner = section(vol.Schema(more), {"collapsed": MORE not in errors})
    # A default would hide the suggested values of the section's fields.
    return vol.Schema({**fields, vol.Optional(MORE): inner} if more else fields)


def flat(schema: vol.Schema, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form's answers as they are stored; a section that wasn't sent is as it was shown."""
    top = {key: value for key, value in answers.items() if key != MORE}
    inner = schema.schema.get(MORE)
    return top if inner is None else {**top, **inner.schema(answers.get(MORE, {}))}


def nested(schema: vol.Schema, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stored as the answers of a form."""
    answers: dict[str, Any] = {}
    for key, field in schema.schema.items():
        if isinstance(field, section):
            inner = (str(each) for each in field.schema.schema)
            answers[str(key)] = {each: stored[each] for each in inner if each in stored}
        elif key in stored:
            answers[str(key)] = stored[key]
    return answers


def placed(errors: Mapping[str, str], schema: vol.Schema) -> dict[str, str]:
    """Return errors where Home Assistant shows them: it has no place for them inside a section."""
    return {field if field in schema.schema else MORE: error for field, error in errors.items()}
