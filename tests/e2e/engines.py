"""What every browser engine has to do with the dashboard: draw it, and hear pointer, finger and keys."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
import json
from operator import eq
import os
from pathlib import Path
import signal
import subprocess
from typing import Any, Protocol

import aiohttp

from demo.home import _token

from .common import Demo
from .test_dashboard import DASHBOARD, MISPLACED

# As long as a busy machine may take for one thing, in seconds.
PATIENCE = 40
DESKTOP, PHONE = (1280, 900), (390, 844)

# Finds the first element that a selector matches, also within other elements' own trees.
FIND = """const find = (selector, root = document) => {
  const found = root.querySelector(selector);
  if (found) return found;
  for (const element of root.querySelectorAll("*")) {
    const within = element.shadowRoot && find(selector, element.shadowRoot);
    if (within) return within;
  }
};"""
KEEP_TOKENS = """tokens => localStorage.setItem("hassTokens", JSON.stringify(tokens))"""
# Whether the chart is drawn: its canvas has colours in it.
DRAWN = """() => {
  const canvas = find(".canvas canvas");
  if (!canvas?.width || document.querySelector("#ha-launch-screen")) return false;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size > 20;
}"""
BOX = """selector => {
  const element = find(selector);
  element.scrollIntoView({ block: "center" });
  const { left, top, width, height } = element.getBoundingClientRect();
  return [left, top, width, height];
}"""
TEXT = """selector => find(selector)?.textContent ?? ''"""
FOCUS = """selector => find(selector).focus()"""
DURATION = """() => Number(Object.values(document.querySelector("home-assistant").hass.states)
  .find(state => state.entity_id.endsWith("london_charge_duration")).state)"""
GO_DARK = """() => document.querySelector("home-assistant")
  .dispatchEvent(new CustomEvent("settheme", { detail: { dark: true } }))"""
# How bright the cards are and the text on them, of 255.
SHADES = """() => {
  const shade = colour => {
    const context = document.createElement("canvas").getContext("2d");
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / 3;
  };
  const style = getComputedStyle(find("octopus-agile-plans").shadowRoot.querySelector("ha-card"));
  return [shade(style.backgroundColor), shade(style.color)];
}"""


class Engine(Protocol):
    """A browser that is driven from outside."""

    async def open(self, url: str) -> None:
        """Go to an address."""

    async def run(self, function: str, *values: Any) -> Any:
        """Call a function of the page's; `find` is there for it."""

    async def act(self, source: dict[str, Any]) -> None:
        """Let a mouse, a finger or a keyboard do something, as WebDriver describes it."""

    async def resize(self, width: int, height: int) -> None:
        """Give the page another size."""


def _pointer(kind: str, x: float, y: float, *more: dict[str, Any]) -> dict[str, Any]:
    steps = [{"type": "pointerMove", "x": round(x), "y": round(y)}, *more]
    return {"type": "pointer", "id": kind, "parameters": {"pointerType": kind}, "actions": steps}


def pointing(x: float, y: float) -> dict[str, Any]:
    """Return what moves the mouse to a place."""
    return _pointer("mouse", x, y)


def tapping(x: float, y: float) -> dict[str, Any]:
    """Return what touches a place and lets go."""
    return _pointer("touch", x, y, *({"type": f"pointer{each}", "button": 0} for each in ("Down", "Up")))


def pressing(key: str) -> dict[str, Any]:
    """Return what presses a key, named by its WebDriver code."""
    return {
        "type": "key",
        "id": "key",
        "actions": [{"type": f"key{e}", "value": key} for e in ("Down", "Up")],
    }


def script(function: str, values: tuple[Any, ...]) -> str:
    """Return the body of a function that gives what another one does, as JSON."""
    return f"{FIND} return JSON.stringify(await ({function})(...{json.dumps(values)}) ?? null);"


@contextmanager
def running(*command: str | Path, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a program, and end it with all that it has started."""
    process = subprocess.Popen(
        [*map(str, command)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        **options,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


async def wait_for(
    engine: Engine, function: str, *values: Any, until: Callable[[Any], bool] = bool
) -> Any:
    """Ask until the answer will do, and return it."""
    answer = None
    for _ in range(PATIENCE * 5):
        if until(answer := await engine.run(function, *values)):
            return answer
        await asyncio.sleep(0.2)
    raise AssertionError(f"still {answer!r}: {function} {values}")


async def log_in(engine: Engine, demo: Demo) -> None:
    """Log in without the form: leaving it makes some engines complain of imports that were broken off."""
    async with aiohttp.ClientSession() as session:
        token = await _token(session, demo.url, is_new=False)
    await engine.open(f"{demo.url}/robots.txt")
    tokens = {"access_token": token, "token_type": "Bearer", "hassUrl": demo.url, "expires_in": 1800}
    tokens |= {"clientId": f"{demo.url}/", "refresh_token": "", "expires": 4_000_000_000_000}
    await engine.run(KEEP_TOKENS, tokens)


async def tell_by_pointer(
    engine: Engine, at: Callable[[float, float], dict[str, Any]], share: float
) -> None:
    """Point at a place of the chart, some share of its width from the left: its price is told."""
    left, top, width, height = await engine.run(BOX, ".chart")
    await engine.act(at(left + width * share, top + height / 2))
    await wait_for(engine, TEXT, ".tip", until=lambda text: "p/kWh" in str(text))


async def change_the_duration(engine: Engine) -> None:
    """Press plus and then minus beside the duration, and wait until the plan knows."""
    before = await engine.run(DURATION)
    for name, wanted in (("more", before + 0.5), ("less", before)):
        left, top, width, height = await engine.run(BOX, f'[aria-label="Duration: {name}"]')
        await engine.act(tapping(left + width / 2, top + height / 2))
        await wait_for(engine, DURATION, until=partial(eq, wanted))


async def use_the_dashboard(engine: Engine, demo: Demo) -> None:
    """Draw, mouse, finger, keys, duration, dark, phone."""
    await log_in(engine, demo)
    await engine.resize(*DESKTOP)
    await engine.open(f"{demo.url}/{DASHBOARD}")
    await wait_for(engine, DRAWN)
    await wait_for(engine, TEXT, "ul .open", until=lambda text: "Cheapest" in str(text))

    await tell_by_pointer(engine, pointing, 0.4)
    await engine.act(pointing(2, 2))
    await wait_for(engine, TEXT, ".tip", until=lambda text: text == "")
    await tell_by_pointer(engine, tapping, 0.7)

    # Each key tells of another half hour than before.
    await engine.run(FOCUS, ".chart")
    told = {"", await engine.run(TEXT, ".tip")}
    for key in ("\ue011", "\ue014"):  # Home, the right arrow
        await engine.act(pressing(key))
        told.add(await wait_for(engine, TEXT, ".tip", until=lambda text: text not in told))
    await engine.act(pressing("\ue00c"))  # Escape

    await change_the_duration(engine)

    await engine.run(GO_DARK)
    await wait_for(engine, SHADES, until=lambda shades: shades[0] < 80 < 180 < shades[1])

    await engine.resize(*PHONE)
    await wait_for(engine, "() => innerWidth", until=lambda width: width == PHONE[0])
    await wait_for(engine, DRAWN)
    await wait_for(engine, MISPLACED, until=lambda found: found["cards"] > 1 and not found["wrong"])
