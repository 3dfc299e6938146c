"""Days that are not like others, seen in a real browser: Home Assistant and page at another time.

Each is watched from before the publication over 16:00 to the day itself. Their prices go below zero
and up to the cap, and some are missing.
"""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
import re
from typing import Any

from playwright.async_api import Locator, Page, expect
import pytest

from .conftest import UK, Demo, Enter, card_of, price_at, run_demo
from .test_card import DRAWN, ENTITY

HALF_HOUR = timedelta(minutes=30)


def price_of(local: datetime) -> float | None:
    """Return prices that tell the hour that comes twice apart."""
    price = price_at(local)
    return price if price is None or not local.fold else price + 3


def local(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), UK)


def slots(start: datetime, end: datetime) -> list[tuple[datetime, float]]:
    """Return the half-hours with a price between two local times, and their prices in pence."""
    found = []
    at = start.astimezone(UTC)
    while at < end.astimezone(UTC):
        price = price_of(at.astimezone(UK))
        if price is not None:
            found.append((at, price))
        at += HALF_HOUR
    return found


async def move(page: Page, demo: Demo, to: datetime) -> None:
    """Let it be another time in Home Assistant and in the page."""
    demo.set_clock(to)
    await page.clock.fast_forward(to.timestamp() * 1000 - await page.evaluate("Date.now()"))


async def assert_drawn(page: Page, card: Locator, expected: list[tuple[datetime, float]]) -> None:
    """Compare the bars with the entity, and both with what the tariff says."""
    for _ in range(100):
        drawn: list[dict[str, Any]] = await card.evaluate(DRAWN)
        if len(drawn) == len(expected):
            break
        await asyncio.sleep(0.1)
    rates = (await page.evaluate(ENTITY, "current_price"))["attributes"]["rates"]
    wanted = [((at.timestamp() + 900) * 1000, pytest.approx(price, abs=1e-3)) for at, price in expected]
    assert [(bar["at"], bar["price"]) for bar in drawn] == wanted
    told = [(datetime.fromisoformat(rate["start"]), rate["price"] * 100) for rate in rates]
    assert told == [(at, pytest.approx(price, abs=1e-3)) for at, price in expected]
    # Half-hours are equally wide, also where the clocks change.
    steps = {round((b["x"] - a["x"]) / (b["at"] - a["at"]) * 1e6, 3) for a, b in pairwise(drawn)}
    assert max(steps) - min(steps) < 0.01


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 10, 25), 25), (date(2026, 11, 25), 24), (date(2027, 3, 28), 23)],
    ids=["clocks go back", "ordinary", "clocks go forward"],
)
async def test_a_day_from_its_eve_on(tmp_path: Path, enter: Enter, day: date, hours: int) -> None:
    eve, next_day = day - timedelta(days=1), day + timedelta(days=1)
    assert local(next_day, "00:00").astimezone(UTC) - local(day, "00:00").astimezone(UTC) == timedelta(
        hours=hours
    )
    now = local(eve, "11:59:00")
    prices = price_of, local(eve - timedelta(days=3), "00:00")
    with run_demo(tmp_path, prices=prices, at=now) as demo:
        page = await (await enter(demo)).open()
        card = await card_of(page)

        # Before the publication: today, but for its last hour, and a note about tomorrow.
        await assert_drawn(page, card, slots(local(eve, "00:00"), local(eve, "23:00")))
        await expect(card.locator(".pending")).to_contain_text("16:00")

        # The prices come. Nothing is missing any more, and nothing is said to be.
        await move(page, demo, local(eve, "16:06"))
        await assert_drawn(page, card, slots(local(eve, "00:00"), local(day, "23:00")))
        await expect(card.locator(".pending")).to_have_count(0)

        # On the day itself, with its 23, 24 or 25 hours.
        await move(page, demo, local(day, "12:00:05"))
        today = slots(local(day, "00:00"), local(day, "23:00"))
        await assert_drawn(page, card, today)
        every_half_hour = (hours - 1) * 2
        assert len(today) == every_half_hour - 1  # one has no price
        first, last = await card.evaluate("card => [card.model.span.start, card.model.span.end]")
        assert first == local(day, "00:00").timestamp() * 1000
        assert last >= local(next_day, "00:00").timestamp() * 1000

        # A half-hour passes.
        await move(page, demo, local(day, "12:29:56"))
        before, after = price_of(local(day, "12:00")), price_of(local(day, "12:30"))
        current = card.locator("[data-current]")
        await expect(current).to_have_attribute("data-current", re.compile(f"^{before:.4g}"))
        await expect(current).to_have_attribute(
            "data-current", re.compile(f"^{after:.4g}"), timeout=15_000
        )
        state = (await page.evaluate(ENTITY, "current_price"))["state"]
        assert float(state) * 100 == pytest.approx(after)
