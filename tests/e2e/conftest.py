"""A real Home Assistant with prices of our own, and a real browser that looks at it."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
import shutil
import subprocess

from playwright.async_api import Browser, Locator, Page, async_playwright
import pytest
import pytest_asyncio

from .common import (
    CHROMIUM,
    MISSING,
    REPOSITORY,
    SHOWN,
    Demo,
    Enter,
    House,
    Session,
    Shoot,
    log_in,
    price_at,
    run_demo,
)
from .made_up import Show, open_page
from .showcase import add_plans, prices_have_come, remember_prices

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run all in the event loop the browser was started in, and in one process what shares a demo."""
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        if pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
        for demo in {"tested", "shown"}.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group(demo))


@pytest.fixture(autouse=True)
def verify_cleanup() -> None:
    """Leave the loop's threads alone: it is the same for all tests, and no Home Assistant runs in it."""


@pytest.fixture(scope="session")
def tested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo with prices of ours, tomorrow's too, that starts always at the same time."""
    prices = price_at, SHOWN.replace(hour=0, minute=0) - timedelta(days=3)
    with run_demo(
        tmp_path_factory.mktemp("house"), "--ready-by", "07:00", prices=prices, at=SHOWN
    ) as demo:
        yield demo


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that lives through the publication of an afternoon, always the same: for pictures."""
    with run_demo(
        tmp_path_factory.mktemp("showcase"),
        "--ready-by",
        "07:00",
        "--plain-names",
        at=SHOWN.replace(hour=15, minute=50),
    ) as demo:
        yield demo


@pytest.fixture(scope="session")
def sessions() -> dict[str, Session]:
    """Where somebody has logged in, by address."""
    return {}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def launched() -> AsyncIterator[Browser]:
    """The browser of all tests: to start one takes longer than many a test."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(launched: Browser) -> AsyncIterator[Browser]:
    """The browser, without the pages of tests before."""
    yield launched
    for page in [page for context in launched.contexts for page in context.pages]:
        await page.close()


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


@pytest_asyncio.fixture(loop_scope="session")
async def enter(browser: Browser, sessions: dict[str, Session]) -> AsyncIterator[Enter]:
    """Log in to a demo. In the end no page may have complained of anything."""
    houses = []

    async def enter_one(demo: Demo) -> House:
        if demo.url not in sessions:
            sessions[demo.url] = await log_in(browser, demo)
        houses.append(House(demo, browser, sessions[demo.url]))
        return houses[-1]

    yield enter_one
    assert [said for house in houses for said in house.said] == []


@pytest_asyncio.fixture(loop_scope="session")
async def house(tested: Demo, enter: Enter) -> House:
    """A browser, logged in to the demo with prices of ours."""
    return await enter(tested)


@pytest_asyncio.fixture(loop_scope="session")
async def showcase(shown: Demo, enter: Enter, sessions: dict[str, Session]) -> House:
    """A browser, logged in to the demo that pictures are taken of, at the time they show."""
    is_new = shown.url not in sessions
    house = await enter(shown)
    if is_new:
        await _prepare(house)
    return house


async def _prepare(house: House) -> None:
    """Add charge plans, let tomorrow's prices come, and go on to the time that pictures show."""
    page = await house.open()
    await add_plans(page)
    house.demo.set_clock(SHOWN.replace(hour=16, minute=6))
    await prices_have_come(page)
    await remember_prices(page, SHOWN)
    await page.close()
    house.demo.set_clock(SHOWN)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Serve the card with its made-up houses."""
    card = REPOSITORY / "card"
    node = shutil.which("node")
    if node is None or not (card / "node_modules/esbuild").exists():
        pytest.skip("needs card/node_modules: run scripts/build-card")
    if CHROMIUM is None:
        pytest.skip(MISSING)
    command = [node, "build.mjs", "--dev"]
    with subprocess.Popen(command, cwd=card, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().removeprefix("Open ").strip()
        finally:
            server.terminate()


@pytest.fixture
def show(browser: Browser, address: str) -> Show:
    return partial(open_page, browser, address)
