import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock, HOUR, publication } from "../src/clock.ts";

const london = new Clock("Europe/London", "en-GB");
const utc = (text: string) => Date.parse(`${text}Z`);

test("times are those of the home, not of the machine", () => {
  assert.equal(london.time(utc("2026-06-13T11:30")), "12:30");
  assert.equal(new Clock("Asia/Kathmandu", "en-GB").time(utc("2026-06-13T11:30")), "17:15");
  assert.equal(london.time(utc("2026-11-23T00:00")), "00:00");
});

test("a day begins at its midnight, whatever its length", () => {
  assert.equal(london.startOfDay(utc("2026-06-13T22:59")), utc("2026-06-12T23:00"));
  assert.equal(london.startOfDay(utc("2026-06-13T23:00")), utc("2026-06-13T23:00"));
  for (const [day, hours] of [["2026-10-25T12:00", 25], ["2026-03-29T12:00", 23], ["2026-11-23T12:00", 24]] as const) {
    assert.equal(london.startOfDay(utc(day), 1) - london.startOfDay(utc(day)), hours * HOUR);
  }
});

test("where midnight is skipped, the day begins at the change", () => {
  const beirut = new Clock("Asia/Beirut", "en-GB");
  assert.equal(beirut.startOfDay(utc("2026-03-29T10:00")), utc("2026-03-28T22:00"));
});

test("labels stand at full hours of the clock on both days of change", () => {
  const times = (day: string) => {
    const start = london.startOfDay(utc(day));
    return london.hours(start, london.startOfDay(utc(day), 1), 1).map((at) => london.time(at));
  };
  assert.equal(times("2026-10-25T12:00").length, 25);
  assert.equal(times("2026-10-25T12:00").filter((time) => time === "01:00").length, 2);
  assert.equal(times("2026-03-29T12:00").length, 23);
  assert.ok(!times("2026-03-29T12:00").includes("01:00"));
  const start = london.startOfDay(utc("2026-10-25T12:00"));
  assert.deepEqual(
    london.hours(start, start + 25 * HOUR, 6).map((at) => london.time(at)),
    ["00:00", "06:00", "12:00", "18:00"],
  );
});

test("prices come at 16:00 in London, summer and winter", () => {
  assert.equal(publication(utc("2026-11-23T10:00")), utc("2026-11-23T16:00"));
  assert.equal(publication(utc("2026-06-13T10:00")), utc("2026-06-13T15:00"));
});
