import assert from "node:assert/strict";
import { test } from "node:test";
import { house } from "../dev/fake.ts";
import type { HomeAssistant } from "../src/hass.ts";
import { dashboard, section } from "../src/strategy.ts";

type Card = Record<string, unknown>;

/** A house whose statistics know these days; undefined is one without a recorder. */
function remembering(name: string, days?: Card[]): HomeAssistant {
  const { hass } = house(name);
  const callWS = async () => {
    if (!days) throw new Error("unknown command");
    return { "sensor.price": days } as never;
  };
  const calendar = { entity_id: "calendar.charging", platform: "octopus_agile", device_id: "main", translation_key: "charging" };
  return { ...hass, callWS, entities: { ...hass.entities, "calendar.charging": calendar } };
}

const DAY = { start: 1763856000000, mean: 0.2, min: -0.01, max: 0.4 };

async function cards(hass: HomeAssistant): Promise<Card[]> {
  const { views } = await dashboard(hass);
  return views.flatMap(({ sections }) => sections).flatMap((each) => each.cards);
}

test("a tariff has one view: the chart, its charges, the week and the last 30 days, each once", async () => {
  const { views } = await dashboard(remembering("plans", [DAY]));
  assert.equal(views.length, 1);
  const types = (await cards(remembering("plans", [DAY]))).map(({ type }) => type).filter((type) => type !== "heading");
  const [chart, plans, week, history] = types;
  // Why a plan waits stands in its line, and not in the chart's card as well.
  assert.equal(views[0]?.sections[0]?.cards[0]?.["show_reasons"], false);
  assert.equal(types.length, 4);
  assert.equal(chart, "custom:octopus-agile-card");
  assert.equal(plans, "custom:octopus-agile-plans");
  assert.equal(week, "calendar");
  assert.equal(history, "custom:octopus-agile-history");
});

test("what isn't remembered yet isn't shown, and without a recorder nothing breaks", async () => {
  for (const hass of [remembering("plans", []), remembering("plans"), remembering("plans", [{ ...DAY, mean: null }])]) {
    const types = (await cards(hass)).map(({ type }) => type);
    assert.ok(types.includes("custom:octopus-agile-plans"));
    assert.ok(!types.includes("custom:octopus-agile-history"));
  }
});

test("the bills are there with a comparison of the same tariff", async () => {
  const hass = remembering("plans", [DAY]);
  const compared = (entry: string, key: string): HomeAssistant => ({
    ...hass,
    devices: { ...hass.devices, other: { id: "other", name: "Compared with Flexible Octopus", config_entry_id: entry } },
    entities: {
      ...hass.entities,
      "sensor.other": { entity_id: "sensor.other", platform: "octopus_agile", device_id: "other", translation_key: key },
    },
  });
  const bills = async (home: HomeAssistant) => (await cards(home)).filter(({ type }) => type === "custom:octopus-agile-bills-card");
  for (const key of ["cost_here", "cost_there", "saving_year"]) {
    assert.deepEqual((await bills(compared("entry", key))).map(({ device }) => device), ["main"]);
  }
  for (const other of [hass, compared("second", "cost_here"), compared("entry", "saving")]) assert.deepEqual(await bills(other), []);
});

test("a note of one's own stands above every view", async () => {
  const { hass } = house("plans");
  const [view] = (await dashboard(hass, { note: "Hello" })).views;
  assert.deepEqual(view?.header, { card: { type: "markdown", content: "Hello", text_only: true } });
  assert.equal((await dashboard(hass)).views[0]?.header, undefined);
});

test("with nothing set up, dashboard and section say where to do that", async () => {
  const hass = { ...house("ordinary").hass, entities: {} };
  assert.match(String((await cards(hass))[0]?.["content"]), /add\?domain=octopus_agile/);
  assert.match(String((await section(hass)).cards[0]?.["content"]), /add\?domain=octopus_agile/);
});

test("a section has the chart and the charges of the first tariff, or of the one it names", async () => {
  const { hass } = house("plans");
  assert.deepEqual((await section(hass)).cards.map(({ device }) => device), ["main", "main"]);
  assert.deepEqual((await section(hass, { device: "p1" })).cards.map(({ device }) => device), ["p1", "p1"]);
});
