import assert from "node:assert/strict";
import { test } from "node:test";
import { cases, house } from "../dev/fake.ts";
import { Clock, HOUR } from "../src/clock.ts";
import { find, type Found } from "../src/find.ts";
import type { EntityState } from "../src/hass.ts";
import { belowZero } from "../src/marks.ts";
import { currentOrNext, pence, readModel, readSlots, type Model } from "../src/model.ts";

const clock = new Clock("Europe/London", "en-GB");
const card = { type: "custom:octopus-agile-card" };

function model(name: string): { model: Model; now: number } {
  const { hass, now } = house(name);
  return { model: readModel(hass, find(hass, card) as Found, clock, now), now };
}

function rates(...items: unknown[]): EntityState {
  return { entity_id: "sensor.price", state: "0", attributes: { rates: items }, last_changed: "", last_updated: "" };
}

test("pounds become the pence that Octopus gave", () => {
  assert.equal(pence(0.234045), 23.4045);
  assert.equal(pence(-0.0105), -1.05);
  assert.equal(pence(1), 100);
  assert.equal(pence(0), 0);
});

test("every slot of the attribute is drawn as it is, in order", () => {
  const { hass } = house("negative");
  const given = hass.states["sensor.price"]?.attributes.rates as { start: string; price: number }[];
  const slots = readSlots(hass.states["sensor.price"]);
  assert.equal(slots.length, given.length);
  given.forEach(({ start, price }, index) => {
    assert.equal(slots[index]?.start, Date.parse(start));
    assert.ok(Math.abs((slots[index]?.price ?? NaN) - price * 100) < 1e-6);
  });
});

test("what is malformed is left out, not guessed", () => {
  const good = { start: "2026-11-23T00:00:00+00:00", end: "2026-11-23T00:30:00+00:00", price: 0.1 };
  assert.equal(readSlots(rates(good, { ...good, price: null }, { ...good, end: good.start }, { price: 1 })).length, 1);
  assert.deepEqual(readSlots(undefined), []);
  assert.deepEqual(readSlots({ ...rates(), attributes: {} }), []);
});

test("a gap stays a gap", () => {
  const { model: drawn } = model("gap");
  assert.deepEqual(
    drawn.gaps.map(({ start, end }) => `${clock.time(start)}-${clock.time(end)}`),
    ["21:00-23:00", "05:00-06:00"],
  );
  for (const gap of drawn.gaps) assert.ok(!drawn.slots.some((slot) => slot.start < gap.end && gap.start < slot.end));
});

test("days of 25 and 23 hours are drawn whole", () => {
  const known = { autumn: 24 + 24, spring: 24 + 22 };
  for (const [name, hours] of Object.entries(known)) {
    const { model: drawn } = model(name);
    assert.equal(drawn.slots.length, hours * 2, name);
    assert.equal(drawn.span.end - drawn.span.start, hours * HOUR, name);
    assert.equal(drawn.pending, undefined);
  }
});

test("without tomorrow's prices there is room to say when they come", () => {
  const { model: drawn } = model("waiting");
  assert.ok(drawn.pending);
  assert.equal(clock.time(drawn.pending.start), "23:00");
  assert.equal(clock.time(drawn.pending.due), "16:00");
  assert.equal(drawn.midnights.length, 1);
  assert.equal(model("ordinary").model.pending, undefined);
});

test("a price at the cap and prices below zero come through", () => {
  assert.equal(Math.max(...model("capped").model.slots.map(({ price }) => price)), 100);
  const { model: drawn } = model("negative");
  assert.equal(belowZero(drawn.slots).length, 2);
});

test("the lowest slot is the one that the entity names", () => {
  for (const name of Object.keys(cases).filter((key) => !["none", "disabled"].includes(key))) {
    const { model: drawn, now } = model(name);
    const coming = drawn.slots.filter(({ end }) => end > now);
    assert.equal(drawn.lowest?.price, Math.min(...coming.map(({ price }) => price)), name);
  }
});

test("nothing known is nothing drawn", () => {
  const { model: drawn } = model("none");
  assert.deepEqual([drawn.slots, drawn.lowest, drawn.plans[0]?.sessions], [[], undefined, []]);
});

test("of several sessions the one that runs or comes next counts", () => {
  const sessions = [{ start: 0, end: 10 }, { start: 20, end: 30 }];
  assert.equal(currentOrNext(sessions, 5), sessions[0]);
  assert.equal(currentOrNext(sessions, 10), sessions[1]);
  assert.equal(currentOrNext(sessions, 40), sessions[1]);
  assert.equal(currentOrNext([], 0), undefined);
});
