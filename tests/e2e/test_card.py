"""The dashboard card in a real browser, against a real Home Assistant."""

from datetime import datetime, timedelta
from itertools import pairwise
import math
import re
from typing import Any

from playwright.async_api import Locator, Page, expect
import pytest

from .common import PATH, REPOSITORY, SHOWN, UK, House, card_of, price_at

AXE = REPOSITORY / "card/node_modules/axe-core/axe.min.js"

# The past too, which is a press away.
DRAWN = """async card => {
  card.showPast(true);
  await card.updateComplete;
  const { data } = card.chart.chart.data.datasets[0];
  const { x, y } = card.chart.chart.scales;
  return data.map((point, index) => {
    const bar = card.chart.chart.getDatasetMeta(0).data[index];
    return { at: point.x, price: point.y, x: bar.x, y: bar.y, wantX: x.getPixelForValue(point.x),
      wantY: y.getPixelForValue(point.y), bottom: y.bottom, top: y.top,
      zero: y.getPixelForValue(0) };
  });
}"""
WS = """message => document.querySelector("home-assistant").hass.callWS(message)"""
ENTITY = """key => {
  const { hass } = document.querySelector("home-assistant");
  const own = Object.values(hass.entities)
    .find(e => e.platform === "octopus_agile" && e.translation_key === key);
  return hass.states[own.entity_id];
}"""


async def test_what_is_drawn_is_what_the_entity_and_the_tariff_say(house: House) -> None:
    page = await house.open()
    drawn: list[dict[str, Any]] = await (await card_of(page)).evaluate(DRAWN)
    rates = (await page.evaluate(ENTITY, "current_price"))["attributes"]["rates"]
    assert len(drawn) == len(rates) > 47
    for bar, rate in zip(drawn, rates, strict=True):
        start = datetime.fromisoformat(rate["start"])
        assert bar["at"] == (start.timestamp() + 15 * 60) * 1000
        assert bar["price"] == pytest.approx(rate["price"] * 100, abs=1e-6)
        # The entity is right too: these prices are ours.
        assert bar["price"] == pytest.approx(price_at(start.astimezone(UK)), abs=1e-3)
        assert bar["x"] == pytest.approx(bar["wantX"], abs=0.1)
        # Next to nothing is still three pixels high, or it would look like a gap.
        height = bar["zero"] - bar["wantY"]
        seen = height if abs(height) >= 3 else math.copysign(3, height)
        assert bar["zero"] - bar["y"] == pytest.approx(seen, abs=0.1)
        assert bar["top"] <= bar["y"] <= bar["bottom"]
    gaps = [a for a, b in pairwise(drawn) if b["at"] - a["at"] > 30 * 60 * 1000]
    assert gaps, "the half-hour without a price has to stay empty"


async def test_summary_says_the_price_now_and_the_plan(house: House) -> None:
    page = await house.open()
    card = await card_of(page)
    now = (await page.evaluate(ENTITY, "current_price"))["state"]
    if now not in {"unknown", "unavailable"}:
        shown = await card.locator("[data-current]").get_attribute("data-current")
        assert float(shown or "nan") == pytest.approx(float(now) * 100, abs=1e-6)
    start, end = [
        datetime.fromisoformat(
            (await page.evaluate(ENTITY, f"cheapest_block_{edge}"))["state"]
        ).astimezone(UK)
        for edge in ("start", "end")
    ]
    await expect(card.locator(".times")).to_have_text(re.compile(f"{start:%H:%M}.{end:%H:%M}"))
    cost = float((await page.evaluate(ENTITY, "estimated_cost"))["state"])
    await expect(card.locator(".plan")).to_contain_text(f"£{abs(cost):.2f}")


@pytest.mark.parametrize("time_format", ["language", "24"])
async def test_times_are_said_as_home_assistant_says_them(house: House, time_format: str) -> None:
    # What a profile in plain English has of its own: "1:00 AM".
    page = await house.open(script="""localStorage.setItem("selectedLanguage", '"en"')""")
    card = await card_of(page)
    # The profile is kept, and belongs to the other tests too.
    kept = await page.evaluate(WS, {"type": "frontend/get_user_data", "key": "language"})
    await page.evaluate(
        """detail => document.querySelector("home-assistant")
          .dispatchEvent(new CustomEvent("hass-time-format-select", { detail }))""",
        time_format,
    )
    try:
        theirs = f"""() => {{
          const state = ({ENTITY})("cheapest_block_start");
          return document.querySelector("home-assistant").hass.formatEntityState(state);
        }}"""
        times = await card.locator(".plan .times").inner_text()
        assert times.split("\N{EN DASH}")[0] in await page.evaluate(theirs)
        assert ("AM" in times) == (time_format == "language")
    finally:
        await page.evaluate(WS, {"type": "frontend/set_user_data", "key": "language", **kept})


FIND = """async hours => {
  const { hass } = document.querySelector("home-assistant");
  const [{ entry_id }] = await hass.callWS({ type: "config_entries/get", domain: "octopus_agile" });
  const data = { config_entry_id: entry_id, duration: hours };
  const { response } = await hass.callService("octopus_agile", "find_cheapest", data, {}, true, true);
  return response.sessions;
}"""


async def test_the_best_times_are_those_the_integration_finds(house: House) -> None:
    page = await house.open(width=390)
    card = await card_of(page)
    await card.get_by_role("button", name="Best times").click()
    rows = card.locator("table.best tbody tr")
    hours = [0.5, 1, 1.5, 2, 3, 4, 5, 6]
    await expect(rows).to_have_count(len(hours))
    for index, each in enumerate(hours):
        (session,) = await page.evaluate(FIND, each)
        start, end = (datetime.fromisoformat(session[edge]).astimezone(UK) for edge in ("start", "end"))
        await expect(rows.nth(index)).to_contain_text(f"{start:%H:%M}\N{EN DASH}{end:%H:%M}")
        mean = (await rows.nth(index).locator("td").last.inner_text()).removesuffix("p")
        assert float(mean) == pytest.approx(session["mean_price"] * 100, abs=0.0051)


async def test_keys_and_pointer_tell_each_half_hour(house: House) -> None:
    page = await house.open()
    card = await card_of(page)
    chart = card.locator(".chart")
    await chart.focus()
    await page.keyboard.press("Home")
    midnight = SHOWN.replace(hour=0, minute=0)
    for step in range(5):
        await expect(card.locator(".tip")).to_contain_text(
            f"{price_at(midnight + step * timedelta(minutes=30)):.2f}"
        )
        await expect(chart).to_have_attribute("aria-valuetext", re.compile("^Today .* pence per kWh"))
        await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Escape")
    await expect(card.locator(".tip")).to_have_count(0)
    # A real pointer comes from somewhere.
    box = await chart.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] / 2)
    await page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2, steps=5)
    await expect(card.locator(".tip")).to_contain_text("p/kWh")
    await page.mouse.move(0, 0)
    await expect(card.locator(".tip")).to_have_count(0)


async def test_a_finger_tells_a_half_hour_and_lets_it_be_read(house: House) -> None:
    page = await house.open(width=390, height=844, has_touch=True, is_mobile=True)
    card = await card_of(page)
    box = await card.locator(".chart").bounding_box()
    assert box is not None
    await page.touchscreen.tap(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2)
    tip = card.locator(".tip")
    await expect(tip).to_contain_text("p/kWh")
    first = await tip.inner_text()
    await page.touchscreen.tap(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2)
    await expect(tip).not_to_have_text(first)
    await page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] - 40)
    await expect(tip).to_have_count(0)


# What is seen of the card in each frame: its box, and where its parts are within it.
FRAMES = """
window.frames_of_card = [];
const find = root => {
  for (const element of root.querySelectorAll("*")) {
    if (element.localName === "octopus-agile-card") return element;
    const found = element.shadowRoot && find(element.shadowRoot);
    if (found) return found;
  }
};
const look = () => {
  const card = find(document);
  const parts = [...card?.shadowRoot?.querySelectorAll(".figure, .chart, octopus-agile-stepper") ?? []];
  if (parts.length) {
    const box = card.getBoundingClientRect();
    const within = parts.map(part => part.getBoundingClientRect())
      .map(({ left, top, width, height }) => [left - box.left, top - box.top, width, height]);
    window.frames_of_card.push([box.left, box.top, box.width, [box.height, ...within.flat()]]);
  }
  requestAnimationFrame(look);
};
look();
"""


@pytest.mark.parametrize("width", [320, 768, 1920])
@pytest.mark.parametrize("path", [f"{PATH}/one", "agile-octopus"])
async def test_nothing_moves_while_the_page_settles(house: House, path: str, width: int) -> None:
    page = await house.open(path, width=width, script=FRAMES)
    await card_of(page)
    # As long as a page may take to settle: fonts, header, the table that waits for the picture.
    await page.wait_for_function("window.frames_of_card.length > 60")
    frames = await page.evaluate("window.frames_of_card")
    # Home Assistant draws dashboards with sections in one column first and then in several, whatever
    # cards are there. So the card may be moved and made wider, but has to look one way at each width.
    looks = {(width, tuple(look)) for _, _, width, look in frames}
    assert len(looks) == len({width for width, _ in looks})
    if path.startswith(PATH):
        assert len({tuple(place) for *place, _ in frames}) == 1


@pytest.mark.alone
async def test_a_new_duration_moves_the_plan_at_once(house: House) -> None:
    page = await house.open()
    card = await card_of(page)
    await expect(card.locator(".plan")).to_contain_text("Cheapest 4 h")
    for name, hours in (("Duration: less", "3.5"), ("Duration: more", "4")):
        await card.get_by_role("button", name=name).click()
        await expect(card.locator(".plan")).to_contain_text(f"Cheapest {hours} h", timeout=2000)
        sessions = (await page.evaluate(ENTITY, "cheapest_block_start"))["attributes"]["sessions"]
        start, end = (datetime.fromisoformat(sessions[0][edge]) for edge in ("start", "end"))
        assert end - start == timedelta(hours=float(hours))
        marked = await card.evaluate("c => c.chart.scene.model.plans[0].sessions")
        assert marked == [{"start": start.timestamp() * 1000, "end": end.timestamp() * 1000}]


async def test_nothing_is_drawn_again_without_news_and_nothing_runs_on_after_removal(
    house: House,
) -> None:
    page = await house.open()
    before, after, left = await (await card_of(page)).evaluate("""async card => {
      const before = card.chart.draws;
      for (let i = 0; i < 20; i++) card.hass = { ...card.hass, states: { ...card.hass.states } };
      await card.updateComplete;
      const after = card.chart.draws;
      const set = window.setTimeout, clear = window.clearTimeout, live = new Set();
      window.setTimeout = (...a) => { const id = set(...a); live.add(id); return id; };
      window.clearTimeout = id => { live.delete(id); clear(id); };
      card.scheduleTick();
      const parent = card.parentElement;
      card.remove();
      window.setTimeout = set; window.clearTimeout = clear;
      const left = [live.size, card.chart === undefined];
      parent.append(card);
      return [before, after, left];
    }""")
    assert before == after
    assert left == [0, True]


async def assert_in_place(card: Locator) -> None:
    """Nothing of the card reaches out of it or lies over another part."""
    wide, inner, overlaps = await card.evaluate("""card => {
      const box = card.getBoundingClientRect();
      const parts = [...card.shadowRoot.querySelectorAll(".figure, .chart, octopus-agile-stepper")];
      const boxes = parts.map(part => part.getBoundingClientRect());
      const hit = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
        && a.top < b.bottom - 1 && b.top < a.bottom - 1;
      return [box.width, Math.max(...boxes.map(b => b.right)) - box.left,
        boxes.some((a, i) => boxes.some((b, j) => i < j && hit(a, b)))];
    }""")
    assert inner <= wide
    assert not overlaps


async def assert_accessible(page: Page, card: Locator) -> None:
    """The accessibility checker axe finds nothing."""
    if not AXE.exists():
        pytest.skip("needs card/node_modules for the accessibility check: run scripts/build-card")
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await card.evaluate(
        "async card => (await axe.run(card)).violations.map(v => [v.impact, v.id])"
    )
    assert found == []


@pytest.mark.parametrize("dark", [False, True])
async def test_every_width_and_theme_is_sound(house: House, dark: bool) -> None:
    page = await house.open(dark=dark)
    card = await card_of(page)
    background = await card.locator("ha-card").evaluate("e => getComputedStyle(e).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", background)[:3])) < 3 * 128) == dark
    for width in (320, 768, 1920):
        await page.set_viewport_size({"width": width, "height": 900})
        # The columns follow the width with a delay of Home Assistant's own.
        await page.wait_for_timeout(500)
        await assert_in_place(card)
        await assert_accessible(page, card)


async def test_the_card_picker_offers_it_in_two_clicks(house: House) -> None:
    page = await house.open(f"{PATH}/none?edit=1")
    await page.locator("ha-button", has_text="Add card").first.click()
    await page.get_by_text("By card", exact=True).click()
    await page.locator("hui-card-picker ha-input-search input").fill("octopus")
    bills = page.locator("hui-card-picker .card", has_text="Octopus Agile bills")
    await expect(bills.last).to_contain_text("What each month cost")
    assert await page.evaluate("customElements.get('octopus-agile-bills-card') !== undefined")
    name = page.get_by_text("Octopus Agile", exact=True)
    await page.locator("hui-card-picker .card", has=name).last.click()
    editor = page.locator("hui-dialog-edit-card")
    await expect(editor.locator("octopus-agile-card canvas")).to_be_visible()
    await expect(editor).to_contain_text("Show the controls below the chart")
    await editor.get_by_role("button", name="Save").click()
    await expect(page.locator("hui-view octopus-agile-card canvas")).to_be_visible()
