"""The card for everybody: by keys alone, read out, from right to left."""

from datetime import datetime, timedelta

from playwright.async_api import Locator, Page, expect

from .common import House, card_of
from .test_automations import CALL, REMOVE_PLANS, add_plan
from .test_card import ENTITY, assert_accessible, assert_in_place

FOCUSED = """() => {
  let element = document.activeElement, isIn = false;
  while (element?.shadowRoot?.activeElement) {
    isIn ||= element.localName === "octopus-agile-card";
    element = element.shadowRoot.activeElement;
  }
  if (!isIn) return null;
  const label = element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent;
  const frame = element.closest(".box") ?? element;
  const isSeen = [element, frame].some(e => getComputedStyle(e).outlineStyle !== "none");
  return [label ?? element.className, isSeen];
}"""
CONTROLS = [
    "figure",
    "figure plan",
    "Electricity prices by half hour",
    "past",
    "open-best",
    "switch",
    "boost",
    "Duration: less",
    "Duration",
    "Duration: more",
    "Energy: less",
    "Energy",
    "Energy: more",
]


async def into_the_card(page: Page, key: str = "Tab") -> str:
    """Go on to the first control of the card."""
    for _ in range(80):
        await page.keyboard.press(key)
        if focused := await page.evaluate(FOCUSED):
            return str(focused[0])
    raise AssertionError("the card can't be reached by the keyboard")


async def duration(page: Page) -> float:
    return float((await page.evaluate(ENTITY, "charge_duration"))["state"])


async def change_the_charge_by_keys(page: Page, card: Locator) -> None:
    """From the duration on: another one typed, then more of it, and less."""
    for typed in ("2.5", "4"):
        await page.keyboard.press("Control+a")
        await page.keyboard.type(typed)
        await page.keyboard.press("Enter")
        await expect(card.locator(".plan")).to_contain_text(f"Cheapest {typed} h")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await expect(card.locator(".plan")).to_contain_text("Cheapest 4.5 h")
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(card.locator(".plan")).to_contain_text("Cheapest 4 h")
    assert await duration(page) == 4


async def test_everything_is_done_by_keys_alone(house: House) -> None:
    page = await house.open()
    card = await card_of(page)
    assert await into_the_card(page) == CONTROLS[0]
    met = []
    while focused := await page.evaluate(FOCUSED):
        met.append(focused)
        await page.keyboard.press("Tab")
    # Each once, in the order in which they are seen, and each shows that it has the focus.
    assert met == [[name, True] for name in CONTROLS]

    # Back again, from the end, to the duration.
    assert await into_the_card(page, "Shift+Tab") == CONTROLS[-1]
    for _ in range(4):
        await page.keyboard.press("Shift+Tab")
    assert await page.evaluate(FOCUSED) == ["Duration", True]
    await change_the_charge_by_keys(page, card)

    # The chart, and what lies behind the figures.
    for _ in range(5):
        await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("End")
    await expect(card.locator(".tip")).to_contain_text("22:30\N{EN DASH}23:00")
    await page.keyboard.press("Shift+Tab")
    await expect(card.locator(".tip")).to_have_count(0)
    await page.keyboard.press("Enter")
    dialog = page.locator("ha-more-info-dialog")
    await expect(dialog).to_contain_text("Cheapest block start")
    await page.keyboard.press("Escape")
    await expect(dialog.locator("ha-more-info-info")).to_have_count(0)
    await expect(card.locator(".figure.plan")).to_be_focused()


async def test_what_is_read_out_is_what_is_drawn(house: House) -> None:
    page = await house.open()
    card = await card_of(page)
    rates = (await page.evaluate(ENTITY, "current_price"))["attributes"]["rates"]
    rows = await card.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.children].map(cell => cell.textContent.trim()))"
    )
    assert len(rows) == len(rates)
    for (time, price, _), rate in zip(rows, rates, strict=True):
        start, end = (datetime.fromisoformat(rate[edge]) for edge in ("start", "end"))
        assert f"{start:%H:%M} to {end:%H:%M}" in time
        assert round(float(price), 4) == round(rate["price"] * 100, 4)
    assert [row[2] for row in rows if "Now" in row[2]] == ["Now"]


async def with_tip(page: Page, card: Locator) -> None:
    await card.locator(".chart").focus()
    await page.keyboard.press("ArrowRight")
    await expect(card.locator(".tip")).to_be_visible()


async def test_it_reads_from_right_to_left(house: House) -> None:
    hebrew = """localStorage.setItem("selectedLanguage", '"he"')"""
    for width in (390, 1280):
        page = await house.open(width=width, script=hebrew)
        await page.wait_for_function("document.documentElement.dir === 'rtl' || document.dir === 'rtl'")
        card = await card_of(page)
        # The price now comes first, on the right; time still goes to the right, as on every axis.
        now, plan = [await card.locator(".figure").nth(n).bounding_box() for n in (0, 1)]
        assert now is not None
        assert plan is not None
        assert now["x"] > plan["x"]
        edges = await card.evaluate("c => [c.chart.x(c.model.span.start), c.chart.x(c.model.span.end)]")
        assert edges[0] < edges[1]
        await assert_in_place(card)
        await with_tip(page, card)
        await assert_accessible(page, card)


async def test_further_plans_are_chosen_and_read_out(house: House) -> None:
    page = await house.open()
    await page.wait_for_function("document.querySelector('home-assistant')?.hass?.user")
    (entry,) = await page.evaluate(
        CALL, ["GET", "config/config_entries/entry?domain=octopus_agile", None]
    )
    await add_plan(page, entry["entry_id"], "21:00:00", "23:00:00")
    try:
        card = await card_of(page)
        choice = card.get_by_role("group", name="Charge plan").get_by_role("button")
        await expect(choice).to_have_text(["Cheapest 4 h", "Soon"])
        await choice.nth(1).focus()
        await page.keyboard.press("Space")
        await expect(choice.nth(1)).to_have_attribute("aria-pressed", "true")
        state = await page.evaluate(ENTITY, "start")
        start, end = (
            datetime.fromisoformat(state["attributes"]["sessions"][0][e]) for e in ("start", "end")
        )
        assert end - start == timedelta(minutes=30)
        await expect(card.locator(".plan .times")).to_have_text(f"{start:%H:%M}\N{EN DASH}{end:%H:%M}")
        await with_tip(page, card)
        await assert_in_place(card)
        await assert_accessible(page, card)
    finally:
        await page.evaluate(REMOVE_PLANS, entry["entry_id"])
