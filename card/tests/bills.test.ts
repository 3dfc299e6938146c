import assert from "node:assert/strict";
import { test } from "node:test";
import { answers } from "../dev/answers.ts";
import { axis, moved } from "../src/bills/chart.ts";
import { checked, find, heard } from "../src/bills/config.ts";
import { compare, isKnown, saving, tariffs, ticks, type Bills, type Month } from "../src/bills/data.ts";
import { translator } from "../src/bills/strings.ts";
import { details, difference, gaps, isPart, monthName, moving, notes, roughly, sentence, spoken, type Scene } from "../src/bills/words.ts";
import type { HomeAssistant } from "../src/hass.ts";

function scene(bills: Bills, language = "en-GB"): Scene {
  return { bills, shown: tariffs(bills), language, text: translator(language) };
}

/** Months with what two tariffs cost in each. */
function of(...totals: [number, number][]): Bills {
  const row = (tariff: string, name: string, total: number) => ({
    tariff, name, energy: 100, energy_cost: total - 10, standing_charge: 10, total, mean_price: (total - 10) / 100,
    complete: true, hours: 720, hours_missing: 0, hours_without_price: 0, days_missing: 0,
  });
  const months = totals.map(([here, there], index) => ({
    month: `2026-${String(index + 1).padStart(2, "0")}`,
    whole: true,
    tariffs: [row("E-1R-VAR-22-11-01-C", "Flexible Octopus", there), row("E-1R-AGILE-24-10-01-C", "Agile Octopus October 2024 v1", here)],
  }));
  return { here: "E-1R-AGILE-24-10-01-C", months };
}

function said(bills: Bills): string {
  const made = scene(bills);
  const [here, there] = made.shown;
  return sentence(made, compare(bills, here!, there!));
}

test("the home's own tariff comes first, under the name people use", () => {
  assert.deepEqual(tariffs(of([1, 2])).map(({ name }) => name), ["Agile", "Flexible Octopus"]);
  assert.equal(tariffs(answers("many"))[4]?.name, "Octopus 12M Fixed February 2026");
  const two = of([1, 2]);
  two.months[0]!.tariffs[0]!.tariff = "E-1R-AGILE-18-02-21-C";
  assert.deepEqual(tariffs(two).map(({ name }) => name), ["Agile Octopus October 2024", "Flexible Octopus"]);
});

test("sums and what went against them are said as people say them", () => {
  assert.equal(said(of([50, 120], [60, 210], [79, 70])), "Agile saved £211 in 3 months compared with Flexible Octopus; March was £9 dearer");
  assert.equal(said(of([70, 50], [60, 58.5], [40, 45])), "Agile cost £17 more than Flexible Octopus in 3 months; March was £5 cheaper");
  assert.equal(said(of([50, 120], [79, 70], [60, 58])), "Agile saved £59 in 3 months compared with Flexible Octopus; 2 months were dearer, by up to £9 in February");
  assert.equal(said(of([48.5, 50])), "Agile saved £1.50 in one month compared with Flexible Octopus");
  assert.equal(said(of([50, 48])), "Agile cost £2.00 more than Flexible Octopus in one month");
  assert.equal(said(of([50, 60], [60, 50])), "Agile and Flexible Octopus have cost the same so far");
});

test("a difference of some pence is no month to speak of", () => {
  assert.equal(said(of([50, 80], [50.4, 50])), "Agile saved £30 in 2 months compared with Flexible Octopus");
});

test("months of more than a year are told apart", () => {
  assert.match(said(answers("long")), /in 36 months .*by up to £\d+ in October 20\d\d/);
});

test("a part of a month is said by itself", () => {
  const made = scene(answers("begun"));
  const compared = compare(made.bills, made.shown[0]!, made.shown[1]!);
  assert.equal(sentence(made, compared), "There's no whole month to compare with Flexible Octopus yet");
  assert.match(details(made, compared)[0]!, /^This month so far: £\d+ saved$/);
  assert.deepEqual(notes(made, made.bills.months[0]!), ["Part of the month"]);
});

test("what moving charges saved is said once, and of each tariff what they'd have cost there", () => {
  const bills = of([50, 60]);
  const [here, there] = scene(bills).shown;
  const row = { charges: 12, paid: 40, at_once: 52.3, cheapest_times: 38.1 };
  const charged = (edit: object = {}): Bills => ({
    ...bills,
    charges: [{ ...row, ...edit, tariff: here!.code }, { ...row, ...edit, tariff: there!.code, cheapest_times: 61 }],
  });
  const said = (edit?: object) => moving(scene(charged(edit)));
  assert.equal(said(), "Moving your charges saved £12 compared with charging at once");
  assert.equal(said({ at_once: 37.5 }), "Moving your charges cost £2.50 more than charging at once");
  assert.equal(said({ at_once: 40 }), "");
  assert.equal(said({ charges: 0 }), "");
  assert.equal(moving(scene(bills)), "");
  const spoken = (edit?: object) => details(scene(charged(edit)), compare(bills, here!, there!));
  assert.deepEqual(spoken(), ["Your charges cost £40; in the cheapest times of Flexible Octopus they'd have cost £61"]);
  assert.deepEqual(spoken({ charges: 0 }), []);
});

test("the comparisons' sensors say when more is known", () => {
  const at = (last_updated: string) => ({
    states: { "sensor.sum": { last_updated } },
    entities: {
      "sensor.price": { entity_id: "sensor.price", platform: "octopus_agile", device_id: "main", translation_key: "current_price" },
      "sensor.sum": { entity_id: "sensor.sum", platform: "octopus_agile", device_id: "flexible", translation_key: "saving_year" },
    },
    devices: { main: { id: "main", config_entry_id: "entry" }, flexible: { id: "flexible", config_entry_id: "entry" } },
  }) as unknown as HomeAssistant;
  const found = find(at("1"), { type: "" });
  assert.deepEqual(found, { entry: "entry", sums: ["sensor.sum"] });
  assert.notEqual(heard(at("1"), found), heard(at("2"), found));
  assert.equal(heard(at("1"), { problem: "none" }), "");
});

test("months whose prices aren't known on both are left out, and said", () => {
  const made = scene(answers("unpriced"));
  const [here, , go] = made.shown;
  const compared = compare(made.bills, here!, go!);
  assert.equal(compared.months.length, 4);
  assert.equal(compared.leftOut, 8);
  assert.ok(details(made, compared).includes("Months left out because prices are unknown: 8"));
  const june = made.bills.months.find(({ month }) => month === "2026-06") as Month;
  assert.equal(difference(made, june, go!), undefined);
  assert.ok(isPart(june, june.tariffs[2]!));
  assert.deepEqual(gaps(made, june.tariffs[2]!), ["Hours without a known price, left out: 350", "Days without a known standing charge: 2"]);
});

test("hours without a reading are missing on every tariff, and hinder nothing", () => {
  const made = scene(answers("unread"));
  const compared = compare(made.bills, made.shown[0]!, made.shown[1]!);
  // From March on; before it there was no meter, which is nothing to complain of.
  assert.equal(compared.months.length, 8);
  assert.equal(compared.leftOut, 0);
  const june = made.bills.months.find(({ month }) => month === "2026-06") as Month;
  assert.deepEqual(notes(made, june), ["Hours without a reading, left out: 31"]);
  assert.ok(!isKnown(made.bills.months[0]!.tariffs[0]));
});

test("two tariffs that don't know the same hours have no difference", () => {
  const bills = of([50, 60]);
  const [month] = bills.months as [Month];
  assert.equal(saving(month, bills.here, "E-1R-VAR-22-11-01-C"), 10);
  month.tariffs[0]!.hours_missing = 3;
  assert.equal(saving(month, bills.here, "E-1R-VAR-22-11-01-C"), undefined);
  assert.equal(saving(month, bills.here, "another"), undefined);
});

test("a month is read out with all that is known of it", () => {
  const made = scene(of([50, 60]));
  assert.equal(
    spoken(made, made.bills.months[0]!),
    "January 2026; Agile: £50.00, 100 kWh, 40.0 p/kWh; Flexible Octopus: £60.00, 100 kWh, 50.0 p/kWh",
  );
  assert.equal(difference(made, made.bills.months[0]!, made.shown[1]!), "+£10.00");
  assert.match(spoken(scene(answers("empty")), answers("empty").months[0]!), /Agile: Not known/);
});

test("the axis has round steps, zero among them", () => {
  assert.deepEqual(ticks(0, 104), [0, 25, 50, 75, 100, 125]);
  assert.deepEqual(ticks(-12, 103), [-25, 0, 25, 50, 75, 100, 125]);
  assert.deepEqual(ticks(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticks(0, 0), [0]);
  const { low, high } = axis(scene(answers("negative")));
  assert.ok(low < -12 && high > 103);
});

test("money is as exact as it matters", () => {
  assert.equal(roughly("en-GB", 212.4), "£212");
  assert.equal(roughly("en-GB", 4.99), "£4.99");
  assert.equal(roughly("en-GB", 4.999), "£5");
  assert.equal(monthName("en-GB", "2026-10"), "October");
});

test("keys lead from month to month, the first only shows where one is", () => {
  assert.equal(moved("ArrowLeft", undefined, 13), 12);
  assert.equal(moved("ArrowLeft", 12, 13), 11);
  assert.equal(moved("ArrowRight", 12, 13), 12);
  assert.equal(moved("Home", 5, 13), 0);
  assert.equal(moved("End", 5, 13), 12);
  assert.equal(moved("a", 5, 13), undefined);
});

test("a configuration of the wrong kind is refused", () => {
  const type = "custom:octopus-agile-bills-card";
  assert.deepEqual(checked({ type, months: 24 }), { type, months: 24 });
  for (const wrong of [{ title: 3 }, { device: [] }, { months: 0 }, { months: 1.5 }, { months: NaN }, { months: 37 }, { tariffs: "x" }, { tariffs: [1] }]) {
    assert.throws(() => checked({ type, ...wrong } as never));
  }
});

test("the entry is that of the device, or of the only tariff", () => {
  const entity = { entity_id: "sensor.price", platform: "octopus_agile", device_id: "main", translation_key: "current_price" };
  const hass = { entities: { "sensor.price": entity }, devices: { main: { id: "main", config_entry_id: "entry" } } } as unknown as HomeAssistant;
  assert.deepEqual(find(hass, { type: "" }), { entry: "entry", sums: [] });
  assert.deepEqual(find(hass, { type: "", device: "main" }), { entry: "entry", sums: [] });
  assert.deepEqual(find(hass, { type: "", device: "gone" }), { problem: "lost" });
  assert.deepEqual(find({ ...hass, entities: {} }, { type: "" }), { problem: "none" });
});
