// What there is to show, read from the entities' states. Nothing here knows the present time but
// through the states and the day it is on.

import { Clock, HOUR, publication } from "./clock.ts";
import { watched, type Found, type PlanEntities } from "./find.ts";
import type { EntityState, HomeAssistant } from "./hass.ts";

export interface Period {
  start: number;
  end: number;
}

/** A period with its price in pence per kWh. */
export interface Slot extends Period {
  price: number;
}

/** A half hour that isn't published, in pence per kWh: between low and high in eight of ten cases. */
export interface Expected extends Period {
  low: number;
  middle: number;
  high: number;
}

export interface Plan {
  entities: PlanEntities;
  sessions: Period[];
  /** Pence per kWh. */
  price?: number;
  /** Pounds; of an export what it earns. */
  cost?: number;
  isExport: boolean;
  status?: string;
}

export interface Model {
  slots: Slot[];
  /** Where no price is known between two that are. */
  gaps: Period[];
  lowest?: Slot;
  /** What export pays, as far as it is drawn, and when it pays most while prices are known. */
  exported: Slot[];
  bestExport?: Slot;
  /** What isn't published yet, if the days ahead are asked for; and whether there is anything to ask for. */
  ahead: Expected[];
  hasAhead: boolean;
  plans: Plan[];
  /** All that there is to show, from the start of today on. */
  span: Period;
  /** The starts of today, of tomorrow and of the day after. */
  days: [number, number, number];
  /** Those of them within that. */
  midnights: number[];
  /** Where tomorrow's prices are missing: since when, and when they come. */
  pending?: Period & { due: number };
}

/** So many days ahead are shown at least. */
const DAYS_SHOWN = 3;

/** How many hours of tomorrow are left free for saying that its prices are still to come. */
const ROOM = 10;

export function number(state: EntityState | undefined): number | undefined {
  if (!state?.state) return undefined;
  const value = Number(state.state);
  return Number.isFinite(value) ? value : undefined;
}

/** Pounds as pence, without the dust that binary fractions leave. */
export function pence(pounds: number | undefined): number | undefined {
  return pounds === undefined ? undefined : Math.round(pounds * 1e8) / 1e6;
}

function list(state: EntityState | undefined, attribute: string): Record<string, unknown>[] {
  const value = state?.attributes[attribute];
  return Array.isArray(value) ? value : [];
}

function period(item: Record<string, unknown>): Period {
  return { start: Date.parse(String(item.start)), end: Date.parse(String(item.end)) };
}

/** The known prices in order of time; what is malformed is left out rather than guessed. */
export function readSlots(state: EntityState | undefined): Slot[] {
  return list(state, "rates")
    .filter((item) => typeof item.price === "number" && Number.isFinite(item.price))
    .map((item) => ({ ...period(item), price: pence(item.price as number) as number }))
    .filter((slot) => slot.end > slot.start)
    .sort((a, b) => a.start - b.start);
}

export function readSessions(state: EntityState | undefined): Period[] {
  return list(state, "sessions")
    .map(period)
    .filter((session) => session.end > session.start)
    .sort((a, b) => a.start - b.start);
}

export function gapsBetween(slots: Slot[]): Period[] {
  return slots.slice(1).flatMap((slot, index) => {
    const before = slots[index] as Slot;
    return slot.start > before.end ? [{ start: before.end, end: slot.start }] : [];
  });
}

export function at<T extends Period>(periods: T[], instant: number): T | undefined {
  return periods.find(({ start, end }) => start <= instant && instant < end);
}

/** The session that runs or comes next, else the last one. */
export function currentOrNext(sessions: Period[], now: number): Period | undefined {
  return sessions.find(({ end }) => end > now) ?? sessions[sessions.length - 1];
}

export function overlaps(a: Period, b: Period): boolean {
  return a.start < b.end && b.start < a.end;
}

/** What one plan expects, in order of time; what is malformed is left out. */
function readOutlook(state: EntityState | undefined): Expected[] {
  return list(state, "outlook")
    .flatMap((item) => {
      const [low, middle, high] = [item.low, item.middle, item.high].map((value) =>
        typeof value === "number" && Number.isFinite(value) ? pence(value) : undefined,
      );
      if (low === undefined || middle === undefined || high === undefined) return [];
      return [{ ...period(item), low, middle, high }];
    })
    .filter(({ start, end, low, middle, high }) => end > start && low <= middle && middle <= high)
    .sort((a, b) => a.start - b.start);
}

/**
 * The days ahead from the end of the known prices on: to the nearest deadline of the plans, whose statuses
 * these are, and for three days at least.
 */
export function readAhead(statuses: (EntityState | undefined)[], known: number, now: number): Expected[] {
  let all: Expected[] = [];
  let nearest = Infinity;
  for (const status of statuses) {
    const outlook = readOutlook(status);
    if (!outlook.length) continue;
    const deadline = Date.parse(String(status?.attributes.deadline));
    if (deadline > now) nearest = Math.min(nearest, deadline);
    // All are of the same prices: they differ in where they end.
    if ((outlook.at(-1)?.end ?? 0) > (all.at(-1)?.end ?? 0)) all = outlook;
  }
  const until = Math.max(known + DAYS_SHOWN * 24 * HOUR, nearest < Infinity ? nearest : 0);
  return all.filter(({ start }) => start >= known && start < until);
}

/** When export pays most from now on, neighbours that pay the same in one; none if it always pays the same. */
export function bestExport(slots: Slot[], now: number): Slot | undefined {
  const coming = slots.filter(({ end }) => end > now);
  const most = Math.max(...coming.map((slot) => slot.price));
  if (coming.every((slot) => slot.price === most)) return undefined;
  const first = coming.findIndex((slot) => slot.price === most);
  const best = { ...(coming[first] as Slot) };
  for (const { start, end, price: paid } of coming.slice(first + 1)) {
    if (start !== best.end || paid !== most) break;
    best.end = end;
  }
  return best;
}

/**
 * What the axis spans: from an hour ago on, or everything. Words that stand for tomorrow's prices take at
 * most a third of it: what is known shall not be small beside what isn't.
 */
export function viewOf({ span, days: [, tomorrow], pending, ahead }: Model, now: number, withPast: boolean): Period {
  const wanted = withPast ? span.start : Math.floor((now - HOUR) / (HOUR / 2)) * (HOUR / 2);
  const start = Math.max(span.start, Math.min(wanted, span.end - HOUR));
  const third = pending && !ahead.length ? tomorrow + Math.ceil((tomorrow - start) / HOUR) * (HOUR / 2) : Infinity;
  return { start, end: Math.min(span.end, third) };
}

/** The states that a model is made from, in a fixed order. */
export function inputs(hass: HomeAssistant, found: Found): (EntityState | undefined)[] {
  return watched(found).map((id) => hass.states[id]);
}

function midnightsBefore(end: number, clock: Clock, now: number): number[] {
  const found: number[] = [];
  for (let day = 1, start; (start = clock.startOfDay(now, day)) < end; day++) found.push(start);
  return found;
}

export function readModel(hass: HomeAssistant, found: Found, clock: Clock, now: number, withAhead = false): Model {
  const state = (id: string | undefined) => (id ? hass.states[id] : undefined);
  const slots = readSlots(state(found.current));
  const last = slots[slots.length - 1];
  const today = clock.startOfDay(now);
  const tomorrow = clock.startOfDay(now, 1);
  // The pricing day ends at 23:00 in London, so a rest of the day may be missing with tomorrow's.
  const dayAfter = clock.startOfDay(now, 2);
  const reaches = last ? last.end : today;
  const isPending = reaches < tomorrow + (dayAfter - tomorrow) / 2;
  const expected = readAhead(found.plans.filter(({ earnings }) => !earnings).map(({ status }) => state(status)), reaches, now);
  const ahead = withAhead ? expected : [];
  const span = {
    start: Math.min(today, slots[0]?.start ?? today),
    end: ahead.at(-1)?.end ?? (isPending ? Math.max(reaches, tomorrow) + ROOM * HOUR : reaches),
  };
  // Where words stand for what is still to come, nothing is drawn.
  const drawn = { start: span.start, end: isPending && !ahead.length ? reaches : span.end };
  const exported = readSlots(state(found.exported)).filter((slot) => overlaps(slot, drawn));
  const lowestStart = Date.parse(String(state(found.lowest)?.attributes.start));
  return {
    slots,
    gaps: gapsBetween(slots),
    lowest: slots.find(({ start }) => start === lowestStart),
    exported,
    bestExport: bestExport(exported.filter(({ start }) => start < reaches), now),
    ahead,
    hasAhead: expected.length > 0,
    plans: found.plans.map((entities) => ({
      entities,
      sessions: readSessions(state(entities.start)),
      price: pence(number(state(entities.price))),
      cost: number(state(entities.cost ?? entities.earnings)),
      isExport: entities.earnings !== undefined,
      status: state(entities.status)?.state,
    })),
    span,
    days: [today, tomorrow, dayAfter],
    midnights: midnightsBefore(span.end, clock, now),
    pending: isPending ? { start: reaches, end: span.end, due: publication(now) } : undefined,
  };
}
