"""Charts are full from the first minute: the statistics of the last 30 days in a real Home Assistant."""

import asyncio
from pathlib import Path

from playwright.async_api import expect

from .common import Enter, run_demo
from .test_recipes import command, save

PRICE = "sensor.octopus_agile_london_current_price"
CARD = {
    "type": "statistics-graph",
    "entities": [PRICE],
    "period": "hour",
    "days_to_show": 30,
    "stat_types": ["mean", "min", "max"],
}
# How many points of the chart have a colour, in each of 30 parts from left to right.
COLOURED = """() => {
  const chart = [];
  const find = root => {
    for (const element of root.querySelectorAll("*")) {
      if (element.localName === "canvas") chart.push(element);
      if (element.shadowRoot) find(element.shadowRoot);
    }
  };
  find(document);
  return chart.map(({ width, height }, index) => {
    // Of a copy: the browser warns of reading a picture often that is drawn on.
    const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(chart[index], 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    const parts = Array(30).fill(0);
    for (let i = 0; i < data.length; i += 4) {
      const [red, green, blue, alpha] = data.slice(i, i + 4);
      const isColoured = alpha > 60 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60;
      parts[Math.floor((i / 4 % width) / width * 30)] += isColoured;
    }
    return parts;
  });
}"""


async def test_thirty_days_are_drawn_after_set_up(tmp_path: Path, enter: Enter) -> None:
    # A home of its own, as only a new one can show.
    with run_demo(tmp_path, "--published") as demo:
        page = await (await enter(demo)).open()
        await save(page, "past-prices", {"views": [{"type": "panel", "cards": [CARD]}]})
        known = await command(page, type="recorder/list_statistic_ids", statistic_type="mean")
        # Home Assistant may have some of its own.
        assert PRICE in [each["statistic_id"] for each in known]
        # A chart asks once an hour: not before all is there.
        asked = {"statistic_ids": [PRICE], "period": "day", "start_time": "2000-01-01T00:00:00Z"}
        for _ in range(60):
            days = await command(page, type="recorder/statistics_during_period", types=["mean"], **asked)
            if len(days.get(PRICE, [])) > 30:
                break
            await asyncio.sleep(0.5)
        await page.goto(f"{demo.url}/past-prices")
        await expect(page.locator("hui-statistics-graph-card canvas").first).to_be_visible()
        # The lines go all the way, from the axis to the right.
        full = "parts => parts.slice(1).every(count => count > 50)"
        await page.wait_for_function(f"({COLOURED})().some({full})")
