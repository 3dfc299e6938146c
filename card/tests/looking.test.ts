// What the card shows of the time ahead: the best times, the axis, what is said of a plan, colours.

import assert from "node:assert/strict";
import { test } from "node:test";
import { house } from "../dev/fake.ts";
import { bestTimes, cheapestBlock } from "../src/best.ts";
import { Clock, HOUR, MINUTE, saysTwelveHours } from "../src/clock.ts";
import { fixedLevels } from "../src/colours.ts";
import { checked, levelOf } from "../src/config.ts";
import { find, type Found } from "../src/find.ts";
import type { CardConfig } from "../src/hass.ts";
import type { Scene } from "../src/marks.ts";
import { readModel, viewOf, type Slot } from "../src/model.ts";
import { remark, remarkWords } from "../src/status.ts";
import { translator } from "../src/strings.ts";
import { heading } from "../src/summary.ts";
import { moved } from "../src/tip.ts";

const clock = new Clock("Europe/London", "en-GB");
const card = { type: "custom:octopus-agile-card" };
const HALF = HOUR / 2;

function sceneOf(name: string) {
  const { hass, now } = house(name);
  const model = readModel(hass, find(hass, card) as Found, clock, now);
  const scene = { model, chosen: 0, now, clock, text: translator("en"), view: viewOf(model, now, false) } as Scene;
  return { hass, scene, model, now };
}

/** Numbers that look random and are always the same. */
function* dice(seed: number): Generator<number> {
  for (;;) yield (seed = (seed * 48271) % 2147483647) / 2147483647;
}

test("the best time is the best of all minutes, never across a gap, the earliest of equals", () => {
  const rolled = dice(7);
  const roll = () => rolled.next().value as number;
  for (let round = 0; round < 60; round++) {
    const slots: Slot[] = [];
    for (let index = 0; index < 20; index++) {
      if (roll() < 0.1) continue;
      slots.push({ start: index * HALF, end: (index + 1) * HALF, price: Math.round(roll() * 12 - 3) });
    }
    const duration = Math.ceil(roll() * 200) * MINUTE;
    const from = Math.floor(roll() * 120) * MINUTE;
    let best: { start: number; cost: number } | undefined;
    for (let start = from; start <= 20 * HALF - duration; start += MINUTE) {
      const parts = slots.map((slot) => [Math.min(slot.end, start + duration) - Math.max(slot.start, start), slot.price] as const);
      const used = parts.filter(([time]) => time > 0);
      if (used.reduce((sum, [time]) => sum + time, 0) !== duration) continue;
      const cost = used.reduce((sum, [time, price]) => sum + time * price, 0);
      if (!best || cost < best.cost) best = { start, cost };
    }
    const found = cheapestBlock(slots, duration, from);
    assert.equal(found?.start, best?.start);
    if (found && best) {
      assert.equal(found.end - found.start, duration);
      assert.ok(Math.abs(found.price - best.cost / duration) < 1e-9);
    }
  }
});

test("the table has every length that fits, from the next minute on", () => {
  const { model, now } = sceneOf("ordinary");
  const found = bestTimes(model.slots, now + 1);
  assert.deepEqual(found.map(({ start, end }) => (end - start) / HOUR), [0.5, 1, 1.5, 2, 3, 4, 5, 6]);
  for (const { start } of found) assert.ok(start > now && start % MINUTE === 0);
  assert.equal(bestTimes(model.slots, (model.slots.at(-1) as Slot).end - 2 * HOUR).length, 4);
  assert.deepEqual(bestTimes([], now), []);
});

test("the axis begins an hour ago, and with the past at midnight", () => {
  const { model, now } = sceneOf("ordinary");
  assert.equal(clock.time(viewOf(model, now, false).start), "17:00");
  assert.equal(clock.time(viewOf(model, now, true).start), "00:00");
  const early = sceneOf("ordinary").model;
  assert.equal(viewOf(early, early.span.start + MINUTE, false).start, early.span.start);
});

test("words for tomorrow's prices take a third of the axis at most, and no key leads behind it", () => {
  for (const name of ["waiting", "late", "impossible", "running", "negative"]) {
    const { model, scene, now } = sceneOf(name);
    for (const view of [scene.view, viewOf(model, now, true), viewOf(model, model.days[1] - 2 * HOUR, false)]) {
      const part = (view.end - model.days[1]) / (view.end - view.start);
      assert.ok(part > 0.25 && part < 0.35, `${name}: ${part}`);
      assert.equal(moved({ ...scene, view }, "End", 0), (view.end - model.span.start) / HALF - 1);
    }
  }
  const { model, scene } = sceneOf("by");
  assert.equal(scene.view.end, model.span.end);
});

test("twelve hours are said where Home Assistant's calendar says them", () => {
  assert.equal(saysTwelveHours({ language: "en", time_format: "language" }), true);
  assert.equal(saysTwelveHours({ language: "en" }), true);
  assert.equal(saysTwelveHours({ language: "en-GB", time_format: "language" }), false);
  assert.equal(saysTwelveHours({ language: "en-GB", time_format: "12" }), true);
  assert.equal(saysTwelveHours({ language: "en", time_format: "24" }), false);
  const american = new Clock("Europe/London", "en", true);
  assert.match(american.time(Date.parse("2026-11-24T01:00Z")), /^1:00\sAM$/);
  assert.match(american.hour(Date.parse("2026-11-24T13:00Z")), /^1\sPM$/);
});

test("the heading says the window, and its day where that isn't tomorrow", () => {
  const { hass, scene, model } = sceneOf("by");
  const plan = model.plans[0]!;
  assert.equal(heading(scene, hass, plan), "Cheapest 4 h by 07:00");
  const status = hass.states["sensor.status"]!;
  status.attributes.ready_by = "2026-11-27T07:00:00Z";
  assert.equal(heading(scene, hass, plan), "Cheapest 4 h by Fri 27 Nov 07:00");
  status.attributes.ready_by = null;
  assert.equal(heading(scene, hass, plan), "Cheapest 4 h");
});

test("what keeps a plan from what was asked for is said with its reason", () => {
  const said = (name: string, plan = 0) => {
    const { hass, scene, model } = sceneOf(name);
    const found = remark(scene, hass, model.plans[plan]!);
    return found && [remarkWords(scene, found), found.isTrouble];
  };
  assert.equal(said("by"), undefined);
  assert.deepEqual(said("impossible"), ["Impossible: Too little time is left", true]);
  assert.deepEqual(said("stalled"), ["Stalled: The battery isn't charging", true]);
  assert.deepEqual(said("short"), ["40 min won't fit: Too little time is left", true]);
  assert.deepEqual(said("off"), ["Off", false]);
  assert.deepEqual(said("late"), ["Provisional until more prices come", false]);
  assert.deepEqual(said("deferred"), ["Waiting for a cheaper day", false]);
  assert.deepEqual(said("deferred", 1), [
    "Waiting for a cheaper day before Friday 07:00: 80% likely, saves about £1.20",
    false,
  ]);
  assert.deepEqual(said("ahead", 1), ["Waiting for a cheaper day before Saturday 07:00: 62% likely, saves about £1.40", false]);
  assert.deepEqual(said("ahead_waiting", 1), ["Waiting for a cheaper day before Thursday 07:00: 95% likely, saves about 3.2p/kWh", false]);
  assert.deepEqual(said("ahead_week", 1), ["Waiting for a cheaper day before Tue 1 Dec 07:00", false]);
});

test("colours compare with today, or go by fixed limits", () => {
  const { model } = sceneOf("ordinary");
  const today = model.slots.filter(({ start }) => start < model.days[1]);
  const mean = today.reduce((sum, { price }) => sum + price, 0) / today.length;
  assert.ok(Math.abs(levelOf(card, model)(mean) - 0.5) < 1e-9);
  const fixed: CardConfig = { ...card, cheap_below: 10, dear_above: 20 };
  assert.deepEqual([5, 10, 15, 20, 90].map(levelOf(fixed, model)), [0, 0, 0.5, 1, 1]);
  assert.deepEqual([10, 25].map(levelOf({ ...card, cheap_below: 10 }, model)), [0, 1]);
  assert.deepEqual([10, 25].map(levelOf({ ...card, dear_above: 25 }, model)), [0, 1]);
  assert.deepEqual([9, 10, 11].map(fixedLevels(10, 10)), [0, 0, 1]);
  for (const wrong of [{ cheap_below: NaN }, { dear_above: "20" }, { cheap_below: Infinity }]) {
    assert.throws(() => checked({ ...card, ...wrong } as never), /must be/);
  }
});

test("a current price that is disabled is told from nothing set up", () => {
  const { hass } = house("disabled");
  assert.equal(find(hass, card), "disabled main");
  assert.equal(find(hass, { ...card, device: "main" }), "disabled main");
});
