"""Starts Home Assistant as its own `hass` does, changed from outside: another API, fewer parts.

Run as a file, not as a module, so that this repository's folder stays off Python's path and the
integration is found where Home Assistant looks for it: in its configuration folder.

    python -P demo/hass.py [--api URL] [--clock FILE] --config FOLDER [further arguments of hass]
"""

import argparse
import asyncio
import importlib
import inspect
from pathlib import Path
import sys
from types import ModuleType

from homeassistant import __main__ as home_assistant, bootstrap
from homeassistant.core import HomeAssistant
from homeassistant.runner import RuntimeConfig

CLIENT = "custom_components.octopus_agile.agile.client"

# Home Assistant loads these whether they are used or not. They bring packages that a demo has no use
# for, some of which must be compiled: voice, cameras, radios.
UNNEEDED = {
    "ai_task",
    "assist_satellite",
    "camera",
    "image_processing",
    "infrared",
    "radio_frequency",
    "stt",
    "tts",
    "wake_word",
}


def use_api(url: str, config: Path) -> None:
    """Let the integration ask another API than Octopus's own. The package itself has no hook for it.

    The clients are made without a base URL, so it is the default of that parameter which is replaced.
    """
    sys.path.insert(0, str(config))
    module = importlib.import_module(CLIENT)
    make = module.AgileClient.__init__
    parameters = inspect.signature(make).parameters.values()
    defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
    if defaults.get("base_url") != module.API_URL or make.__defaults__ is None:
        sys.exit(f"{CLIENT}: AgileClient takes no base_url whose default is API_URL any more")
    positional = [
        p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD and p.default is not p.empty
    ]
    if "base_url" not in positional:
        sys.exit(f"{CLIENT}: AgileClient takes base_url by name only; change {Path(__file__).name}")
    make.__defaults__ = tuple(url if name == "base_url" else defaults[name] for name in positional)


def leave_out(components: set[str]) -> None:
    """Keep Home Assistant from loading some of its parts.

    The descriptions of all actions import some of them nevertheless, just in case an action mentions
    their features. Empty modules do for that; whatever really needs one fails at once.
    """
    bootstrap.DEFAULT_INTEGRATIONS.difference_update(components)
    for component in components:
        name = f"homeassistant.components.{component}"
        sys.modules[name] = ModuleType(name)


def set_clock(path: Path) -> None:
    """Let a file say what time it is."""
    # By its place in this folder: the repository's own is not on the path.
    sys.path.append(str(Path(__file__).parent))
    clock = importlib.import_module("clock").FileClock(path)
    set_up = bootstrap.async_setup_hass

    async def with_timers(runtime_config: RuntimeConfig) -> HomeAssistant | None:
        clock.move_timers_of(asyncio.get_running_loop())
        return await set_up(runtime_config)

    bootstrap.async_setup_hass = with_timers


def main() -> int:
    """Run until Home Assistant ends; return its exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--api", metavar="URL", help="base URL of the API; Octopus's own without it")
    parser.add_argument("--clock", type=Path, metavar="FILE", help="a file that says what time it is")
    parser.add_argument("--config", type=Path, required=True)
    ours, theirs = parser.parse_known_args()
    if ours.clock:
        set_clock(ours.clock)
    leave_out(UNNEEDED)
    config = ours.config.resolve()
    if ours.api:
        use_api(ours.api, config)
    sys.argv = ["hass", "--config", str(config), *theirs]
    return home_assistant.main()


if __name__ == "__main__":
    sys.exit(main())
