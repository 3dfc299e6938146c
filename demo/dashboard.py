"""The demo's dashboard: the integration's own card, and around it cards that Home Assistant brings."""

from collections.abc import Mapping
from typing import Any

from .home import Home, HomeError

URL_PATH = "agile-octopus"

_PLAN = """\
{% set start = states('START') | as_datetime(none) %}
{% if start -%}
Cheapest {{ states('HOURS') | float | round(2) | string | replace('.0', '') }} hours: \
**{{ (start | as_local).strftime('%A %H:%M') }} to \
{{ (states('END') | as_datetime | as_local).strftime('%H:%M') }}** \
at {{ '%.1f' | format(states('MEAN') | float * 100) }} p/kWh\
{%- if states('COST') | is_number %}, about **£{{ '%.2f' | format(states('COST') | float) }}**{% endif %}.
{%- else -%}
No block is planned.
{%- endif %}
"""

_NAMES = {
    "START": "sensor.cheapest_block_start",
    "END": "sensor.cheapest_block_end",
    "MEAN": "sensor.cheapest_block_price",
    "COST": "sensor.estimated_cost",
    "HOURS": "number.charge_duration",
}


async def create(home: Home, entities: Mapping[str, str], note: str) -> str:
    """Make the dashboard, show it first to everybody, and return its path. `note` heads it.

    `entities` are entity ids by platform and key, like "sensor.current_price".
    """
    others = {other["url_path"]: other["id"] for other in await home.command("lovelace/dashboards/list")}
    if URL_PATH not in others:
        await home.command(
            "lovelace/dashboards/create",
            url_path=URL_PATH,
            title="Agile Octopus",
            icon="mdi:lightning-bolt",
            show_in_sidebar=True,
            require_admin=False,
            mode="storage",
        )
    # Home Assistant makes one with a map, whose tiles come from outside.
    if "map" in others:
        await home.command("lovelace/dashboards/delete", dashboard_id=others["map"])
    config = {"views": [_view(entities, note)]}
    await home.command("lovelace/config/save", url_path=URL_PATH, config=config)
    await home.command("frontend/set_system_data", key="core", value={"default_panel": URL_PATH})
    return f"/{URL_PATH}"


def _view(entities: Mapping[str, str], note: str) -> dict[str, Any]:
    if missing := set(_NAMES.values()) - entities.keys():
        raise HomeError(f"the integration has made no {', '.join(sorted(missing))}")

    def tile(key: str, **more: Any) -> dict[str, Any]:
        # The entity's own name: the device's is the same for all.
        return {"type": "tile", "entity": entities[key], "name": {"type": "entity"}} | more

    def markdown(template: str) -> dict[str, Any]:
        for name, key in _NAMES.items():
            template = template.replace(f"'{name}'", f"'{entities[key]}'")
        return {"type": "markdown", "content": template, "grid_options": {"columns": "full"}}

    def section(title: str, icon: str, *cards: dict[str, Any]) -> dict[str, Any]:
        heading = {"type": "heading", "heading": title, "icon": icon}
        return {"type": "grid", "cards": [heading, *cards]}

    def tiles(*keys: str) -> list[dict[str, Any]]:
        return [tile(key) for key in keys if key in entities]

    chart = {
        "type": "grid",
        "column_span": 2,
        "cards": [{"type": "custom:octopus-agile-card", "grid_options": {"columns": "full"}}],
    }
    prices = section(
        "Prices",
        "mdi:lightning-bolt",
        *tiles(
            *(f"sensor.{which}_price" for which in ("current", "next", "lowest", "highest", "average")),
            "binary_sensor.negative_price",
        ),
    )
    charge = section(
        "Charge",
        "mdi:ev-station",
        markdown(_PLAN),
        *tiles(
            "sensor.plan_status",
            "binary_sensor.cheapest_block",
        ),
        tile("sensor.cheapest_block_start", name="Block start"),
        tile("sensor.cheapest_block_end", name="Block end"),
        tile("sensor.cheapest_block_price", name="Block price"),
        tile("sensor.estimated_cost"),
        tile("number.charge_duration", features=[{"type": "numeric-input", "style": "buttons"}]),
        {"type": "tile", "entity": "input_boolean.car_charger"},
    )
    return {
        "title": "Agile Octopus",
        "type": "sections",
        "max_columns": 2,
        "header": {"card": {"type": "markdown", "content": note, "text_only": True}},
        "sections": [chart, prices, charge],
    }
