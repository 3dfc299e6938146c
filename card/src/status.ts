// What there is to be said of a plan beyond its times: why it waits, falls short or can't be met.

import { MINUTE } from "./clock.ts";
import { length, money, percent } from "./format.ts";
import type { EntityState, HomeAssistant } from "./hass.ts";
import type { Scene } from "./marks.ts";
import type { Plan } from "./model.ts";
import { dayWord } from "./summary.ts";

export interface Remark {
  head: string;
  /** Why, or how it goes on. */
  more?: string;
  /** Whether the charge won't be what was asked for. */
  isTrouble: boolean;
  /** Whether it is worth a word only beside the plan's times. */
  isQuiet?: boolean;
}

function finite(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function reasonOf(hass: HomeAssistant, state: EntityState): string | undefined {
  if (!state.attributes.reason) return undefined;
  return hass.formatEntityAttributeValue?.(state, "reason") ?? String(state.attributes.reason);
}

/** All of it in one line. */
export function remarkWords({ text }: Scene, { head, more }: Remark): string {
  return more ? text("with_reason", { words: head, reason: more }) : head;
}

export function remark(scene: Scene, hass: HomeAssistant, plan: Plan): Remark | undefined {
  const { text } = scene;
  const state = plan.entities.status ? hass.states[plan.entities.status] : undefined;
  if (!state) return undefined;
  const more = reasonOf(hass, state);
  const shortfall = finite(state.attributes.shortfall) ?? 0;
  switch (state.state) {
    case "impossible":
      return { head: text("status_impossible"), more, isTrouble: true };
    case "stalled":
      return { head: text("status_stalled"), more: more ?? text("stalled_why"), isTrouble: true };
    case "deferred":
      return { head: text("status_deferred"), more: more ?? deferred(scene, state), isTrouble: false };
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

/** "80% likely, to save about £1.20, Fri 27 Nov 07:00 at the latest": as much of it as is known. */
function deferred(scene: Scene, { attributes }: EntityState): string {
  const { text, clock } = scene;
  const odds = finite(attributes.odds);
  const saving = finite(attributes.expected_saving);
  const deadline = Date.parse(String(attributes.deadline ?? attributes.until));
  return [
    odds === undefined ? "" : text("deferred_odds", { odds: percent(clock.language, odds) }),
    saving === undefined ? "" : text("deferred_saving", { money: money(clock.language, saving) }),
    Number.isNaN(deadline)
      ? ""
      : text("deferred_deadline", { day: dayWord(scene, deadline), time: clock.time(deadline) }),
  ]
    .filter(Boolean)
    .join(", ");
}
