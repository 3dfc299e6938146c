"""A real Home Assistant with prices of our own, and a real browser that looks at it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
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

from demo.catalogue import PRODUCTS
from demo.home import PASSWORD, USER
from demo.prices import modelled

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

# A price in pence at a local time, None where there is none.
type Price = Callable[[datetime], float | None]

# Such prices, and the local midnight from which on there is a week of them, repeated week by week.
type Prices = tuple[Price, datetime]

# When pictures are taken: on a winter's afternoon, with tomorrow's prices just come.
SHOWN = datetime(2026, 11, 25, 16, 40, tzinfo=UK)


def price_at(local: datetime) -> float | None:
    """Return a price in pence that tells its half-hour: below zero at night, capped at tea-time."""
    slot = local.hour * 2 + local.minute // 30
    if slot == 41:
        return None  # from 20:30 nothing is known
    if 4 <= slot < 8:
        return -1.05 - slot / 100
    return 100.0 if slot == 35 else 10 + slot / 2 + local.weekday() / 100


@dataclass
class Demo:
    """A demo that runs: a Home Assistant, set up by its real dialogs, with prices of our own.

    `clock` is the file that says what time it is in there; without one it is the real time.
    """

    url: str
    config: Path
    clock: Path | None = None

    def set_clock(self, at: datetime) -> None:
        """Let it be another time there."""
        assert self.clock is not None
        self.clock.write_text(at.isoformat(), encoding="utf-8")


@dataclass
class House:
    """A browser, logged in to a Home Assistant."""

    url: str
    browser: Browser
    state: Any
    # What time it is there; the real one if it isn't said.
    at: datetime | None = None

    async def open(
        self,
        path: str = f"{PATH}/one",
        *,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        **options: Any,
    ) -> Page:
        """Show the card's dashboard in a new window."""
        page = await self.browser.new_page(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            storage_state=self.state,
            **options,
        )
        if self.at is not None:
            await page.clock.install(time=self.at)
        await page.goto(f"{self.url}/{path}")
        return page


@contextmanager
def run_demo(
    folder: Path, *options: str | Path, prices: Prices | None = None, at: datetime | None = None
) -> Iterator[Demo]:
    """Run a demo with prices of our own, or with modelled ones; at the real or another time."""
    if CHROMIUM is None:
        pytest.skip("needs a Chromium: install it (Debian: apt-get install chromium)")
    command = ["-m", "demo", "--port", "0", "--config", folder / "config", *options]
    if prices is not None:
        file = folder / "prices.csv"
        _write_prices(file, *prices)
        command += ["--prices", file]
    clock = None
    if at is not None:
        clock = folder / "clock"
        clock.write_text(at.isoformat(), encoding="utf-8")
        command += ["--clock", clock]
    process = subprocess.Popen(
        [sys.executable, *map(str, command)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Demo(_address(process), folder / "config", clock)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def this_week() -> Prices:
    """Return our prices for the week around today."""
    midnight = datetime.now(UK).replace(hour=0, minute=0, second=0, microsecond=0)
    return price_at, midnight - timedelta(days=3)


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo at the real time, with tomorrow's prices."""
    with run_demo(tmp_path_factory.mktemp("house"), "--published", prices=this_week()) as demo:
        yield demo.url


@pytest.fixture(scope="session")
def showcase_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo as people start it, always at the same time: for pictures."""
    with run_demo(tmp_path_factory.mktemp("showcase"), at=SHOWN) as demo:
        yield demo.url


@pytest.fixture(scope="session")
def sessions() -> dict[str, Any]:
    """What a browser keeps of having logged in, by address."""
    return {}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser of its own for each test, since each has an event loop of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


type Shoot = Callable[[Page | Locator, str], Awaitable[None]]


@pytest.fixture
def shoot(request: pytest.FixtureRequest) -> Shoot:
    """Take a picture for the documentation, if one is wanted."""
    folder: Path | None = request.config.getoption("--screenshots")

    async def take(what: Page | Locator, name: str) -> None:
        if folder is not None:
            # Dialogs and menus come and go with an animation.
            await (what if isinstance(what, Page) else what.page).wait_for_timeout(800)
            await what.screenshot(path=folder / f"{name}.png")

    return take


@pytest.fixture
async def house(url: str, browser: Browser, sessions: dict[str, Any]) -> House:
    """A browser, logged in to the demo."""
    if url not in sessions:
        sessions[url] = await log_in(browser, url)
    return House(url, browser, sessions[url])


@pytest.fixture
async def showcase(showcase_url: str, browser: Browser, sessions: dict[str, Any]) -> House:
    """A browser, logged in to the demo that pictures are taken of."""
    if showcase_url not in sessions:
        sessions[showcase_url] = await log_in(browser, showcase_url, SHOWN)
        await _remember(House(showcase_url, browser, sessions[showcase_url], SHOWN))
    return House(showcase_url, browser, sessions[showcase_url], SHOWN)


async def _remember(house: House) -> None:
    """Let Home Assistant remember the prices of a month, as if it had run for so long."""
    end = SHOWN.replace(minute=0).astimezone(UTC)
    slots = modelled("C", end - timedelta(days=30), end, PRODUCTS["AGILE-24-10-01"].cap)
    rows = []
    for first, second in zip(slots[::2], slots[1::2], strict=True):
        pounds = [float(slot.inc_vat) / 100 for slot in (first, second)]
        rows.append(
            {
                "start": first.start.isoformat(),
                "mean": sum(pounds) / 2,
                "min": min(pounds),
                "max": max(pounds),
            }
        )
    page = await house.open()
    await page.wait_for_function("document.querySelector('home-assistant')?.hass?.user")
    await page.evaluate(
        """stats => document.querySelector("home-assistant").hass.callWS({
          type: "recorder/import_statistics",
          metadata: {
            has_mean: true, mean_type: 1, has_sum: false, name: null, source: "recorder",
            statistic_id: "sensor.octopus_agile_london_current_price",
            unit_of_measurement: "GBP/kWh", unit_class: null,
          },
          stats,
        })""",
        rows,
    )
    await page.close()


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


async def log_in(browser: Browser, url: str, at: datetime | None = None) -> Any:
    """Log in through the form, make a dashboard with only the card, and return the session."""
    page = await browser.new_page()
    if at is not None:
        await page.clock.install(time=at)
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
