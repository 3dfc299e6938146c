import assert from "node:assert/strict";
import { test } from "node:test";
import { hourStep, priceTicks } from "../src/chart.ts";
import { HOUR, MINUTE } from "../src/clock.ts";
import { levels } from "../src/colours.ts";
import { axisPrice, length, money, price } from "../src/format.ts";
import { stepped } from "../src/stepper.ts";
import { translator } from "../src/strings.ts";
import { en } from "../src/strings/en.ts";

const text = translator("en");
const slots = (...prices: number[]) =>
  prices.map((pence, index) => ({ start: index * HOUR, end: (index + 1) * HOUR, price: pence }));

test("prices are marked in round steps with zero among them", () => {
  assert.deepEqual(priceTicks(2, 37), [0, 10, 20, 30]);
  assert.deepEqual(priceTicks(-12, 35), [-10, 0, 10, 20, 30]);
  assert.deepEqual(priceTicks(5, 100), [0, 20, 40, 60, 80, 100]);
  assert.deepEqual(priceTicks(-8, -1), [-8, -6, -4, -2, 0]);
  assert.deepEqual(priceTicks(0, 0), [0]);
  assert.deepEqual(priceTicks(0.01, 0.05), [0, 0.01, 0.02, 0.03, 0.04, 0.05]);
});

test("hours are marked as closely as there is room", () => {
  const span = { start: 0, end: 48 * HOUR };
  assert.equal(hourStep(span, 2400), 1);
  assert.equal(hourStep(span, 700), 3);
  assert.equal(hourStep(span, 250), 12);
  const week = { start: 0, end: 8 * 24 * HOUR };
  assert.equal(hourStep(week, 330), 24);
  assert.equal(hourStep(week, 280), Infinity);
});

test("colours go by how a price compares, gently on flat days", () => {
  const level = levels(slots(10, 20, 30));
  assert.ok(level(10) < level(20) && level(20) < level(30));
  assert.equal(level(20), 0.5);
  assert.equal(level(-50), 0);
  assert.equal(level(100), 1);
  const flat = levels(slots(20, 20.1));
  assert.ok(Math.abs(flat(20) - flat(20.1)) < 0.02);
  assert.equal(levels([])(0), 0.5);
});

test("prices, money and times read as people say them", () => {
  assert.equal(price("en-GB", 23.4), "23.40");
  assert.equal(price("en-GB", -0.001), "0.00");
  assert.equal(axisPrice("en-GB", 1, [0, 0.5, 1]), "1.0");
  assert.equal(money("en-GB", 3.444), "£3.44");
  assert.equal(money("pl", 3.444), "3,44\u00a0£");
  assert.equal(length(text, 3 * HOUR + 20 * MINUTE), "3 h 20 min");
  assert.equal(length(text, 2 * HOUR), "2 h");
  assert.equal(length(text, 59 * MINUTE + 1), "1 h");
  assert.equal(length(text, 10), "1 min");
});

test("a press goes to the next round value and never past the limits", () => {
  assert.equal(stepped(4, 1, 0.5, 0.5, 6), 4.5);
  assert.equal(stepped(4.25, 1, 0.5, 0.5, 6), 4.5);
  assert.equal(stepped(4.25, -1, 0.5, 0.5, 6), 4);
  assert.equal(stepped(6, 1, 0.5, 0.5, 6), 6);
  assert.equal(stepped(0.5, -1, 0.5, 0.5, 6), 0.5);
  assert.equal(stepped(undefined, 1, 1, 1, 200), 1);
  assert.equal(stepped(28.3, 1, 1, 1, 200), 29);
});

test("languages that are not there are English", () => {
  assert.equal(translator("tlh")("now"), en.now);
  assert.equal(translator("en-GB")("tomorrow_pending", { time: "16:00" }), "Tomorrow's prices are due at about 16:00");
});
