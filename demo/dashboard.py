"""The demo's dashboards: the integration's own, made by its strategy, and Home Assistant's for energy."""

from .home import Home
from .meter import METER

URL_PATH = "agile-octopus"


async def create(home: Home, note: str) -> str:
    """Make the dashboard, show it first to everybody, and return its path. `note` heads it."""
    others = {other["url_path"]: other["id"] for other in await home.command("lovelace/dashboards/list")}
    if URL_PATH not in others:
        await home.command(
            "lovelace/dashboards/create",
            url_path=URL_PATH,
            title="Octopus Agile",
            icon="mdi:lightning-bolt",
            show_in_sidebar=True,
            require_admin=False,
            mode="storage",
        )
    # Home Assistant makes one with a map, whose tiles come from outside.
    if "map" in others:
        await home.command("lovelace/dashboards/delete", dashboard_id=others["map"])
    config = {"strategy": {"type": "custom:octopus-agile", "note": note}}
    await home.command("lovelace/config/save", url_path=URL_PATH, config=config)
    await home.command("frontend/set_system_data", key="core", value={"default_panel": URL_PATH})
    return f"/{URL_PATH}"


async def bill_energy(home: Home, price: str) -> None:
    """Let the Energy dashboard bill the demo's meter at the price that an entity tells."""
    grid = {
        "type": "grid",
        "stat_energy_from": METER,
        "entity_energy_price": price,
        "cost_adjustment_day": 0,
    }
    await home.command("energy/save_prefs", energy_sources=[grid])
