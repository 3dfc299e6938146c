// What there is to be said of a plan beyond its times: why it waits, falls short or can't be met.

import { MINUTE } from "./clock.ts";
import { length, money, percent, rough } from "./format.ts";
import type { EntityState, HomeAssistant } from "./hass.ts";
import type { Scene } from "./marks.ts";
import { pence, type Plan } from "./model.ts";

/** How and when things are said. */
export type Said = Pick<Scene, "text" | "clock" | "now">;

export interface Remark {
  head: string;
  /** Why, or how it goes on. */
  more?: string;
  /** Whether the charge won't be what was asked for. */
  isTrouble: boolean;
  /** Whether it is worth a word only beside the plan's times. */
  isQuiet?: boolean;
}

/** Less than this isn't worth a word, in pounds and in pence per kWh. */
export const PENNY = 0.005;
const TENTH = 0.05;

function finite(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function reasonOf(hass: HomeAssistant, state: EntityState): string | undefined {
  if (!state.attributes.reason) return undefined;
  return hass.formatEntityAttributeValue?.(state, "reason") ?? String(state.attributes.reason);
}

/** All of it in one line. */
export function remarkWords({ text }: Pick<Scene, "text">, { head, more }: Remark): string {
  return more ? text("with_reason", { words: head, reason: more }) : head;
}

export function remark(said: Said, hass: HomeAssistant, { entities }: Pick<Plan, "entities">): Remark | undefined {
  const { text } = said;
  const state = entities.status ? hass.states[entities.status] : undefined;
  if (!state) return undefined;
  const more = reasonOf(hass, state);
  const shortfall = finite(state.attributes.shortfall) ?? 0;
  switch (state.state) {
    case "impossible":
      return { head: text("status_impossible"), more, isTrouble: true };
    case "stalled":
      return { head: text("status_stalled"), more: more ?? text("stalled_why"), isTrouble: true };
    case "deferred":
      return { head: waits(said, state), more: more ?? waitsFor(said, state), isTrouble: false };
    case "off":
      return { head: text("status_off"), more, isTrouble: false };
    case "waiting_for_prices":
      return { head: text("status_waiting_for_prices"), isTrouble: false, isQuiet: true };
    case "unavailable":
      return { head: text("status_unavailable"), isTrouble: true };
  }
  if (shortfall > 0) return { head: text("falls_short", { time: length(text, shortfall * MINUTE) }), more, isTrouble: true };
  if (state.state === "provisional") return { head: text("status_provisional"), isTrouble: false, isQuiet: true };
  if (state.state === "finished" && more) return { head: text("status_finished"), more, isTrouble: false };
  return state.attributes.boosted === true ? { head: text("status_boosted"), isTrouble: false } : undefined;
}

/** "Waiting for a cheaper day before Friday 07:00" */
function waits({ text, clock, now }: Said, { attributes }: EntityState): string {
  const deadline = Date.parse(String(attributes.deadline));
  if (Number.isNaN(deadline)) return text("status_deferred");
  // Within a week its name says which day it is.
  const day = deadline < clock.startOfDay(now, 7) ? clock.weekday(deadline, "long") : clock.day(deadline);
  return text("deferred_before", { time: `${day} ${clock.time(deadline)}` });
}

/** "62% likely, saves about £1.40": as much of it as is known, by the unit where the energy isn't. */
function waitsFor({ text, clock }: Said, { attributes }: EntityState): string {
  const { language } = clock;
  const odds = finite(attributes.odds);
  const saving = finite(attributes.expected_saving);
  const each = pence(finite(attributes.expected_saving_per_kwh));
  const words = odds === undefined ? [] : [text("deferred_odds", { odds: percent(language, odds) })];
  if (saving !== undefined) {
    if (saving >= PENNY) words.push(text("deferred_saving", { money: money(language, saving) }));
  } else if (each !== undefined && each >= TENTH) {
    words.push(text("deferred_saving", { money: `${rough(language, each)}${text("unit")}` }));
  }
  return words.join(", ");
}
