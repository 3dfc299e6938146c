"""A real Home Assistant with prices of our own, and a real browser that looks at it."""

from collections.abc import AsyncIterator, Iterator
import csv
from dataclasses import dataclass
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

from playwright.async_api import Browser, Locator, Page, async_playwright
import pytest

from demo.home import PASSWORD, USER

REPOSITORY = Path(__file__).parents[2]
UK = ZoneInfo("Europe/London")
CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATH = "card-view"


def price_at(local: datetime) -> float | None:
    """Return a price in pence that tells its half-hour: below zero at night, capped at tea-time."""
    slot = local.hour * 2 + local.minute // 30
    if slot == 41:
        return None  # from 20:30 nothing is known
    if 4 <= slot < 8:
        return -1.05 - slot / 100
    return 100.0 if slot == 35 else 10 + slot / 2 + local.weekday() / 100


@dataclass
class House:
    """A browser, logged in to a Home Assistant."""

    url: str
    browser: Browser
    state: Any

    async def open(
        self, path: str = f"{PATH}/one", *, width: int = 1280, height: int = 900, dark: bool = False
    ) -> Page:
        """Show the card's dashboard in a new window."""
        page = await self.browser.new_page(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            storage_state=self.state,
        )
        await page.goto(f"{self.url}/{path}")
        return page


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the demo, with prices of our own, set up by its real dialogs."""
    if CHROMIUM is None:
        pytest.skip("needs a Chromium: install it (Debian: apt-get install chromium)")
    folder = tmp_path_factory.mktemp("house")
    prices = folder / "prices.csv"
    _write_prices(prices)
    command = [
        "-m",
        "demo",
        "--published",
        "--port",
        "0",
        "--prices",
        prices,
        "--config",
        folder / "config",
    ]
    demo = subprocess.Popen(
        [sys.executable, *map(str, command)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield _address(demo)
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait(60)


@pytest.fixture(scope="session")
def sessions() -> dict[str, Any]:
    """What a browser keeps of having logged in, by address."""
    return {}


@pytest.fixture
async def house(url: str, sessions: dict[str, Any]) -> AsyncIterator[House]:
    """A browser of its own for each test, since each has an event loop of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        if url not in sessions:
            sessions[url] = await _log_in(browser, url)
        yield House(url, browser, sessions[url])
        await browser.close()


def _write_prices(path: Path) -> None:
    """Write a week of prices around today; the demo repeats it week by week."""
    start = datetime.now(UK).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=3)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["valid_from", "value_inc_vat"])
        at, end = start.astimezone(UTC), (start + timedelta(days=7)).astimezone(UTC)
        while at < end:
            price = price_at(at.astimezone(UK))
            if price is not None:
                rows.writerow([at.isoformat(), price])
            at += timedelta(minutes=30)


def _address(demo: subprocess.Popen[str]) -> str:
    said = []
    assert demo.stdout is not None
    for line in demo.stdout:
        said.append(line)
        if found := re.search(r"Open (http://\S+)", line):
            return found[1]
    raise AssertionError(f"the demo has not come up:\n{''.join(said)}")


async def _log_in(browser: Browser, url: str) -> Any:
    """Log in through the form, make a dashboard with only the card, and return the session."""
    page = await browser.new_page()
    await page.goto(url)
    await page.locator("input[name=username]").fill(USER)
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_function("document.querySelector('home-assistant')?.hass?.user")
    await page.evaluate(
        """async (url_path) => {
          const { callWS } = document.querySelector("home-assistant").hass;
          await callWS({ type: "lovelace/dashboards/create", url_path, title: "Card", mode: "storage" });
          const cards = [{ type: "custom:octopus-agile-card" }];
          const config = { views: [{ path: "one", cards }, { path: "none", cards: [] }] };
          await callWS({ type: "lovelace/config/save", url_path, config });
        }""",
        PATH,
    )
    state = await page.context.storage_state()
    await page.close()
    return state


async def card_of(page: Page) -> Locator:
    """Return the card once its picture is drawn."""
    card = page.locator("octopus-agile-card").first
    await card.locator("tbody tr").first.wait_for(state="attached")
    return card
