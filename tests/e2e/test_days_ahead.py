"""The card by itself with more than prices: the days ahead, what export pays, the dashboard's lines."""

import re

from playwright.async_api import expect

from .made_up import Show, go_on

# The bars, where they are drawn.
BARS = "card.chart.chart.getDatasetMeta(0).data.map(({ x, y }) => ({ x, y }))"


async def test_the_days_ahead_are_a_press_away_and_told_as_expected(show: Show) -> None:
    page = await show("ahead", 390)
    chart, button = page.locator(".chart"), page.get_by_role("button", name="Days ahead")
    figures = await page.locator(".summary").inner_text()
    ends = "card.clock.time(card.scene().view.end)"
    assert await page.evaluate(ends) == "23:00"
    await expect(button).to_have_attribute("aria-pressed", "false")
    await expect(page.locator(".legend")).to_have_count(0)
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(button).to_have_attribute("aria-pressed", "true")
    await expect(page.locator(".legend")).to_have_text("Expected, not published")
    await chart.focus()
    await page.keyboard.press("End")
    words = re.compile(r"expected [\d.]+p \([\d.]+p to [\d.]+p\), not published")
    await expect(page.locator(".tip")).to_contain_text(words)
    await expect(chart).to_have_attribute("aria-valuetext", words)
    await expect(page.locator(".sr tbody tr").last).to_contain_text(words)
    assert await page.locator(".summary").inner_text() == figures
    # Hatching is more than colour, and what is drawn there is no bar.
    ahead = await page.evaluate("card.chart.x(card.scene().model.ahead[0].start)")
    assert all(bar["x"] < ahead for bar in await page.evaluate(BARS))
    await button.click()
    await expect(page.locator(".legend")).to_have_count(0)
    await expect(page.locator(".sr tbody tr", has_text="expected")).to_have_count(0)
    # As configured, until somebody chooses.
    await page.evaluate("card.setConfig({ type: 'custom:octopus-agile-card', days_ahead: true })")
    await expect(button).to_have_attribute("aria-pressed", "true")
    await go_on(page, "ordinary")
    await expect(button).to_have_count(0)


async def test_what_export_pays_is_a_line_with_its_best_time_in_words(show: Show) -> None:
    page = await show("export", 390)
    await expect(page.locator(".legend")).to_contain_text("Export pays most tomorrow at 18:00: 19.22p")
    await expect(page.locator(".sr thead th")).to_have_text(["Time", "Price", "Export pays", "Notes"])
    first = page.locator(".sr tbody tr").first.locator("td")
    await expect(first.nth(1)).to_have_text(re.compile(r"^\d+\.\d\d$"))
    await page.locator(".chart").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator(".tip")).to_contain_text(re.compile(r"Export pays \d+\.\d\dp"))
    await page.locator(".plans button", has_text="Dishwasher").click()
    await expect(page.locator(".figure.plan")).to_contain_text("£0.35Estimated earnings")
    await expect(page.locator(".sr li").nth(1)).to_contain_text("Estimated earnings £0.35")
    await go_on(page, "ordinary")
    await expect(page.locator(".sr thead th")).to_have_text(["Time", "Price", "Notes"])


async def test_the_ready_dashboard_says_why_a_charge_waits_and_what_export_earns(show: Show) -> None:
    page = await show("ahead_week", 320)
    lines = page.locator("octopus-agile-plans li")
    await expect(lines.nth(1)).to_contain_text("Waiting for a cheaper day before Tue, Dec 1 07:00")
    await expect(lines.nth(2)).to_contain_text("earns £0.")
    assert await lines.nth(1).evaluate("line => line.scrollWidth <= line.clientWidth")


async def test_a_line_of_the_ready_dashboard_says_when_and_what_is_wrong(show: Show) -> None:
    page = await show("by", 390)
    first = page.locator("octopus-agile-plans li").first
    for case, line in {
        "by": "Cheapest 4 h Tomorrow 03:00-07:00 £4.28",
        "noenergy": "Cheapest 4 h Tomorrow 03:00-07:00 15.29p/kWh",
        "earning": "Cheapest 4 h Today 12:00-16:00 you are paid £1.96",
        "running": "Cheapest 4 h Now, until 07:00 £4.28",
        "stalled": "Cheapest 4 h Now, until 07:00 £4.28 Stalled: The battery isn't charging",
        "short": "Cheapest 4 h Now, until 07:00 £4.28 40 min won't fit: Too little time is left",
        "impossible": "Cheapest 4 h Impossible: Too little time is left",
        "off": "Cheapest time Off",
    }.items():
        await go_on(page, case)
        assert " ".join((await first.inner_text()).replace("\N{EN DASH}", "-").split()) == line
