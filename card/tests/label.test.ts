// The label of the lowest price is at its dot and on nothing else, whatever is around.

import assert from "node:assert/strict";
import { test } from "node:test";
import { placeLabel, type Box } from "../src/label.ts";

const area = { left: 40, right: 290, top: 20, bottom: 220 };
const size = { width: 40, height: 14 };
const WIDE = 5;

/** Bars from left to right; a price is a height in pixels over a zero line. */
function bars(heights: number[], zero = 180): Box[] {
  return heights.map((height, index) => ({
    left: area.left + index * WIDE,
    right: area.left + (index + 1) * WIDE,
    top: Math.min(zero, zero - height),
    bottom: Math.max(zero, zero - height),
  }));
}

function placed(heights: number[], lines: number[] = [], right = area.right): Box {
  const all = bars(heights);
  const lowest = heights.indexOf(Math.min(...heights));
  const bar = all[lowest]!;
  const isBelow = heights[lowest]! < 0;
  const dot = { x: (bar.left + bar.right) / 2, y: isBelow ? bar.bottom : bar.top };
  const { left, top, isClear } = placeLabel(dot, size, isBelow, { area: { ...area, right }, bars: all, lines });
  const box = { left, top, right: left + size.width, bottom: top + size.height };
  const hit = (other: Box) =>
    other.left < box.right && box.left < other.right && other.top < box.bottom && box.top < other.bottom;
  assert.ok(!all.some(hit), "on no bar");
  assert.ok(isClear);
  assert.ok(!lines.some((x) => box.left < x && x < box.right), "on no line");
  assert.ok(box.left >= area.left && box.right <= right, "within the chart");
  assert.ok(!hit({ left: dot.x - 3, right: dot.x + 3, top: dot.y - 3, bottom: dot.y + 3 }), "not on its dot");
  assert.ok(Math.abs((box.left + box.right) / 2 - dot.x) <= size.width / 2 + 10, "beside its dot at most");
  return box;
}

const flat = (count = 50, height = 60) => new Array<number>(count).fill(height);
const withLow = (at: number, low: number, all = flat()) => all.map((height, index) => (index === at ? low : height));

test("it stands above the dot, and hangs below one under zero", () => {
  assert.equal(placed(withLow(25, 55)).bottom, 180 - 60 - 6);
  assert.equal(placed(withLow(25, -20)).top, 180 + 20 + 6);
});

test("it keeps off lines, edges and the words about tomorrow, wherever the dot is", () => {
  for (let at = 0; at < 50; at++) {
    for (const low of [50, 1, -20]) {
      placed(withLow(at, low));
      placed(withLow(at, low), [area.left + 62]);
      placed(withLow(at, low), [area.left + 9, area.left + 160]);
    }
  }
  placed(withLow(29, 5, flat(30)), [], area.left + 150);
});

test("it goes to the side where the neighbours are lower", () => {
  const rising = flat().map((height, index) => height + index * 2);
  const box = placed(withLow(25, 20, rising));
  assert.ok(box.right < area.left + 27 * WIDE + 2);
});

test("where lines leave no room for it, that is known", () => {
  const all = bars(withLow(25, 20));
  const bar = all[25]!;
  const dot = { x: (bar.left + bar.right) / 2, y: bar.top };
  const at = (...lines: number[]) => placeLabel(dot, size, false, { area, bars: all, lines }).isClear;
  assert.equal(at(dot.x - 15, dot.x + 15), false);
  assert.equal(at(dot.x - 15), true);
});
