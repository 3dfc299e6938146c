// The bills card's configuration, its form, and what it needs of Home Assistant.

import { byDevice, entryOf, PLATFORM, tariffs } from "../find.ts";
import type { HomeAssistant } from "../hass.ts";
import { translator, type Key } from "./strings.ts";

/** Whole months that are shown, besides this one so far. */
export const DEFAULT_MONTHS = 12;
const MOST_MONTHS = 36;

/** What a dashboard stores of the card. */
export interface BillsConfig {
  type: string;
  title?: string;
  /** The tariff's device. */
  device?: string;
  months?: number;
  /** Codes of the tariffs to compare with; all that are set up if it is missing. */
  tariffs?: string[];
}

export interface Home extends HomeAssistant {
  callWS<T>(message: Record<string, unknown>): Promise<T>;
}

export function checked(config: BillsConfig): BillsConfig {
  for (const key of ["title", "device"] as const) {
    const value: unknown = config[key];
    if (value !== undefined && value !== null && typeof value !== "string") throw new Error(`${key} must be text`);
  }
  const months: unknown = config.months ?? DEFAULT_MONTHS;
  if (!Number.isInteger(months) || Number(months) < 1 || Number(months) > MOST_MONTHS) {
    throw new Error(`months must be a whole number from 1 to ${MOST_MONTHS}`);
  }
  const codes: unknown = config.tariffs ?? [];
  if (!Array.isArray(codes) || !codes.every((code) => typeof code === "string")) {
    throw new Error("tariffs must be a list of codes");
  }
  return config;
}

/** What the card picker starts with: nothing, unless there are several tariffs to choose from. */
export function stub(hass: HomeAssistant): Partial<BillsConfig> {
  const known = tariffs(hass);
  return known.length > 1 ? { device: known[0] } : {};
}

/** The config entry of the tariff that the card is about, or why there is none. */
export interface Found {
  entry?: string;
  /** What sums up each comparison: it changes when more is known. */
  sums?: string[];
  /** "none": nothing is set up; "lost": not what the configuration names. */
  problem?: "none" | "lost";
}

export function find(hass: HomeAssistant, config: BillsConfig): Found {
  const known = tariffs(hass);
  if (!known.length) return { problem: "none" };
  const id = config.device ? known.find((each) => each === config.device) : known[0];
  const entry = id ? entryOf(hass, id) : undefined;
  const sums = [...byDevice(hass).values()].flatMap((keys) => keys["sensor.saving_year"] ?? []);
  return entry ? { entry, sums } : { problem: "lost" };
}

/** When the comparisons were last worked out to something else. */
export function heard(hass: HomeAssistant, { sums = [] }: Found): string {
  return sums.map((id) => hass.states[id]?.last_updated).join();
}

export function form() {
  const text = translator(document.documentElement.lang || "en");
  return {
    schema: [
      { name: "title", selector: { text: {} } },
      { name: "device", selector: { device: { filter: { integration: PLATFORM }, entity: { integration: PLATFORM, domain: "calendar" } } } },
      { name: "months", default: DEFAULT_MONTHS, selector: { number: { min: 1, max: MOST_MONTHS, step: 1, mode: "box" } } },
    ],
    assertConfig: checked,
    computeLabel: ({ name }: { name: string }) => text(`editor_${name}` as Key),
  };
}
