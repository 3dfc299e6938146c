"""The card by itself in made-up houses: what lies where at which width, and what a phone does with it."""

import time
from typing import Any

from playwright.async_api import Page, expect
import pytest

from .common import REPOSITORY
from .made_up import Show, go_on
from .test_card import assert_accessible

CARD = REPOSITORY / "card"
# Every kind of day and plan there is in card/dev/fake.ts.
CASES = [
    "ordinary",
    "by",
    "american",
    "noenergy",
    "stalled",
    "impossible",
    "short",
    "deferred",
    "four",
    "earning",
    "off",
    "missing",
    "waiting",
    "late",
    "negative",
    "capped",
    "gap",
    "autumn",
    "spring",
    "plans",
    "running",
    "none",
    "disabled",
    "low_below",
    "low_now",
    "low_below_now",
    "low_late",
    "low_below_late",
    "low_pit",
    "low_midnight",
    "ahead",
    "ahead_waiting",
    "ahead_week",
    "export",
    "export_below",
    "export_flat",
]
LOWEST = [case for case in CASES if case.startswith("low_")]

# Every word that is seen, with its boxes, and the words that are drawn on the canvas.
WORDS = """() => {
  const words = [];
  const walk = root => {
    for (const node of root.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) {
        for (const { 0: word, index } of node.textContent.matchAll(/\\S+/g)) {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + word.length);
          const boxes = [...range.getClientRects()].filter(({ width }) => width);
          const lines = new Set(boxes.map(({ top }) => Math.round(top))).size;
          if (boxes.length) words.push({ word, lines, ...range.getBoundingClientRect().toJSON() });
        }
      } else if (node.nodeType === Node.ELEMENT_NODE && !["style", "select"].includes(node.localName)
          && !node.classList.contains("sr")) {
        walk(node);
        if (node.shadowRoot) walk(node.shadowRoot);
      }
    }
  };
  walk(card.shadowRoot);
  walk(lines.shadowRoot);
  if (card.chart) {
    const { chart } = card.chart;
    const place = chart.canvas.getBoundingClientRect();
    for (const [name, scale] of Object.entries(chart.scales)) {
      for (const { options, label, font } of scale.getLabelItems()) {
        const [x, y] = options.translation;
        chart.ctx.font = font.string;
        const width = chart.ctx.measureText(label).width;
        const left = place.left + x - (name === "y" ? width : width / 2);
        const top = place.top + y - (name === "y" ? 6 : 0);
        words.push({ word: label, lines: 1, left, right: left + width, top, bottom: top + 12 });
      }
    }
  }
  return [card.getBoundingClientRect().toJSON(), words];
}"""


def overlap(a: dict[str, Any], b: dict[str, Any], slack: float = 1) -> bool:
    return bool(
        a["left"] < b["right"] - slack
        and b["left"] < a["right"] - slack
        and a["top"] < b["bottom"] - slack
        and b["top"] < a["bottom"] - slack
    )


async def assert_words_are_whole(page: Page, case: str) -> None:
    """No word leaves the card, is broken over two lines or lies over another."""
    card, words = await page.evaluate(WORDS)
    assert len(words) > 3, case
    for word in words:
        assert word["left"] >= card["left"], (case, word)
        assert word["right"] <= card["right"], (case, word)
        # At a hyphen a word may break, but not where that is a minus.
        assert word["lines"] == 1, (case, word)
    hits = [(a["word"], b["word"]) for n, a in enumerate(words) for b in words[n + 1 :] if overlap(a, b)]
    assert hits == [], case


async def assert_case_is_whole(page: Page, case: str) -> None:
    """Go on to a case; its words are whole, also with all open that can be opened."""
    await go_on(page, case)
    await assert_words_are_whole(page, case)
    for button in (".open-best", ".past", ".ahead"):
        if await page.locator(button).count():
            await page.locator(button).click()
    await assert_words_are_whole(page, f"{case}, opened")


@pytest.mark.parametrize(
    ("width", "cases"),
    [(320, CASES), (390, ["american", "four", "waiting", "ahead_week"]), (704, ["four", "waiting"])],
)
async def test_no_word_is_cut_or_lies_over_another(show: Show, width: int, cases: list[str]) -> None:
    page = await show("ordinary", width)
    for case in cases:
        await assert_case_is_whole(page, case)


async def test_a_minus_stays_with_its_number_at_any_width(show: Show) -> None:
    page = await show("low_below_now")
    for case in ("low_below_now", "earning"):
        await go_on(page, case)
        for width in range(280, 440, 20):
            await page.set_viewport_size({"width": width, "height": 900})
            words = [word for word in (await page.evaluate(WORDS))[1] if "-" in word["word"]]
            assert words
            assert {word["lines"] for word in words} == {1}, (case, width)


# The label of the lowest price, its dot, and all that it could touch.
LABEL = """() => {
  const { chart, model } = card;
  const place = card.shadowRoot.querySelector(".chart").getBoundingClientRect();
  const box = name => card.shadowRoot.querySelector(name)?.getBoundingClientRect().toJSON();
  const moved = ({ left, right, top, bottom }) => ({ left: left + place.left,
    right: right + place.left, top: top + place.top, bottom: bottom + place.top });
  const { start, end, price } = model.lowest;
  const stripes = Object.entries(chart.chart.options.plugins.annotation.annotations)
    .filter(([name]) => name.startsWith("session"))
    .map(([, { xMin, xMax }]) => moved({ left: chart.x(xMin), right: chart.x(xMax),
      top: chart.area.top + 20, bottom: chart.area.top + 25 }));
  return {
    said: getComputedStyle(card.shadowRoot.querySelector(".lowest")).visibility === "visible",
    label: box(".lowest"), dot: [place.left + chart.x((start + end) / 2), place.top + chart.y(price)],
    leader: !card.shadowRoot.querySelector(".leader").hidden,
    others: [box(".now"), box(".pending"), ...chart.bars.map(moved), ...stripes].filter(Boolean),
    lines: chart.lines.map(x => place.left + x), area: moved(chart.area),
  };
}"""


@pytest.mark.parametrize("width", [320, 1280])
async def test_the_lowest_price_is_told_at_its_dot_and_on_nothing_else(show: Show, width: int) -> None:
    page = await show("ordinary", width)
    others = ["ordinary", "negative", "late", "waiting", "four", "export", "export_below", "export_flat"]
    for case in [*LOWEST, *others, "ahead", "ahead_waiting", "ahead_week"]:
        await go_on(page, case)
        if await page.locator(".ahead").count():
            await page.locator(".ahead").click()
        found = await page.evaluate(LABEL)
        label, (x, y) = found["label"], found["dot"]
        if not found["said"]:
            # Only where days are too narrow for it.
            assert (width, case) in [(320, "ahead_waiting"), (320, "ahead_week")]
            continue
        assert [other for other in found["others"] if overlap(label, other, 0)] == [], case
        assert not any(label["left"] < line < label["right"] for line in found["lines"]), case
        assert found["area"]["left"] <= label["left"] < label["right"] <= found["area"]["right"], case
        assert found["area"]["top"] <= label["top"] < label["bottom"] <= found["area"]["bottom"] + 1, case
        assert label["left"] - 11 <= x <= label["right"] + 11, case
        # A line leads to it where dearer neighbours keep it away.
        assert min(abs(label["bottom"] - y), abs(label["top"] - y)) < 13 or found["leader"], case


async def test_everything_that_is_pressed_is_large_enough(show: Show) -> None:
    page = await show("four")
    for case in ("four", "by", "disabled", "ahead_week"):
        await go_on(page, case)
        small = await page.evaluate("""() => {
          const inner = [...card.shadowRoot.querySelectorAll("*")].map(e => e.shadowRoot);
          return [card.shadowRoot, lines.shadowRoot, ...inner].filter(Boolean)
            .flatMap(root => [...root.querySelectorAll("button, a")])
            .map(e => [e.className || e.textContent.trim(), e.getBoundingClientRect()])
            .filter(([, box]) => box.width < 44 || box.height < 44).map(([name]) => name);
        }""")
        assert small == [], case


async def test_the_controls_stand_in_whole_rows_at_any_width(show: Show) -> None:
    page = await show("by")
    for width in (320, 390, 500, 640, 704, 760, 800, 1000):
        await page.set_viewport_size({"width": width, "height": 900})
        actions, duration, energy = await page.evaluate("""() =>
          [".actions", ...[1, 2].map(n => `octopus-agile-stepper:nth-of-type(${n})`)]
            .map(name => card.shadowRoot.querySelector(name).getBoundingClientRect().toJSON())""")
        # All in one row; or numbers beside each other under the buttons; or one under the other.
        if width < 500:
            assert duration["bottom"] < energy["top"], width
            assert duration["left"] == energy["left"] == actions["left"], width
        else:
            assert duration["top"] == energy["top"], width
            assert duration["right"] < energy["left"], width


async def test_a_price_that_is_missing_now_is_followed_by_one_with_its_time(show: Show) -> None:
    page = await show("missing")
    price = page.locator(".figure").first
    await expect(price).to_contain_text("No price known")
    await expect(price).to_contain_text("22.62 from 19:00")


async def test_a_number_that_is_too_large_is_answered(show: Show) -> None:
    page = await show("by")
    duration = page.locator("octopus-agile-stepper").first
    field = duration.locator("input")
    await field.fill("99")
    await field.press("Enter")
    await expect(duration.get_by_role("alert")).to_have_text("at most 6 h")
    await expect(field).to_have_value("4")
    await field.fill("0.5")
    await field.press("Enter")
    await expect(duration.get_by_role("alert")).to_have_count(0)
    less = duration.get_by_role("button", name="Duration: less")
    await less.click()
    await expect(field).to_have_value("0")
    await expect(less).to_be_disabled()
    energy = page.locator("octopus-agile-stepper").nth(1)
    await energy.locator("input").fill("1")
    await energy.locator("input").press("Enter")
    # There is no charge of no energy.
    await expect(energy.get_by_role("button", name="Energy: less")).to_be_disabled()


async def test_a_disabled_price_is_told_from_nothing_set_up(show: Show) -> None:
    page = await show("disabled")
    message = page.locator(".message")
    await expect(message).to_contain_text("“Current price” is disabled")
    await expect(message.get_by_role("link")).to_have_attribute("href", "/config/devices/device/main")


async def test_each_plan_is_changed_in_place(show: Show) -> None:
    page = await show("plans", 390)
    await expect(page.get_by_role("group", name="Change Cheapest 4 h")).to_be_visible()
    await page.locator(".plans button", has_text="Dishwasher").click()
    controls = page.get_by_role("group", name="Change Dishwasher")
    switch = controls.get_by_role("switch", name="Enabled")
    await expect(switch).to_have_attribute("aria-checked", "true")
    await switch.click()
    await expect(switch).to_have_attribute("aria-checked", "false")
    assert await page.evaluate("house.hass.states['switch.p0_enabled'].state") == "off"
    boost = controls.get_by_role("button", name="Boost")
    await boost.click()
    await expect(boost).to_have_attribute("aria-pressed", "true")
    await expect(page.locator(".figure.plan")).to_contain_text("Boost is on")
    await boost.click()
    await expect(boost).to_have_attribute("aria-pressed", "false")


async def test_troubles_are_told_on_the_pills_and_on_the_lines(show: Show) -> None:
    page = await show("four", 390)
    for name, words in (
        ("Second car", "Stalled: The battery isn't charging"),
        ("Immersion heater", "Impossible: Too little time is left"),
        ("Home battery", "Waiting for a cheaper day: 80% likely"),
    ):
        for place in (".plans button", "octopus-agile-plans li"):
            await expect(page.locator(place, has_text=name)).to_contain_text(words)
    # What the summary says of the plan that is open isn't said again under it.
    pill = page.locator(".plans button", has_text="Immersion heater")
    await pill.click()
    await expect(page.locator(".figure.plan")).to_contain_text("Impossible")
    await expect(pill).to_have_text("Immersion heater")
    await page.evaluate("card.setConfig({ type: 'custom:octopus-agile-card', show_summary: false })")
    await expect(pill).to_contain_text("Impossible")
    await page.evaluate("card.setConfig({ type: 'custom:octopus-agile-card', show_reasons: false })")
    await expect(page.locator(".plans .status")).to_have_count(0)


async def stroke(page: Page, start: float, end: float) -> None:
    """Let a finger stroke across the chart quickly, however slow the machine is."""
    box = await page.locator(".chart").bounding_box()
    assert box is not None
    session = await page.context.new_cdp_session(page)
    y, at = box["y"] + box["height"] / 2, time.time()
    for kind, part in (("Start", start), ("Move", (start + end) / 2), ("Move", end), ("End", None)):
        points = [] if part is None else [{"x": box["x"] + part * box["width"], "y": y}]
        event = {"type": f"touch{kind}", "touchPoints": points, "timestamp": at}
        await session.send("Input.dispatchTouchEvent", event)
        at += 0.03


async def test_the_past_is_a_press_a_swipe_or_a_key_away(show: Show) -> None:
    page = await show("ordinary", 390, has_touch=True, is_mobile=True)
    begins = "card.clock.time(card.scene().view.start)"
    assert await page.evaluate(begins) == "17:00"
    await stroke(page, 0.3, 0.8)
    assert await page.evaluate(begins) == "00:00"
    await stroke(page, 0.8, 0.3)
    assert await page.evaluate(begins) == "17:00"
    # No tap: one that comes right after a stroke may only end that.
    await page.get_by_role("button", name="Earlier").click()
    assert await page.evaluate(begins) == "00:00"
    await page.get_by_role("button", name="From now").click()
    assert await page.evaluate(begins) == "17:00"
    await page.locator(".chart").focus()
    await page.keyboard.press("ArrowRight")
    for _ in range(3):
        await page.keyboard.press("ArrowLeft")
    await expect(page.locator(".tip")).to_contain_text("16:30")
    assert await page.evaluate(begins) == "00:00"


async def test_plans_and_prices_are_words_outside_the_slider(show: Show) -> None:
    page = await show("short")
    plan = "Cheapest 4 h by 07:00: Today 03:00 to 07:00, £4.28"
    trouble = "40 min won't fit: Too little time is left"
    await expect(page.locator(".sr li")).to_have_text([f"{plan}, {trouble}"])
    await expect(page.locator(".sr p")).to_have_text("Tomorrow's prices are due at about 16:00")
    assert await page.locator("[role=slider] .sr").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_the_accessibility_checker_finds_nothing(show: Show, theme: str) -> None:
    page = await show("four", 390, theme)
    for case in ("four", "by", "off", "stalled", "disabled", "negative", "ahead_week", "export"):
        await go_on(page, case)
        for button in (".open-best", ".ahead"):
            if await page.locator(button).count():
                await page.locator(button).click()
        for part in ("octopus-agile-card", "octopus-agile-plans"):
            await assert_accessible(page, page.locator(part))
