"""The card by itself in the made-up houses of card/dev/fake.ts: how a page of one is opened.

Under it are the lines that the ready dashboard has for the charges.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from playwright.async_api import Browser, Page

type Show = Callable[..., Coroutine[Any, Any, Page]]


async def open_page(
    browser: Browser,
    address: str,
    case: str,
    width: int = 320,
    theme: str = "light",
    language: str = "en",
    **options: Any,
) -> Page:
    page = await browser.new_page(viewport={"width": width, "height": 900}, locale="en-GB", **options)
    await page.goto(f"{address}?case={case}&theme={theme}&lang={language}")
    await page.wait_for_function("window.firstDraw !== undefined")
    return page


async def go_on(page: Page, case: str) -> None:
    """Show another house on the same page."""
    await page.evaluate("show", case)
