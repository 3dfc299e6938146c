// What is in the chart besides prices: the days ahead, which never count as prices, and what export pays.

import assert from "node:assert/strict";
import { test } from "node:test";
import { house } from "../dev/fake.ts";
import { bestTimes } from "../src/best.ts";
import { Clock, HOUR } from "../src/clock.ts";
import { levelOf } from "../src/config.ts";
import { find, watched, type Found } from "../src/find.ts";
import type { EntityState, HomeAssistant } from "../src/hass.ts";
import { bestWords } from "../src/legend.ts";
import type { Palette } from "../src/colours.ts";
import type { Scene } from "../src/marks.ts";
import { bestExport, readAhead, readModel, viewOf, type Slot } from "../src/model.ts";
import { translator } from "../src/strings.ts";
import { indexOf, sentence, steps } from "../src/tip.ts";

const clock = new Clock("Europe/London", "en-GB");
const card = { type: "custom:octopus-agile-card" };
const KNOWN = Date.parse("2026-11-25T23:00:00Z");
const NOW = KNOWN - 6 * HOUR;
const HALF = HOUR / 2;

function modelOf(hass: HomeAssistant, now: number, withAhead = true) {
  return readModel(hass, find(hass, card) as Found, clock, now, withAhead);
}

function sceneOf(name: string, withAhead = true) {
  const { hass, now } = house(name);
  const model = modelOf(hass, now, withAhead);
  const palette = { plans: ["blue", "pink"], exported: "navy" } as Palette;
  const scene = { model, chosen: 0, now, clock, palette, text: translator("en"), view: viewOf(model, now, false) } as Scene;
  return { hass, scene, model, now };
}

const iso = (instant: number) => new Date(instant).toISOString();

/** A status that expects something of so many hours after the known prices. */
function status(hours: number, deadline: number | null, edit: (index: number) => object = () => ({})): EntityState {
  const outlook = Array.from({ length: hours * 2 }, (_, index) => {
    const start = KNOWN + index * HALF;
    return { start: iso(start), end: iso(start + HALF), low: 0.08, middle: 0.121, high: 0.173, ...edit(index) };
  });
  const attributes = { outlook, deadline: deadline && iso(deadline) };
  return { entity_id: "sensor.status", state: "deferred", attributes, last_changed: "", last_updated: "" };
}

function hours(statuses: (EntityState | undefined)[], now = NOW): number {
  const ahead = readAhead(statuses, KNOWN, now);
  return ahead.length ? ((ahead.at(-1)?.end ?? 0) - KNOWN) / HOUR : 0;
}

test("the days ahead reach to the nearest deadline, and three days at least", () => {
  const [near, far] = [status(100, KNOWN + 100 * HOUR), status(160, KNOWN + 160 * HOUR)];
  assert.equal(hours([far, undefined, near]), 100);
  assert.equal(hours([far]), 160);
  assert.equal(hours([status(72, KNOWN + 8 * HOUR), far]), 72);
  assert.equal(hours([status(90, NOW - HOUR), far]), 160, "a deadline that is over is nobody's");
  assert.equal(hours([status(72, null)]), 72);
  assert.equal(hours([status(10, KNOWN + 100 * HOUR)]), 10, "nothing is made up");
  assert.equal(hours([undefined, { ...near, attributes: {} }, { ...near, attributes: { outlook: "soon" } }]), 0);
});

test("what is malformed or already published isn't expected", () => {
  const wrong = [{ low: null }, { middle: NaN }, { high: "0.2" }, { low: 0.13 }, { high: 0.12 }, { end: iso(KNOWN) }, { start: "?" }];
  const ahead = readAhead([status(24, null, (index) => wrong[index] ?? {})], KNOWN, NOW);
  assert.equal(ahead.length, 48 - wrong.length);
  assert.deepEqual(ahead[0], { start: KNOWN + 7 * HALF, end: KNOWN + 8 * HALF, low: 8, middle: 12.1, high: 17.3 });
  const later = readAhead([status(24, null)], KNOWN + 5 * HOUR, NOW);
  assert.equal(later[0]?.start, KNOWN + 5 * HOUR);
});

test("they are there when asked for, and change nothing that is said of prices", () => {
  for (const name of ["ahead", "ahead_waiting", "ahead_week"]) {
    const { hass, now } = house(name);
    const [hidden, shown] = [modelOf(hass, now, false), modelOf(hass, now)];
    assert.ok(hidden.hasAhead && shown.hasAhead);
    assert.deepEqual(hidden.ahead, []);
    assert.ok(shown.ahead.length > 100);
    assert.equal(shown.span.end, shown.ahead.at(-1)?.end);
    assert.ok(hidden.span.end < shown.span.end);
    for (const key of ["slots", "gaps", "lowest", "plans", "days", "bestExport"] as const) assert.deepEqual(shown[key], hidden[key]);
    assert.deepEqual(bestTimes(shown.slots, now), bestTimes(hidden.slots, now));
    assert.equal(levelOf(card, shown)(20), levelOf(card, hidden)(20));
  }
  assert.equal(sceneOf("ordinary").model.hasAhead, false);
});

test("every midnight of them is a day's beginning, through the change of the clocks", () => {
  const { hass } = house("ahead");
  const now = Date.parse("2026-10-23T10:00Z");
  const rate = { start: iso(now), end: iso(now + HALF), price: 0.1 };
  hass.states["sensor.price"]!.attributes.rates = [rate];
  const from = now + HALF;
  const outlook = Array.from({ length: 200 }, (_, index) => ({
    start: iso(from + index * HALF), end: iso(from + (index + 1) * HALF), low: 0.1, middle: 0.1, high: 0.1,
  }));
  Object.assign(hass.states["sensor.p0_status"]!.attributes, { outlook, deadline: iso(now + 100 * HOUR) });
  assert.deepEqual(modelOf(hass, now).midnights.map((at) => clock.day(at) + clock.time(at)), [
    "Sat 24 Oct00:00", "Sun 25 Oct00:00", "Mon 26 Oct00:00", "Tue 27 Oct00:00",
  ]);
});

test("a half hour of them is told as what it is", () => {
  const { hass, scene, model } = sceneOf("ahead");
  const first = model.ahead[0]!;
  const said = sentence(scene, hass, indexOf(scene, first.start));
  assert.match(said, /^Tomorrow 23:00 to 23:30: expected \d+\.\dp \(\d+\.\dp to \d+\.\dp\), not published$/);
  assert.match(sentence(scene, hass, steps(model.span) - 1), /not published/);
  assert.doesNotMatch(sentence(scene, hass, indexOf(scene, first.start - HALF)), /expected/);
});

test("a plan for export expects nothing of import prices", () => {
  const { hass, now } = house("export");
  Object.assign(hass.states["sensor.p0_status"]!.attributes, status(90, null).attributes);
  assert.equal(modelOf(hass, now).hasAhead, false);
});

test("export pays most at the dearest time to come, unless it always pays the same", () => {
  const paid = (...prices: number[]): Slot[] => prices.map((price, index) => ({ start: index * HALF, end: (index + 1) * HALF, price }));
  assert.deepEqual(bestExport(paid(30, 5, 20, 20, 8, 20), HALF), { start: 2 * HALF, end: 4 * HALF, price: 20 });
  assert.deepEqual(bestExport(paid(30, 5), HALF - 1), { start: 0, end: HALF, price: 30 });
  assert.deepEqual(bestExport(paid(-3, -1), 0), { start: HALF, end: 2 * HALF, price: -1 });
  for (const none of [paid(15, 15, 15), paid(30, 5), []]) assert.equal(bestExport(none, HALF), undefined);
});

test("it is found, told for each half hour, and its best time said with its day", () => {
  const { hass, scene, model, now } = sceneOf("export");
  const found = find(hass, card) as Found;
  assert.equal(found.exported, "sensor.export");
  assert.ok(watched(found).includes("sensor.export") && watched(found).includes("sensor.p0_earnings"));
  assert.match(sentence(scene, hass, indexOf(scene, now)), /pence per kWh, Export pays \d+\.\d\dp, Now/);
  assert.match(sentence(scene, hass, indexOf(scene, model.bestExport!.start)), /Export pays most/);
  assert.match(bestWords(scene, model.bestExport!), /^Export pays most tomorrow at 18:\d\d: 19\.\d\dp$/);
  const slot = (start: number) => ({ start, end: start + HALF, price: 31.2 });
  assert.equal(bestWords(scene, slot(now - 10 * 60_000)), "Export pays most now, until 18:30: 31.20p");
  assert.equal(bestWords(scene, slot(Date.parse("2026-11-23T19:00Z"))), "Export pays most at 19:00: 31.20p");
  assert.equal(bestWords(scene, slot(Date.parse("2026-11-26T19:00Z"))), "Export pays most at Thu 26 Nov 19:00: 31.20p");
  assert.equal(sceneOf("export_flat").model.bestExport, undefined);
});

test("what an export plan earns is no cost", () => {
  const { model } = sceneOf("export");
  assert.deepEqual(model.plans.map(({ isExport }) => isExport), [false, true]);
  assert.ok((model.plans[1]?.cost ?? 0) > 0);
});

test("the line of what export pays goes no further than the prices, and with the days ahead to their end", () => {
  for (const name of ["export", "export_flat"]) {
    const { model } = sceneOf(name);
    assert.equal(model.exported.at(-1)?.end, model.slots.at(-1)?.end, name);
  }
  const { model } = sceneOf("ahead_week");
  const known = model.slots.at(-1)!.end;
  assert.equal(model.exported.at(-1)?.end, known + 24 * HOUR);
  assert.ok(model.bestExport!.start < known);
});
