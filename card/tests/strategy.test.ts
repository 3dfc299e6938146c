import assert from "node:assert/strict";
import { test } from "node:test";
import { house } from "../dev/fake.ts";
import { dashboard } from "../src/strategy.ts";

type Card = Record<string, unknown>;

function cards(sections: Card[]): Card[] {
  return sections.flatMap((section) => section["cards"] as Card[]);
}

test("a tariff has one view, with the card, its plans and only entities that there are", () => {
  const { hass } = house("plans");
  const { views } = dashboard(hass);
  assert.equal(views.length, 1);
  const all = cards(views[0]?.sections ?? []);
  assert.equal(all[0]?.["type"], "custom:octopus-agile-card");
  assert.equal(all[0]?.["device"], "main");
  const headings = all.filter(({ type }) => type === "heading").map(({ heading }) => heading);
  assert.deepEqual(headings.slice(0, 4), ["Prices", "Charge", "Dishwasher", "Second car, in the garage"]);
  for (const { entity } of all) if (entity !== undefined) assert.ok(hass.states[entity as string], String(entity));
});

test("besides ours, only cards that Home Assistant brings", () => {
  const { views } = dashboard(house("plans").hass);
  const types = new Set(cards(views[0]?.sections ?? []).map(({ type }) => type));
  const own = [...types].filter((type) => String(type).startsWith("custom:"));
  assert.deepEqual(own, ["custom:octopus-agile-card"]);
});

test("the legend of the statistics has room for a short name", () => {
  const { hass } = house("plans");
  const all = cards(dashboard(hass).views[0]?.sections ?? []);
  const entities = all.find(({ type }) => type === "statistics-graph")?.["entities"] as Card[];
  assert.equal(entities.length, 1);
  assert.equal(entities[0]?.["name"], "Price");
  assert.ok(hass.states[entities[0]?.["entity"] as string]);
});

test("a note of one's own stands above every view", () => {
  const { views } = dashboard(house("plans").hass, "Hello");
  assert.deepEqual(views[0]?.header, { card: { type: "markdown", content: "Hello", text_only: true } });
  assert.equal(dashboard(house("plans").hass).views[0]?.header, undefined);
});

test("with nothing set up it says where to do that", () => {
  const { hass } = house("ordinary");
  const { views } = dashboard({ ...hass, entities: {} });
  assert.match(String(cards(views[0]?.sections ?? [])[0]?.["content"]), /add\?domain=octopus_agile/);
});
