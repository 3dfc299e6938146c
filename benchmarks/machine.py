"""The machine that numbers come from, without anything that tells it from others of its kind."""

import os
from pathlib import Path
import platform

from homeassistant.const import __version__ as home_assistant


def machine() -> str:
    """Return processor, cores, and versions of Python and Home Assistant."""
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, Home Assistant {home_assistant}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or "unknown processor")
