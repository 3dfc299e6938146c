"""The configuration folder of the demo's Home Assistant."""

from datetime import UTC, datetime
import json
from pathlib import Path
import shutil
from typing import Any

from homeassistant.const import MAJOR_VERSION, MINOR_VERSION

REPOSITORY = Path(__file__).parent.parent
INTEGRATION = Path("custom_components/octopus_agile")
BLUEPRINTS = Path("blueprints/automation/octopus_agile")
_CAR = Path(__file__).with_name("car.yaml")

# Says that the folder is the demo's own and may be emptied.
_MARK = ".octopus-agile-demo"

# Only what the dashboard and the automation editor need: `default_config` would bring much more.
_CONFIGURATION = """\
homeassistant:
  name: Home
  country: GB
  currency: GBP
  language: en-GB
  time_zone: Europe/London
  latitude: 51.5014
  longitude: -0.1419
  elevation: 10
  unit_system: metric
{packages}
automation: !include automations.yaml
calendar:
config:
conversation:
energy:
frontend:
history:
logbook:
recorder:
scene: !include scenes.yaml
script: !include scripts.yaml

input_boolean:
  car_charger:
    name: Car charger
    icon: mdi:ev-station

# So that the Energy dashboard has something to bill: 450 W, day and night.
template:
  - sensor:
      - name: Grid import (made up)
        unique_id: grid_import
        device_class: energy
        state_class: total_increasing
        unit_of_measurement: kWh
        state: "{{ (now().timestamp() % 31536000 / 3600 * 0.45) | round(3) }}"

logger:
  default: warning
  logs:
    custom_components.octopus_agile: debug
"""


# For a Home Assistant that doesn't store it yet.
_ADDRESS = """
http:
  server_host: 127.0.0.1
  server_port: {port}
"""


class FolderError(Exception):
    """The folder can't be used; the text says why."""


def prepare(folder: Path, port: int, *, keep: bool = False, car: bool = True) -> None:
    """Make the folder anew, with Home Assistant on 127.0.0.1 and a port, and with a car.

    `keep` keeps what it holds. A folder that isn't the demo's own is refused rather than emptied.
    """
    if (
        folder.exists()
        and not (folder / _MARK).exists()
        and (not folder.is_dir() or any(folder.iterdir()))
    ):
        raise FolderError(f"{folder} isn't one of the demo's folders, and would be emptied")
    if folder.exists() and not keep:
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()
    stores_address = (MAJOR_VERSION, MINOR_VERSION) >= (2026, 8)
    packages = "  packages:\n    car: !include car.yaml\n" if car else ""
    configuration = _CONFIGURATION.replace("{packages}", packages)
    configuration += "" if stores_address else _ADDRESS.format(port=port)
    (folder / "configuration.yaml").write_text(configuration, encoding="utf-8")
    shutil.copy(_CAR, folder)
    for name, empty in (("automations", "[]"), ("scenes", "[]"), ("scripts", "{}")):
        path = folder / f"{name}.yaml"
        if not path.exists():
            path.write_text(f"{empty}\n", encoding="utf-8")
    if not (folder / INTEGRATION).is_symlink():
        (folder / INTEGRATION).parent.mkdir(parents=True, exist_ok=True)
        (folder / INTEGRATION).symlink_to(REPOSITORY / INTEGRATION, target_is_directory=True)
    # Copied, since Home Assistant looks for blueprints behind no link; to where an import puts them.
    imported = folder / BLUEPRINTS.with_name("octopus-agile-ha")
    shutil.copytree(REPOSITORY / BLUEPRINTS, imported, dirs_exist_ok=True)
    if stores_address:
        _store(folder, "http", 2, 2, _http(port))
    if not (folder / ".storage/onboarding").exists():
        # The step that sets the location is done by configuration.yaml. Doing it through the API would
        # also add a weather service, radio stations and speech from outside.
        _store(folder, "onboarding", 4, 1, {"done": ["core_config"]})


def _http(port: int) -> dict[str, Any]:
    """Return the address as Home Assistant stores one that somebody has confirmed.

    In configuration.yaml it would now count as a trial, which ends after five minutes with a restart at
    another address, and as deprecated, which shows as a repair.
    """
    stable = {
        "server_host": ["127.0.0.1"],
        "server_port": port,
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": True,
        "ssl_profile": "modern",
        "use_x_frame_options": True,
        "created_at": datetime.now(UTC).isoformat(),
        "error": None,
        "error_message": None,
    }
    return {"stable": stable, "pending": None, "yaml_migration_done": True}


def _store(folder: Path, key: str, version: int, minor_version: int, data: dict[str, Any]) -> None:
    """Write one of Home Assistant's stores, before it starts."""
    path = folder / ".storage" / key
    path.parent.mkdir(exist_ok=True)
    store = {"version": version, "minor_version": minor_version, "key": key, "data": data}
    path.write_text(json.dumps(store), encoding="utf-8")
