"""The demo's dashboard: the integration's own, made by its strategy."""

from .home import Home

URL_PATH = "agile-octopus"


async def create(home: Home, note: str) -> str:
    """Make the dashboard, show it first to everybody, and return its path. `note` heads it."""
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
    config = {"strategy": {"type": "custom:octopus-agile", "note": note}}
    await home.command("lovelace/config/save", url_path=URL_PATH, config=config)
    await home.command("frontend/set_system_data", key="core", value={"default_panel": URL_PATH})
    return f"/{URL_PATH}"
