import assert from "node:assert/strict";
import { test } from "node:test";
import { house } from "../dev/fake.ts";
import { checked, form, stub } from "../src/config.ts";
import { find, firstPlan, watched, type Found } from "../src/find.ts";
import type { HomeAssistant } from "../src/hass.ts";
import { badgeSuggestion, suggestion } from "../src/suggestions.ts";

const card = { type: "custom:octopus-agile-card" };

/** A house with a second tariff beside the first. */
function two(): HomeAssistant {
  const { hass } = house("plans");
  return {
    ...hass,
    devices: { ...hass.devices, other: { id: "other", name: "Octopus Agile Yorkshire", config_entries: ["second"] } },
    entities: {
      ...hass.entities,
      "sensor.elsewhere": { entity_id: "sensor.elsewhere", platform: "octopus_agile", device_id: "other", translation_key: "current_price" },
    },
  };
}

test("without configuration everything is found", () => {
  const found = find(house("plans").hass, card) as Found;
  assert.equal(found.current, "sensor.price");
  assert.equal(found.plans[0]?.duration, "number.hours");
  assert.deepEqual(found.plans.map(({ name }) => name), [undefined, "Dishwasher", "Second car, in the garage"]);
  assert.ok(watched(found).includes("sensor.p1_start"));
});

test("nothing set up is told from something that is gone", () => {
  const { hass } = house("ordinary");
  assert.equal(find({ ...hass, entities: {} }, card), "none");
  assert.equal(find(hass, { ...card, device: "gone" }), "lost");
  assert.equal(find(hass, { ...card, entity: "sensor.gone" }), "lost");
});

test("other integrations with the same keys are left alone", () => {
  const { hass } = house("ordinary");
  const foreign = { entity_id: "sensor.foreign", platform: "nordpool", device_id: "x", translation_key: "current_price" };
  assert.equal(find({ ...hass, entities: { foreign } }, card), "none");
});

test("of two tariffs the named one is shown, with its own plans only", () => {
  const hass = two();
  assert.equal((find(hass, { ...card, device: "other" }) as Found).plans.length, 1);
  assert.equal((find(hass, { ...card, entity: "sensor.elsewhere" }) as Found).current, "sensor.elsewhere");
  assert.equal((find(hass, card) as Found).device, "main");
  assert.deepEqual(stub(hass), { device: "main" });
  assert.deepEqual(stub(house("ordinary").hass), {});
});

test("a charge plan's device or entity leads to its tariff, with that plan first", () => {
  const { hass } = house("plans");
  for (const config of [{ ...card, device: "p0" }, { ...card, entity: "sensor.p0_start" }, { ...card, plan: "p0" }]) {
    const found = find(hass, config) as Found;
    assert.equal(found.device, "main");
    assert.equal(firstPlan(hass, config, found)?.name, "Dishwasher");
  }
});

test("the card is suggested for our entities only", () => {
  const { hass } = house("plans");
  assert.deepEqual(suggestion(hass, "sensor.price")?.config, card);
  assert.deepEqual(suggestion(hass, "sensor.p0_start")?.config, { ...card, device: "p0" });
  assert.equal(suggestion(hass, "light.kitchen"), null);
  assert.deepEqual(badgeSuggestion(hass, "sensor.price")?.config, { type: "custom:octopus-agile-badge", entity: "sensor.price" });
  assert.equal(badgeSuggestion(hass, "sensor.p0_start"), null);
});

test("a configuration of the wrong kind is refused", () => {
  assert.throws(() => checked({ ...card, device: 3 } as never), /device must be text/);
});

test("the editor offers tariffs and plans by what they have, not by what they are called", () => {
  Object.assign(globalThis, { document: { documentElement: { lang: "en" } } });
  const filters = form().schema.flatMap(({ selector }) => (selector && "device" in selector ? [selector.device] : []));
  assert.deepEqual(filters, [
    { filter: { integration: "octopus_agile" }, entity: { integration: "octopus_agile", domain: "calendar" } },
    {
      filter: { integration: "octopus_agile" },
      entity: { integration: "octopus_agile", domain: "binary_sensor", device_class: "running" },
    },
  ]);
});
