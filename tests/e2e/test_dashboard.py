"""The ready dashboard: offered where dashboards are made, complete, and right at every width."""

import asyncio
import re

from homeassistant.const import MAJOR_VERSION, MINOR_VERSION
from playwright.async_api import Locator, Page, Route, expect
import pytest

from .common import HIDE_SIDEBAR, PATH, House, Shoot, dialog, go

DASHBOARD = "agile-octopus"
WIDTHS = (320, 390, 768, 1280, 1920)
ERRORS = """() => {
  const found = [];
  const walk = root => {
    for (const element of root.querySelectorAll("*")) {
      if (/^hui-(error|warning|.*-error)/i.test(element.tagName)) found.push(element.tagName);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document);
  return found;
}"""
# Where something of ours sticks out of its card, is cut off, or lies over its neighbour.
MISPLACED = """() => {
  const wrong = [];
  const name = e => `${e.tagName}.${e.className} "${(e.textContent ?? "").trim().slice(0, 30)}"`;
  const isShown = e => !e.closest(".sr") && e.getClientRects().length > 0;
  const inside = (card, root) => {
    const outer = card.getBoundingClientRect();
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) inside(card, element.shadowRoot);
      if (!isShown(element) || element.closest("svg")) continue;
      const box = element.getBoundingClientRect();
      const isOutside = box.left < outer.left - 1 || box.right > outer.right + 1;
      if (isOutside) wrong.push(`outside: ${name(element)}`);
      const isText = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
      const isTooWide = isText && element.scrollWidth > element.clientWidth + 1;
      const cuts = getComputedStyle(element).overflowX !== "visible";
      if (isTooWide && cuts) wrong.push(`cut: ${name(element)}`);
    }
  };
  const cards = [];
  const walk = root => {
    for (const element of root.querySelectorAll("*")) {
      if (/^octopus-agile-(card|plans|history)$/i.test(element.tagName)) cards.push(element);
      else if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document);
  for (const card of cards) inside(card, card.shadowRoot);
  const boxes = cards.map(card => card.getBoundingClientRect());
  const meet = (from, to, other, end) => from < end - 1 && other < to - 1;
  const overlap = (a, b) =>
    meet(a.left, a.right, b.left, b.right) && meet(a.top, a.bottom, b.top, b.bottom);
  if (boxes.some((a, i) => boxes.slice(i + 1).some(b => overlap(a, b)))) wrong.push("overlap");
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page scrolls sideways");
  return { cards: cards.length, wrong };
}"""


async def open_it(house: House, width: int = 1280, height: int = 4000, *, dark: bool = False) -> Page:
    page = await house.open(DASHBOARD, width=width, height=height, dark=dark, script=HIDE_SIDEBAR)
    await expect(page.locator("octopus-agile-card canvas")).to_be_visible()
    return page


async def test_it_is_made_in_the_dialog_for_new_dashboards(showcase: House, shoot: Shoot) -> None:
    page = await showcase.open("config/lovelace/dashboards", height=800)
    await page.get_by_role("button", name="Add dashboard").click()
    offered = page.locator("dashboard-card", has_text="Octopus Agile")
    await expect(offered).to_contain_text("Everything about Agile")
    await shoot(dialog(page), "dashboard-add")
    await offered.click()
    details = page.locator("dialog-lovelace-dashboard-detail")
    title = details.locator("input").first
    await expect(title).to_be_visible()
    if (MAJOR_VERSION, MINOR_VERSION) >= (2026, 10):
        await expect(title).to_have_value("Electricity")
    else:
        await title.fill("Electricity")
    await details.get_by_role("button", name="Create").click()
    await page.locator("ha-config-lovelace-dashboards").get_by_text("Electricity").first.click()
    await expect(page.locator("octopus-agile-card canvas")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "width", "height", "dark"),
    [
        ("dashboard", 1280, 1170, False),
        ("dashboard-dark", 1280, 1170, True),
        ("dashboard-phone", 390, 1700, False),
    ],
)
async def test_every_card_of_it_is_sound(
    showcase: House, shoot: Shoot, name: str, width: int, height: int, dark: bool
) -> None:
    page = await open_it(showcase, width, dark=dark)
    for heading in ("Charges", "Planned charges", "Prices over the last 30 days"):
        await expect(page.locator("hui-heading-card", has_text=heading).first).to_be_visible()
    lines = page.locator("octopus-agile-plans li")
    await expect(lines).to_have_text(
        [
            re.compile(rf"{plan}\s*(Today|Tomorrow) \S+\s+£\d+\.\d\d, saves £\d+\.\d\d")
            for plan in ("Cheapest 4 h", "Charge the car", "Dishwasher")
        ]
    )
    await expect(page.locator("hui-calendar-card")).to_contain_text("Cheapest block")
    await expect(page.locator("octopus-agile-history")).to_contain_text("Average")
    await expect(page.get_by_text("These prices are modelled")).to_be_visible()
    # Nothing is there twice, and nothing that isn't known.
    await expect(page.locator("hui-tile-card")).to_have_count(0)
    assert await page.evaluate(ERRORS) == []
    await page.set_viewport_size({"width": width, "height": height})
    await shoot(page, name)


async def test_it_fits_every_width(showcase: House) -> None:
    page = await open_it(showcase)
    await expect(page.locator("octopus-agile-history .range").first).to_be_visible()
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 4000})
        # The columns follow the width with a delay of Home Assistant's own.
        await page.wait_for_timeout(500)
        assert await page.evaluate(MISPLACED) == {"cards": 3, "wrong": []}, width


async def test_a_line_opens_its_plan_and_switches_it(showcase: House) -> None:
    page = await open_it(showcase)
    line = page.locator("octopus-agile-plans li", has_text="Dishwasher")
    switch = line.get_by_role("switch", name="Dishwasher")
    for state in ("off", "on"):
        await switch.click()
        await expect(switch).to_have_attribute("aria-checked", "true" if state == "on" else "false")
        if state == "off":
            await expect(line).to_contain_text("Off")
            await expect(line).not_to_contain_text("£")
    await line.locator(".open").click()
    await expect(page.locator("ha-more-info-dialog").get_by_text("Dishwasher").first).to_be_visible()


async def test_the_prices_of_a_day_are_told_where_it_is_pointed_at(showcase: House) -> None:
    page = await open_it(showcase)
    history = page.locator("octopus-agile-history")
    told = history.locator("p")
    await expect(told).not_to_contain_text("Nov")
    await history.locator(".day").nth(20).hover()
    await expect(told).to_contain_text("16 Nov")
    # The same in words, for those who don't see it.
    row = history.locator("tr", has_text="16 Nov")
    assert (await told.text_content() or "").split() == (await row.text_content() or "").split()


async def test_it_appears_though_the_cards_file_comes_late(showcase: House) -> None:
    page = await showcase.open(f"{DASHBOARD}/none", script=HIDE_SIDEBAR)
    asked = []

    async def late(route: Route) -> None:
        asked.append(route.request.url)
        await asyncio.sleep(7)
        await route.continue_()

    await page.route("**/octopus-agile-card.js*", late)
    await page.goto(f"{showcase.url}/{DASHBOARD}")
    await expect(page.locator("octopus-agile-card canvas")).to_be_visible()
    assert asked
    assert await page.evaluate(ERRORS) == []


async def test_a_section_and_a_badge_stand_in_a_dashboard_of_ones_own(showcase: House) -> None:
    page = await showcase.open(f"{PATH}/none", script=HIDE_SIDEBAR)
    await page.wait_for_function("document.querySelector('home-assistant')?.hass?.user")
    await page.evaluate(
        """async url_path => {
          const { callWS } = document.querySelector("home-assistant").hass;
          const dashboard = { url_path, title: "Own", mode: "storage", show_in_sidebar: false };
          await callWS({ type: "lovelace/dashboards/create", ...dashboard });
          const sections = [{ strategy: { type: "custom:octopus-agile" } }];
          const badges = [{ type: "custom:octopus-agile-badge" }];
          const config = { views: [{ type: "sections", sections, badges }] };
          await callWS({ type: "lovelace/config/save", url_path, config });
        }""",
        "our-own",
    )
    await go(page, f"{showcase.url}/our-own")
    await expect(page.locator("octopus-agile-card canvas")).to_be_visible()
    await expect(page.locator("octopus-agile-plans li")).to_have_count(3)
    await expect(page.locator("octopus-agile-badge")).to_contain_text(re.compile(r"\d\d\.\d\dp"))
    assert await page.evaluate(ERRORS) == []


async def suggestion(page: Page, picker: str) -> Locator:
    """Choose the price now in a picker that is open; return the first that the community suggests."""
    await page.locator("hui-suggestion-entity-tree input").first.fill("current price")
    await page.locator("hui-suggestion-entity-tree").get_by_text("Current price").first.click()
    title = page.locator("ha-section-title", has_text="Community")
    await expect(title).to_be_visible()
    return page.locator(f"ha-section-title:has-text('Community') ~ .suggestions {picker}").first


async def test_the_card_is_suggested_for_the_price_now(showcase: House) -> None:
    page = await showcase.open(f"{PATH}/none?edit=1", script=HIDE_SIDEBAR)
    await page.locator("ha-button", has_text="Add card").first.click()
    first = await suggestion(page, "hui-suggestion-card")
    await expect(first.locator("octopus-agile-card canvas")).to_be_visible()


@pytest.mark.skipif((MAJOR_VERSION, MINOR_VERSION) < (2026, 10), reason="no suggestions of badges yet")
async def test_the_badge_is_suggested_for_the_price_now(showcase: House) -> None:
    page = await showcase.open(f"{PATH}/none?edit=1", script=HIDE_SIDEBAR)
    await page.locator("hui-view-badges button.add").first.click()
    first = await suggestion(page, "hui-suggestion-badge")
    await expect(first).to_contain_text(re.compile(r"\d\d\.\d\dp\s*until 17:00"))
