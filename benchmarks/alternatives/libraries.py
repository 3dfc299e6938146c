"""The libraries of alternatives, in a folder of their own, so that our environment stays as it is."""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
import importlib.util
import json
from pathlib import Path
import shutil
import subprocess
import sys

import homeassistant.components

ROOT = Path(__file__).parents[2]
_FOLDER = ROOT / ".benchmark" / "libraries"


def requirement(component: str) -> str:
    """Return the library that a component of this Home Assistant requires, like "easyenergy==3.0.1"."""
    manifest = Path(homeassistant.components.__path__[0]) / component / "manifest.json"
    found: str = json.loads(manifest.read_text())["requirements"][0]
    return found


def why_missing(component: str) -> str | None:
    """Make a component's library importable. Return why that can't be done, None if it is."""
    wanted = requirement(component)
    name, _, exact = wanted.partition("==")
    if str(_FOLDER) not in sys.path:
        # At the end: what our environment has stays the one that is used.
        sys.path.append(str(_FOLDER))
    if _is_there(name, exact):
        return None
    uv = _uv()
    if uv is None:
        return f"{wanted} isn't installed and there is no uv to install it with"
    command = [
        uv,
        "pip",
        "install",
        "--quiet",
        "--python",
        sys.executable,
        "--target",
        str(_FOLDER),
        wanted,
    ]
    if (problem := _run(command)) is not None:
        return f"{wanted} could not be installed: {problem}"
    importlib.invalidate_caches()
    return None if _is_there(name, exact) else f"{wanted} was installed but can't be found"


def _is_there(name: str, exact: str) -> bool:
    try:
        return version(name) == exact
    except PackageNotFoundError:
        return False


def _uv() -> str | None:
    """Return the uv on the PATH, or the one that scripts/setup has fetched."""
    own = (ROOT / ".setup/uv/bin/uv", ROOT / ".venv/bin/uv")
    return shutil.which("uv") or next((str(path) for path in own if path.is_file()), None)


def _run(command: Sequence[str]) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    lines = done.stderr.strip().splitlines() or ["no reason given"]
    return lines[-1] if done.returncode else None
