"""What tests in a browser do: run a demo, log in to it, open pages, wait for the card."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
import csv
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import os
from pathlib import Path
import re
import shutil
import signal
import subprocess
import sys
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    StorageState,
    ViewportSize,
    expect,
)
import pytest

from demo.home import PASSWORD, USER

REPOSITORY = Path(__file__).parents[2]
UK = ZoneInfo("Europe/London")
# The first draws no window, which takes much of the time of the others.
NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
MISSING = (
    "The tests in a browser need Chromium or Chrome: install it, then run them again (Debian: "
    "sudo apt-get install chromium-headless-shell; Ubuntu: sudo apt-get install chromium-browser)."
)
PATH = "card-view"
# To be run in a page whose picture needs no sidebar.
HIDE_SIDEBAR = """localStorage.setItem("dockedSidebar", '"always_hidden"')"""
# What Home Assistant throws when a page is left that still waits for answers. It is no Error, so it
# says not where; our own code throws nothing else.
LEFT = {"disconnected", "Object"}
# What its page of an integration sometimes throws when that is deleted, and its list of what can be
# added to an automation while it is searched.
THEIRS = {
    "Cannot read properties of undefined (reading 'id')",
    "this._virtualizerElement.scrollToIndex is not a function",
}

# A machine that is busy with other things takes its time; how quick things are is measured elsewhere.
expect.set_options(timeout=20_000)

# A price in pence at a local time, None where there is none.
type Price = Callable[[datetime], float | None]

# Such prices, and the local midnight from which on there is a week of them, repeated week by week.
type Prices = tuple[Price, datetime]

# When tests begin and pictures are taken: on a winter's afternoon, with tomorrow's prices just come.
SHOWN = datetime(2026, 11, 25, 16, 40, tzinfo=UK)


def price_at(local: datetime) -> float | None:
    """Return a price in pence that tells its half-hour: below zero at night, capped at tea-time."""
    slot = local.hour * 2 + local.minute // 30
    if slot == 41:
        return None  # from 20:30 nothing is known
    if 4 <= slot < 8:
        return -1.05 - slot / 100
    return 100.0 if slot == 35 else 10 + slot / 2 + local.weekday() / 100


# Takes a picture of something under a name; logs in to a demo.
type Shoot = Callable[[Page | Locator, str], Awaitable[None]]
type Enter = Callable[[Demo], Awaitable[House]]


@dataclass
class Demo:
    """A demo that runs: a Home Assistant, set up by its real dialogs, with prices of our own.

    `clock` is the file that says what time it is in there; without one it is the real time.
    """

    url: str
    config: Path
    clock: Path | None = None
    _shift: timedelta | None = None

    def set_clock(self, at: datetime) -> None:
        """Let it be another time there."""
        assert self.clock is not None
        self._shift = at - datetime.now(UTC)
        # With a newline, as editors write it.
        self.clock.write_text(f"{at.isoformat()}\n", encoding="utf-8")

    @property
    def now(self) -> datetime | None:
        """The time there, None if it is the real one."""
        return None if self._shift is None else datetime.now(UTC) + self._shift


@dataclass(frozen=True)
class Session:
    """What a browser keeps for the pages of a home, and how that was after the login."""

    context: BrowserContext
    state: StorageState


@dataclass
class House:
    """A browser, logged in to a Home Assistant. What its pages complain of is kept."""

    demo: Demo
    browser: Browser
    session: Session
    said: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address of Home Assistant."""
        return self.demo.url

    async def open(
        self,
        path: str = f"{PATH}/one",
        *,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        script: str | None = None,
        **options: Any,
    ) -> Page:
        """Show the card's dashboard in a new window, at the time of Home Assistant.

        A script runs before anything else of the page does. What the browser keeps for this home is as it
        was after the login, but for the files that it has loaded. Options make it another browser.
        """
        size, state = ViewportSize(width=width, height=height), self.session.state
        if options:
            context = await self.browser.new_context(
                locale="en-GB", storage_state=state, viewport=size, **options
            )
        else:
            context = self.session.context
            await context.set_storage_state(state)
        page = await context.new_page()
        await page.set_viewport_size(size)
        await page.emulate_media(color_scheme="dark" if dark else "light")
        hear(page, self.said)
        if self.demo.now is not None:
            await page.clock.install(time=self.demo.now)
        if script is not None:
            await page.add_init_script(script)
        await page.goto(f"{self.url}/{path}")
        return page


def hear(page: Page, said: list[str]) -> None:
    """Keep what a page complains of, but for files of others that aren't there."""

    def console(message: ConsoleMessage) -> None:
        is_missing = message.text.startswith("Failed to load resource")
        # So the automation editor says that it couldn't get something while the page was left.
        is_theirs = message.text == "Object" and "/frontend_latest/" in message.location["url"]
        # So the connection says that an event came after the page had stopped listening for it.
        is_theirs |= message.text.startswith("Received event for unknown subscription")
        is_ours = "octopus_agile" in message.location["url"]
        if message.type in {"error", "warning"} and (is_ours or not (is_missing or is_theirs)):
            said.append(message.text)

    def error(what: Error) -> None:
        is_theirs = str(what) in THEIRS and "/frontend_latest/" in (what.stack or "")
        if str(what) not in LEFT and not is_theirs:
            said.append(str(what))

    page.on("pageerror", error)
    page.on("console", console)


@contextmanager
def run_demo(
    folder: Path,
    *options: str | Path,
    prices: Prices | None = None,
    at: datetime | None = None,
    car: bool = False,
    meter: bool = False,
) -> Iterator[Demo]:
    """Run a demo with prices of our own, or with modelled ones; at the real or another time.

    With the demo's car and its charge plan, or its meter's past and a comparison, if they are wanted.
    """
    if CHROMIUM is None:
        pytest.skip(MISSING)
    command = ["-m", "demo", "--port", "0", "--config", folder / "config", *options]
    command += [] if car else ["--no-car"]
    command += [] if meter else ["--no-meter"]
    if prices is not None:
        file = folder / "prices.csv"
        _write_prices(file, *prices)
        command += ["--prices", file]
    demo = Demo("", folder / "config")
    if at is not None:
        demo.clock = folder / "clock"
        demo.set_clock(at)
        command += ["--clock", demo.clock]
    process = subprocess.Popen(
        [sys.executable, *map(str, command)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        demo.url = _address(process)
        yield demo
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    _assert_nothing_was_wrong((folder / "config/hass.log").read_text(encoding="utf-8"))


def _assert_nothing_was_wrong(log: str) -> None:
    assert re.findall(r".* (?:WARNING|ERROR) .*\[custom_components\.octopus_agile.*", log) == []
    # It is no fault of anybody's if a page is closed while something is written to it, or if an idle
    # thread doesn't end as soon as Home Assistant wants, on a busy machine.
    harmless = "Cannot write to closing transport", "work_item = work_queue.get"
    tracebacks = log.split("Traceback (most recent call last)")[1:]
    assert [each for each in tracebacks if not any(text in each for text in harmless)] == []


def this_week() -> Prices:
    """Return our prices for the week around today."""
    midnight = datetime.now(UK).replace(hour=0, minute=0, second=0, microsecond=0)
    return price_at, midnight - timedelta(days=3)


def _write_prices(path: Path, price: Price, start: datetime) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["valid_from", "value_inc_vat"])
        at, end = start.astimezone(UTC), (start + timedelta(days=8)).astimezone(UTC)
        while at < end:
            value = price(at.astimezone(UK))
            if value is not None:
                rows.writerow([at.isoformat(), value])
            at += timedelta(minutes=30)


def _address(demo: subprocess.Popen[str]) -> str:
    said = []
    assert demo.stdout is not None
    for line in demo.stdout:
        said.append(line)
        if found := re.search(r"Open (http://\S+)", line):
            return found[1]
    raise AssertionError(f"the demo has not come up:\n{''.join(said)}")


async def log_in(browser: Browser, demo: Demo) -> Session:
    """Log in through the form, make a dashboard with only the card, and return the session."""
    context = await browser.new_context(locale="en-GB")
    page = await context.new_page()
    if demo.now is not None:
        await page.clock.install(time=demo.now)
    await page.goto(demo.url)
    await page.locator("input[name=username]").fill(USER)
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_function("document.querySelector('home-assistant')?.hass?.user")
    await page.evaluate(
        """async (url_path) => {
          const { callWS } = document.querySelector("home-assistant").hass;
          const dashboard = { url_path, title: "Card", mode: "storage", show_in_sidebar: false };
          await callWS({ type: "lovelace/dashboards/create", ...dashboard });
          const cards = [{ type: "custom:octopus-agile-card" }];
          const config = { views: [{ path: "one", cards }, { path: "none", cards: [] }] };
          await callWS({ type: "lovelace/config/save", url_path, config });
        }""",
        PATH,
    )
    await page.close()
    return Session(context, await context.storage_state())


async def card_of(page: Page) -> Locator:
    """Return the card once its picture is drawn, and the launch screen no longer lies over it."""
    card = page.locator("octopus-agile-card").first
    await card.locator("tbody tr").first.wait_for(state="attached")
    await page.locator("#ha-launch-screen").wait_for(state="detached")
    return card


async def go(page: Page, url: str) -> None:
    """Go to another page, once the last dialog has closed: that goes back, and would stop us."""
    await page.wait_for_function("history.state?.dialog === undefined")
    await page.goto(url)


def dialog(page: Page) -> Locator:
    """Return the dialog that is open, without what lies behind it."""
    return page.locator("ha-dialog[open] dialog").last
