// What is said of bills: sums and differences in sentences, and everything about one month.

import { bill, charged, isKnown, isPriced, saving, type Bill, type Bills, type Comparison, type Month, type Tariff } from "./data.ts";
import type { Translate } from "./strings.ts";

export interface Scene {
  bills: Bills;
  /** The tariffs that are shown, the home's own first. */
  shown: Tariff[];
  language: string;
  text: Translate;
}

const GBP: Intl.NumberFormatOptions = { style: "currency", currency: "GBP", currencyDisplay: "narrowSymbol" };
const formats = new Map<string, Intl.NumberFormat>();

function number(language: string, value: number, options: Intl.NumberFormatOptions): string {
  const key = language + JSON.stringify(options);
  let known = formats.get(key);
  if (!known) formats.set(key, (known = new Intl.NumberFormat(language, options)));
  return known.format(value);
}

/** "£68.42" */
export function money(language: string, pounds: number): string {
  return number(language, pounds, GBP);
}

/** "£212", or "£1.35" where pence matter. */
export function roughly(language: string, pounds: number): string {
  const digits = Math.abs(pounds) < 4.995 ? 2 : 0;
  return number(language, pounds, { ...GBP, minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** "£50" on the axis */
export function pounds(language: string, value: number): string {
  return number(language, value, { ...GBP, minimumFractionDigits: 0 });
}

function first(month: string): Date {
  return new Date(`${month}-01T00:00:00Z`);
}

/** "October", "October 2026", "Oct" or "O" */
export function monthName(language: string, month: string, options: Intl.DateTimeFormatOptions = { month: "long" }): string {
  return new Intl.DateTimeFormat(language, { timeZone: "UTC", ...options }).format(first(month));
}

const LONG: Intl.DateTimeFormatOptions = { month: "long", year: "numeric" };

/** "Agile saved £212 in 12 months against Flexible Octopus; October was £9 dearer" */
export function sentence({ language, text }: Scene, compared: Comparison): string {
  const { here, there, months, saving: sum, against } = compared;
  if (!months.length) return text("none", { there: there.name });
  const amount = roughly(language, Math.abs(sum));
  const names = { here: here.name, there: there.name, amount, months: months.length };
  if (Math.abs(sum) < 0.005) return text("same", names);
  const one = months.length === 1;
  const all = sum > 0 ? text(one ? "saved_one" : "saved", names) : text(one ? "more_one" : "more", names);
  const furthest = against[0];
  if (!furthest) return all;
  const values = {
    count: against.length,
    month: monthName(language, furthest.month, months.length > 12 ? LONG : undefined),
    amount: roughly(language, Math.abs(furthest.saving)),
  };
  const [single, several] = sum > 0 ? (["dearer", "months_dearer"] as const) : (["cheaper", "months_cheaper"] as const);
  return `${all}; ${text(against.length === 1 ? single : several, values)}`;
}

/** What else there is to say of a comparison. */
export function details({ bills, language, text }: Scene, { there, soFar, leftOut }: Comparison): string[] {
  const said: string[] = [];
  if (soFar !== undefined && Math.abs(soFar) >= 0.005) {
    said.push(text(soFar > 0 ? "so_far_saved" : "so_far_more", { amount: roughly(language, Math.abs(soFar)) }));
  }
  const charges = charged(bills, there);
  if (charges) {
    const [paid, amount] = [roughly(language, charges.paid), roughly(language, charges.cheapest_times)];
    said.push(text("charges_there", { there: there.name, paid, amount }));
  }
  if (leftOut) said.push(text("left_out", { count: leftOut }));
  return said;
}

/** "Moving your charges saved £84 compared with charging at once", or nothing without charges */
export function moving({ bills, shown, language, text }: Scene): string {
  const charges = shown[0] && charged(bills, shown[0]);
  if (!charges) return "";
  const saved = charges.at_once - charges.paid;
  if (Math.abs(saved) < 0.005) return "";
  return text(saved > 0 ? "charges_saved" : "charges_more", { amount: roughly(language, Math.abs(saved)) });
}

/** "October 2026" */
export function title({ language }: Scene, { month }: Month): string {
  return monthName(language, month, LONG);
}

/** "210.4 kWh" */
export function energy({ language, text }: Scene, { energy: kwh }: Bill): string {
  return text("kwh", { energy: number(language, kwh, { maximumFractionDigits: kwh < 100 ? 1 : 0 }) });
}

/** "18.2 p/kWh", or nothing without energy */
export function meanPrice({ language, text }: Scene, { mean_price }: Bill): string {
  if (mean_price === null) return "";
  const price = number(language, mean_price * 100, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return text("pence_per_kwh", { price });
}

/** What is missing of a month: the same hours of readings on every tariff, prices on each its own. */
export function notes({ shown, text }: Scene, month: Month): string[] {
  const said = month.whole ? [] : [text("part")];
  const bills = shown.flatMap(({ code }) => bill(month, code) ?? []);
  const unread = Math.max(0, ...bills.map(({ hours_missing, hours_without_price }) => hours_missing - hours_without_price));
  if (unread) said.push(text("hours_unread", { hours: unread }));
  return said;
}

/** What is missing of one bill. */
export function gaps({ text }: Scene, bill: Bill): string[] {
  const said: string[] = [];
  if (bill.hours_without_price) said.push(text("hours_unpriced", { hours: bill.hours_without_price }));
  if (bill.days_missing) said.push(text("days_missing", { days: bill.days_missing }));
  return said;
}

/** "+£3.20" against the home's own tariff; undefined where they can't be compared. */
export function difference({ language, shown }: Scene, month: Month, { code }: Tariff): string | undefined {
  const here = shown[0];
  if (!here || code === here.code) return undefined;
  const saved = saving(month, here.code, code);
  if (saved === undefined) return undefined;
  return number(language, saved, { ...GBP, signDisplay: "exceptZero" });
}

/** A month in one sentence, for those who listen. */
export function spoken(scene: Scene, month: Month): string {
  const { language, shown, text } = scene;
  const parts = shown.map((tariff) => {
    const found = bill(month, tariff.code);
    if (!isKnown(found)) return `${tariff.name}: ${text("nothing_known")}`;
    const said = [money(language, found.total), energy(scene, found), meanPrice(scene, found), ...gaps(scene, found)];
    return `${tariff.name}: ${said.filter(Boolean).join(", ")}`;
  });
  return [title(scene, month), ...parts, ...notes(scene, month)].join("; ");
}

/** Whether a bar is drawn as provisional. */
export function isPart(month: Month, bill: Bill): boolean {
  return !month.whole || !isPriced(bill);
}
