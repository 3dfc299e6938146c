// A house with made-up prices, for looking at the card without Home Assistant.

import { Clock, HOUR } from "../src/clock.ts";
import type { EntityState, HomeAssistant } from "../src/hass.ts";

const HALF = HOUR / 2;
const ZONE = "Europe/London";

export interface Case {
  now: string;
  /** How far prices are known. */
  until: string;
  duration?: number;
  energy?: number | null;
  change?: (pence: number, start: number) => number | null;
  plans?: number;
  status?: string;
  /** Of the status, as the integration gives them. */
  details?: Record<string, unknown>;
  /** Statuses of the further plans, with their attributes. */
  others?: [string, Record<string, unknown>][];
  /** When the window closes, as a local time of tomorrow. */
  readyBy?: string;
  timeFormat?: string;
  /** Of the first further plan: when it must be done, days ahead. */
  deadline?: string;
  /** What export pays in pence; with it the last further plan is for export. */
  exports?: (start: number) => number;
  disabled?: boolean;
}

export const cases: Record<string, Case> = {
  ordinary: { now: "2026-11-23T18:10:00Z", until: "2026-11-24T23:00:00Z" },
  by: { now: "2026-11-23T18:10:00Z", until: "2026-11-24T23:00:00Z", readyBy: "07:00" },
  american: { now: "2026-11-23T18:10:00Z", until: "2026-11-24T23:00:00Z", readyBy: "07:00", timeFormat: "language" },
  noenergy: { now: "2026-11-23T18:10:00Z", until: "2026-11-24T23:00:00Z", energy: null, readyBy: "07:00" },
  stalled: { now: "2026-11-24T03:10:00Z", until: "2026-11-24T23:00:00Z", status: "stalled", readyBy: "07:00", plans: 2 },
  impossible: { now: "2026-11-24T03:10:00Z", until: "2026-11-24T23:00:00Z", status: "impossible",
    details: { reason: "too_late", shortfall: 240 } },
  short: { now: "2026-11-24T03:10:00Z", until: "2026-11-24T23:00:00Z", status: "charging",
    details: { reason: "too_late", shortfall: 40 }, readyBy: "07:00" },
  deferred: { now: "2026-11-24T18:10:00Z", until: "2026-11-25T23:00:00Z", status: "deferred", plans: 1,
    others: [["deferred", { odds: 0.8, expected_saving: 1.2, deadline: "2026-11-27T07:00:00Z" }]] },
  // A deadline in three days, with tomorrow's prices known and not yet known; one in a week.
  ahead: { now: "2026-11-24T18:10:00Z", until: "2026-11-25T23:00:00Z", plans: 2, deadline: "2026-11-28T07:00:00Z",
    others: [["deferred", { odds: 0.62, expected_saving: 1.4, expected_saving_per_kwh: 0.05 }], ["planned", {}]] },
  ahead_waiting: { now: "2026-11-24T10:10:00Z", until: "2026-11-24T23:00:00Z", plans: 1, deadline: "2026-11-26T07:00:00Z",
    others: [["deferred", { odds: 0.95, expected_saving: null, expected_saving_per_kwh: 0.032 }]] },
  ahead_week: { now: "2026-11-24T18:10:00Z", until: "2026-11-25T23:00:00Z", plans: 2, deadline: "2026-12-01T07:00:00Z", exports: outgoing,
    others: [["deferred", { odds: null, expected_saving: null, expected_saving_per_kwh: null }], ["planned", {}]] },
  export: { now: "2026-11-23T18:10:00Z", until: "2026-11-24T23:00:00Z", plans: 1, exports: outgoing },
  export_below: { now: "2026-06-13T09:10:00Z", until: "2026-06-13T22:00:00Z", exports: outgoing,
    change: (pence, start) => (new Date(start).getUTCHours() >= 11 && new Date(start).getUTCHours() < 15 ? -7 : pence) },
  export_flat: { now: "2026-11-23T10:10:00Z", until: "2026-11-23T23:00:00Z", exports: () => 15 },
  four: { now: "2026-11-23T18:10:00Z", until: "2026-11-24T23:00:00Z", plans: 4, readyBy: "07:00",
    others: [["planned", {}], ["stalled", {}], ["impossible", { reason: "too_late" }], ["deferred", { odds: 0.8 }]] },
  earning: { now: "2026-06-13T09:10:00Z", until: "2026-06-13T22:00:00Z", readyBy: "07:00",
    change: (pence, start) => (new Date(start).getUTCHours() >= 11 && new Date(start).getUTCHours() < 15 ? -7 : pence) },
  off: { now: "2026-11-23T18:10:00Z", until: "2026-11-24T23:00:00Z", status: "off", duration: 0, energy: null },
  missing: {
    now: "2026-11-23T18:10:00Z",
    until: "2026-11-24T23:00:00Z",
    change: (pence, start) => (new Date(start).toISOString().slice(8, 13) === "23T18" ? null : pence),
  },
  disabled: { now: "2026-11-23T18:10:00Z", until: "2026-11-24T23:00:00Z", disabled: true },
  // The lowest price below zero, beside now, beside the words about tomorrow, under a peak.
  low_below: { now: "2026-06-13T09:10:00Z", until: "2026-06-13T22:00:00Z",
    change: (pence, start) => (start === Date.parse("2026-06-13T12:30Z") ? -6 : pence) },
  low_now: { now: "2026-06-13T09:10:00Z", until: "2026-06-14T22:00:00Z",
    change: (pence, start) => (start === Date.parse("2026-06-13T09:30Z") ? 1 : pence) },
  low_below_now: { now: "2026-06-13T09:10:00Z", until: "2026-06-14T22:00:00Z",
    change: (pence, start) => (start === Date.parse("2026-06-13T09:00Z") ? -9 : pence) },
  low_late: { now: "2026-06-13T09:10:00Z", until: "2026-06-13T22:00:00Z",
    change: (pence, start) => (start === Date.parse("2026-06-13T21:30Z") ? 1 : pence) },
  low_below_late: { now: "2026-06-13T09:10:00Z", until: "2026-06-13T22:00:00Z",
    change: (pence, start) => (start === Date.parse("2026-06-13T21:30Z") ? -9 : pence) },
  low_pit: { now: "2026-06-13T09:10:00Z", until: "2026-06-14T22:00:00Z",
    change: (pence, start) => (start === Date.parse("2026-06-13T15:30Z") ? 1 : pence * 1.5) },
  low_midnight: { now: "2026-06-13T09:10:00Z", until: "2026-06-14T22:00:00Z",
    change: (pence, start) => (start === Date.parse("2026-06-13T23:00Z") ? -2 : pence) },
  waiting: { now: "2026-11-23T10:10:00Z", until: "2026-11-23T23:00:00Z", status: "provisional" },
  late: { now: "2026-11-23T17:40:00Z", until: "2026-11-23T23:00:00Z", status: "provisional" },
  negative: {
    now: "2026-06-13T09:10:00Z",
    until: "2026-06-13T22:00:00Z",
    change: (pence, start) => {
      const hour = new Date(start).getUTCHours();
      return hour >= 1 && hour < 5 ? pence - 26 : hour >= 11 && hour < 15 ? -3 + Math.abs(hour - 13) * 1.5 : pence;
    },
  },
  capped: {
    now: "2026-12-12T15:40:00Z",
    until: "2026-12-13T23:00:00Z",
    change: (pence, start) => (new Date(start).getUTCHours() % 24 >= 16 && new Date(start).getUTCHours() < 19 ? 100 : pence * 1.8),
  },
  gap: {
    now: "2026-11-23T18:10:00Z",
    until: "2026-11-24T23:00:00Z",
    change: (pence, start) => {
      const at = new Date(start).toISOString().slice(8, 13);
      return ["23T21", "23T22", "24T05"].includes(at) ? null : pence;
    },
  },
  autumn: { now: "2026-10-24T17:10:00Z", until: "2026-10-25T23:00:00Z" },
  spring: { now: "2026-03-28T17:10:00Z", until: "2026-03-29T22:00:00Z" },
  plans: { now: "2026-11-23T18:10:00Z", until: "2026-11-24T23:00:00Z", plans: 2 },
  running: { now: "2026-11-24T03:10:00Z", until: "2026-11-24T23:00:00Z", status: "charging", readyBy: "07:00" },
  none: { now: "2026-11-24T03:10:00Z", until: "2026-11-23T00:00:00Z", energy: null, status: "waiting_for_prices" },
};

const REASONS: Record<string, string> = { too_late: "Too little time is left" };

/** The shape of an ordinary day, in pence. */
function modelled(start: number): number {
  const hour = (start / HOUR) % 24;
  const wave = 17 + 5 * Math.cos(((hour - 20) / 24) * 2 * Math.PI) - 3 * Math.cos(((hour - 13) / 12) * 2 * Math.PI) * 0.7;
  const evening = hour >= 16 && hour < 19 ? 12 : 0;
  const noise = Math.sin(start / 7.3e6) * 1.6 + Math.sin(start / 2.9e6) * 0.9;
  return Math.round((wave + evening + noise) * 1.05 * 10000) / 10000;
}

/** What Agile Outgoing pays: much less than prices are, but at tea-time. */
function outgoing(start: number): number {
  return Math.round((modelled(start) * 0.55 - 1.5) * 100) / 100;
}

export interface House {
  hass: HomeAssistant;
  now: number;
  set(entityId: string, value: number | string): void;
}

export function house(name: string, onChange: () => void = () => undefined, language = "en"): House {
  const chosen = cases[name] ?? (cases.ordinary as Case);
  const clock = new Clock(ZONE, "en-GB");
  const now = Date.parse(chosen.now);
  const rates: { start: string; end: string; price: number }[] = [];
  for (let start = clock.startOfDay(now); start < Date.parse(chosen.until); start += HALF) {
    const pence = modelled(start);
    const changed = chosen.change ? chosen.change(pence, start) : pence;
    if (changed === null) continue;
    rates.push({ start: iso(start), end: iso(start + HALF), price: Math.round(changed * 1e4) / 1e6 });
  }
  const states: Record<string, EntityState | undefined> = {};
  const put = (id: string, state: unknown, attributes: Record<string, unknown> = {}) => {
    const at = new Date().toISOString();
    states[id] = { entity_id: id, state: String(state), attributes, last_changed: at, last_updated: at };
  };
  const at = (instant: number) => rates.find(({ start }) => Date.parse(start) <= instant && instant < Date.parse(start) + HALF);
  const coming = rates.filter(({ end }) => Date.parse(end) > now);
  const lowest = coming.reduce<(typeof rates)[number] | undefined>((a, b) => (!a || b.price < a.price ? b : a), undefined);
  put("sensor.price", at(now)?.price ?? "unknown", { rates, unit_of_measurement: "GBP/kWh" });
  put("sensor.next", at(now + HALF)?.price ?? "unknown");
  put("sensor.lowest", lowest?.price ?? "unknown", { start: lowest?.start ?? null });
  if (chosen.exports) {
    const pays = chosen.exports;
    // Known for longer than prices, as one price for months is.
    const paid = Array.from({ length: (Date.parse(chosen.until) - clock.startOfDay(now)) / HALF + 48 }, (_, index) => {
      const start = clock.startOfDay(now) + index * HALF;
      return { start: iso(start), end: iso(start + HALF), price: Math.round(pays(start) * 1e4) / 1e6 };
    });
    put("sensor.export", paid.find(({ end }) => Date.parse(end) > now)?.price ?? "unknown", { rates: paid });
  }
  put("number.hours", chosen.duration ?? 4, { min: 0, max: 6, step: 0.25, unit_of_measurement: "h" });
  put("number.kwh", chosen.energy === null ? "unknown" : (chosen.energy ?? 28), { min: 0, max: 200, step: 0.1, unit_of_measurement: "kWh" });

  const readyBy = chosen.readyBy && clock.startOfDay(now, now % (24 * HOUR) < 7 * HOUR ? 0 : 1) + Date.parse(`1970-01-01T${chosen.readyBy}Z`);
  const plan = (ids: string[], hours: number, energy: number, from: number, other?: [string, Record<string, unknown>]) => {
    const isNothing = ["impossible", "deferred", "off"].includes(other?.[0] ?? chosen.status ?? "");
    const best = isNothing ? undefined : cheapest(rates.filter(({ end }) => !readyBy || Date.parse(end) <= readyBy), hours, from);
    const [start, end, price, cost, status] = ids as [string, string, string, string, string];
    put(start, best ? iso(best.start) : "unknown", { sessions: best ? [{ start: iso(best.start), end: iso(best.end) }] : [] });
    put(end, best ? iso(best.end) : "unknown");
    put(price, best?.mean ?? "unknown");
    put(cost, best && energy ? best.mean * energy : "unknown");
    if (chosen.deadline && other?.[0] === "deferred") Object.assign(other[1], { deadline: chosen.deadline, outlook: outlook(Date.parse(chosen.until), Date.parse(chosen.deadline)) });
    const [name, details] = other ?? [chosen.status ?? "planned", chosen.details ?? {}];
    put(status, name, { reason: null, shortfall: 0, until: null, ready_by: readyBy ? iso(readyBy) : null, boosted: false, ...details });
  };
  const replan = () => {
    const hours = Number(states["number.hours"]?.state);
    plan(["sensor.block_start", "sensor.block_end", "sensor.block_price", "sensor.cost", "sensor.status"], hours, Number(states["number.kwh"]?.state) || 0, ["charging", "stalled"].includes(chosen.status ?? "") ? now - HOUR : now);
    for (let index = 0; index < (chosen.plans ?? 0); index++) {
      const money = chosen.exports && index === (chosen.plans ?? 0) - 1 ? "earnings" : "cost";
      plan(["start", "end", "price", money, "status"].map((key) => `sensor.p${index}_${key}`), 1.5 + index, 3, now + (index ? 14 * HOUR : 0), chosen.others?.[index] ?? ["planned", {}]);
    }
  };
  replan();

  put("switch.main", chosen.status === "off" ? "off" : "on");
  put("button.main", "unknown");
  for (let index = 0; index < (chosen.plans ?? 0); index++) {
    put(`switch.p${index}_enabled`, "on");
    put(`button.p${index}_boost`, "unknown");
  }
  if (chosen.disabled) delete states["sensor.price"];

  const keys: Record<string, string> = {
    "switch.main": "charge_enabled", "button.main": "boost",
    "sensor.price": "current_price", "sensor.next": "next_price", "sensor.lowest": "lowest_price",
    "sensor.block_start": "cheapest_block_start", "sensor.block_end": "cheapest_block_end",
    "sensor.block_price": "cheapest_block_price", "sensor.cost": "estimated_cost", "sensor.status": "plan_status",
    "sensor.export": "export_price", "number.hours": "charge_duration", "number.kwh": "charge_energy",
  };
  const entities: HomeAssistant["entities"] = {};
  const devices: HomeAssistant["devices"] = { main: { id: "main", name: "Octopus Agile London", config_entry_id: "entry" } };
  for (const id of Object.keys(states)) {
    const own = /^\w+\.p(\d)_(.*)$/.exec(id);
    entities[id] = { entity_id: id, platform: "octopus_agile", device_id: own ? `p${own[1]}` : "main", translation_key: own ? own[2] : keys[id] };
  }
  ["Dishwasher", "Second car, in the garage", "Immersion heater", "Home battery"].slice(0, chosen.plans ?? 0).forEach((title, index) => {
    devices[`p${index}`] = { id: `p${index}`, name: title, config_entry_id: "entry" };
  });

  const changed = () => {
    made.hass = { ...made.hass, states: { ...states } };
    onChange();
  };
  const set = (entityId: string, value: number | string) => {
    put(entityId, value, states[entityId]?.attributes);
    replan();
    changed();
  };
  const made: House = {
    now,
    set,
    hass: {
      states: { ...states },
      entities,
      devices,
      config: { time_zone: ZONE },
      language,
      locale: { language, time_format: chosen.timeFormat ?? "24" },
      themes: {},
      formatEntityAttributeValue: (state, attribute) => REASONS[String(state.attributes[attribute])] ?? "",
      callService: async (domain, service, data, target) => {
        const id = target.entity_id;
        if (domain === "number") set(id, Number(data.value));
        else if (domain === "switch") set(id, service === "turn_on" ? "on" : "off");
        else {
          const status = id === "button.main" ? "sensor.status" : id.replace("button", "sensor").replace("boost", "status");
          const { state, attributes } = states[status] as EntityState;
          put(status, state, { ...attributes, boosted: !attributes.boosted });
          changed();
        }
      },
    },
  };
  return made;
}

/** What the days to a deadline are expected to cost, three days at least: ever less surely. */
function outlook(from: number, deadline: number) {
  const until = Math.max(deadline, from + 72 * HOUR);
  return Array.from({ length: Math.ceil((until - from) / HALF) }, (_, index) => {
    const start = from + index * HALF;
    const [middle, reach] = [modelled(start) * 0.9, 4 + (index / 48) * 1.2];
    const [low, high] = [middle - reach, middle + reach * 1.3];
    const pounds = (pence: number) => Math.round(pence * 1e4) / 1e6;
    return { start: iso(start), end: iso(start + HALF), low: pounds(low), middle: pounds(middle), high: pounds(high) };
  });
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

function cheapest(rates: { start: string; price: number }[], hours: number, from: number) {
  const count = Math.max(1, Math.round(hours * 2));
  let best: { start: number; end: number; mean: number } | undefined;
  for (let index = 0; index + count <= rates.length; index++) {
    const run = rates.slice(index, index + count);
    const start = Date.parse(run[0]?.start ?? "");
    const last = Date.parse(run[count - 1]?.start ?? "");
    if (start < from || last - start !== (count - 1) * HALF) continue;
    const mean = run.reduce((sum, { price }) => sum + price, 0) / count;
    if (!best || mean < best.mean) best = { start, end: last + HALF, mean };
  }
  return best;
}
