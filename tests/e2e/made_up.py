"""The card by itself in the made-up houses of card/dev/fake.ts: how a page of one is opened."""

from collections.abc import Callable, Coroutine
from typing import Any

from playwright.async_api import Browser, Page

type Show = Callable[..., Coroutine[Any, Any, Page]]


async def open_page(browser: Browser, address: str, case: str, width: int = 320, **options: Any) -> Page:
    page = await browser.new_page(viewport={"width": width, "height": 900}, locale="en-GB", **options)
    await go_on(page, case, address)
    return page


async def go_on(page: Page, case: str, address: str | None = None) -> None:
    """Show another house."""
    await page.goto(f"{address or page.url.split('?')[0]}?case={case}")
    await page.wait_for_function("window.firstDraw !== undefined")
