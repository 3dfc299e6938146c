"""What a year would have cost elsewhere, in a real Home Assistant: set up, worked out, and seen."""

import asyncio
from datetime import timedelta
from pathlib import Path
import re
from typing import Any

from playwright.async_api import Browser, expect
import pytest

from .common import SHOWN, Enter, run_demo
from .test_recipes import command

YEAR = "sensor.compared_with_flexible_octopus_saving_in_a_year"
HERE, THERE = "E-1R-AGILE-24-10-01-C", "E-1R-VAR-22-11-01-C"
# A request every five seconds, and no more of them than there are months and half years.
STEP, MOST = timedelta(seconds=5), 24


async def test_a_year_is_worked_out_and_seen_within_two_minutes(tmp_path: Path, enter: Enter) -> None:
    # A home of its own, as only a new one has everything still to fetch.
    with run_demo(tmp_path, "--published", "--plain-names", at=SHOWN, meter=True) as demo:
        page = await (await enter(demo)).open("agile-octopus", width=1400, height=1000)
        card = page.locator("octopus-agile-bills-card").first
        # The card is there at once, and says by itself when more is known.
        for step in range(1, MOST + 1):
            if (year := await command(page, type="get_states")) and (found := _year(year))["complete"]:
                break
            demo.set_clock(SHOWN + step * STEP)
            await asyncio.sleep(1)
        assert found["complete"], found
        assert found["since"] == "2025-11-25T00:00:00+00:00"
        await expect(card.locator(".words p").first).to_have_text(
            re.compile(r"^Agile (saved|cost) £\d+ .*in 12 months")
        )
        answer = await _bills(page)
        assert [month["whole"] for month in answer["months"]] == [True] * 12 + [False]
        rows = await card.locator("tbody tr").all_inner_texts()
        assert len(rows) == 2 * 13
        said = iter(rows)
        for month in answer["months"]:
            assert [bill["tariff"] for bill in month["tariffs"]] == [HERE, THERE]
            for bill in month["tariffs"]:
                assert bill["complete"], bill
                assert f"£{bill['total']:.2f}" in next(said)
        # Any month is told in full by a key.
        await card.locator(".chart").focus()
        await page.keyboard.press("Home")
        await expect(card.locator(".tip")).to_contain_text("November 2025")


@pytest.mark.parametrize(("case", "asked"), [("ordinary", 1), ("coming", 2), ("unpriced", 2)])
async def test_it_asks_for_more_prices_as_long_as_more_come(
    browser: Browser, address: str, case: str, asked: int
) -> None:
    page = await browser.new_page()
    await page.clock.install()
    await page.goto(f"{address}bills.html?case={case}")
    await page.wait_for_function("window.calls?.length === 1")
    for _ in range(4):
        await page.clock.run_for(20_000)
        await page.evaluate("card.updateComplete")
    assert await page.evaluate("calls.length") == asked
    await page.close()


def _year(states: list[dict[str, Any]]) -> dict[str, Any]:
    [attributes] = [each["attributes"] for each in states if each["entity_id"] == YEAR]
    return {"complete": False, **attributes}


async def _bills(page: Any) -> Any:
    entries = await command(page, type="config_entries/get", domain="octopus_agile")
    answer = await command(
        page,
        type="call_service",
        domain="octopus_agile",
        service="compare_tariffs",
        service_data={
            "config_entry_id": entries[0]["entry_id"],
            "start": "2025-11-01T00:00:00+00:00",
        },
        return_response=True,
    )
    return answer["response"]
