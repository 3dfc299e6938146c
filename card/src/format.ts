// Prices, money and lengths of time as people read them.

import { MINUTE } from "./clock.ts";
import type { Translate } from "./strings.ts";

const formats = new Map<string, Intl.NumberFormat>();

function format(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = language + JSON.stringify(options);
  let known = formats.get(key);
  if (!known) formats.set(key, (known = new Intl.NumberFormat(language, options)));
  return known;
}

/** Never "-0.00". The type is older than the option. */
const SIGN = { signDisplay: "negative" } as unknown as Intl.NumberFormatOptions;

/** "23.41" */
export function price(language: string, pence: number): string {
  return format(language, { minimumFractionDigits: 2, maximumFractionDigits: 2, ...SIGN }).format(pence);
}

/** "12.1": no finer than it is known. */
export function rough(language: string, pence: number): string {
  return format(language, { minimumFractionDigits: 1, maximumFractionDigits: 1, ...SIGN }).format(pence);
}

/** "10", or "0.5" on an axis that has halves. */
export function axisPrice(language: string, pence: number, all: number[]): string {
  const digits = Math.max(0, ...all.map((value) => String(value).split(".")[1]?.length ?? 0));
  return format(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(pence);
}

/** "£3.44"; "3,44 £" elsewhere, not "3,44 GBP". */
export function money(language: string, pounds: number): string {
  return format(language, { style: "currency", currency: "GBP", currencyDisplay: "narrowSymbol", ...SIGN }).format(pounds);
}

/** "3.75" */
export function plain(language: string, value: number): string {
  return format(language, { maximumFractionDigits: 2 }).format(value);
}

/** "3 h 20 min", begun minutes counted whole. */
export function length(text: Translate, milliseconds: number): string {
  const all = Math.max(1, Math.ceil(milliseconds / MINUTE));
  const hours = Math.floor(all / 60);
  const minutes = all % 60;
  if (!hours) return text("minutes", { minutes });
  return minutes ? text("hours_minutes", { hours, minutes }) : text("hours", { hours });
}

/** "80%" */
export function percent(language: string, part: number): string {
  return format(language, { style: "percent", maximumFractionDigits: 0 }).format(part);
}
