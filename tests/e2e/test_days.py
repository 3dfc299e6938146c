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

from .common import UK, Demo, Enter, card_of, price_at, run_demo
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


MARKS = """async card => {
  card.showPast(true);
  await card.updateComplete;
  const { annotations } = card.chart.chart.options.plugins.annotation;
  const sessions = Object.entries(annotations)
    .filter(([name]) => name.startsWith("session0")).map(([, { xMin, xMax }]) => [xMin, xMax]);
  const labels = card.chart.chart.scales.x.ticks.map(({ value, label }) => [value, label]);
  return { now: annotations.now.xMin, sessions, labels };
}"""


async def assert_marked(page: Page, card: Locator) -> None:
    """Compare what is drawn around the bars with the clock and the entities."""
    marks = await card.evaluate(MARKS)
    # It moves each full minute.
    assert 0 <= await page.evaluate("Date.now()") - marks["now"] < 61_000
    planned = (await page.evaluate(ENTITY, "cheapest_block_start"))["attributes"]["sessions"]
    edges = [[datetime.fromisoformat(s[e]).timestamp() * 1000 for e in ("start", "end")] for s in planned]
    assert marks["sessions"] == edges != []
    assert len(marks["labels"]) > 5
    for value, label in marks["labels"]:
        assert label == f"{datetime.fromtimestamp(value / 1000, UK):%H:00}"


async def assert_current(page: Page, card: Locator, at: datetime, within: int = 15) -> None:
    """Compare the price now with the entity, and both with what the tariff says, within some seconds."""
    price = price_of(at)
    assert price is not None
    shown = card.locator("[data-current]")
    await expect(shown).to_have_attribute(
        "data-current", re.compile(f"^{price:.4g}"), timeout=within * 1000
    )
    # The card goes by its own clock, and may be ahead of the entity's news.
    await page.wait_for_function(
        f"price => Math.abs(({ENTITY})('current_price').state * 100 - price) < 1e-6", arg=price
    )


async def watch_the_publication(page: Page, demo: Demo, card: Locator, eve: date, day: date) -> None:
    """See today, but for its last hour, and a note about tomorrow; then tomorrow too."""
    await assert_drawn(page, card, slots(local(eve, "00:00"), local(eve, "23:00")))
    await expect(card.locator(".pending")).to_contain_text("16:00")
    await assert_marked(page, card)

    # Nothing is missing any more, and nothing is said to be.
    await move(page, demo, local(eve, "16:06"))
    await assert_drawn(page, card, slots(local(eve, "00:00"), local(day, "23:00")))
    await expect(card.locator(".pending")).to_have_count(0)
    await assert_marked(page, card)


async def watch_noon(page: Page, demo: Demo, card: Locator, day: date, hours: int) -> None:
    """See the day itself, with its 23, 24 or 25 hours, and a half-hour that passes."""
    await move(page, demo, local(day, "12:00:05"))
    today = slots(local(day, "00:00"), local(day, "23:00"))
    await assert_drawn(page, card, today)
    every_half_hour = (hours - 1) * 2
    assert len(today) == every_half_hour - 1  # one has no price
    first, last = await card.evaluate("card => [card.model.span.start, card.model.span.end]")
    assert first == local(day, "00:00").timestamp() * 1000
    assert last >= local(day + timedelta(days=1), "00:00").timestamp() * 1000

    # A busy machine may take some seconds to see that the clock has leapt.
    await move(page, demo, local(day, "12:29:40"))
    await assert_current(page, card, local(day, "12:00"))
    await assert_current(page, card, local(day, "12:30"), within=20 + 15)
    await assert_marked(page, card)


async def watch_the_evening(page: Page, demo: Demo, card: Locator, day: date) -> None:
    """See prices at the cap, and where no price is known, with tomorrow's there."""
    await move(page, demo, local(day, "17:40"))
    await assert_current(page, card, local(day, "17:40"))
    await expect(card.locator(".figure").first).to_contain_text("100.00")
    await move(page, demo, local(day, "20:40"))
    await expect(card.locator(".figure").first).to_contain_text("No price known")
    await page.wait_for_function(f"() => ({ENTITY})('current_price').state === 'unknown'")
    await assert_drawn(page, card, slots(local(day, "00:00"), local(day + timedelta(days=1), "23:00")))
    await assert_marked(page, card)


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
        await watch_the_publication(page, demo, card, eve, day)
        # At night the price is below zero, and that is said.
        await move(page, demo, local(day, "02:10"))
        await assert_current(page, card, local(day, "02:10"))
        await expect(card.locator(".figure").first).to_contain_text("You are paid")
        await watch_noon(page, demo, card, day, hours)
        await watch_the_evening(page, demo, card, day)
