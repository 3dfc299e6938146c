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
}

export const cases: Record<string, Case> = {
  ordinary: { now: "2026-11-23T18:10:00Z", until: "2026-11-24T23:00:00Z" },
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
  running: { now: "2026-11-24T03:10:00Z", until: "2026-11-24T23:00:00Z", status: "charging" },
  none: { now: "2026-11-24T03:10:00Z", until: "2026-11-23T00:00:00Z", energy: null, status: "waiting_for_prices" },
};

/** The shape of an ordinary day, in pence. */
function modelled(start: number): number {
  const hour = (start / HOUR) % 24;
  const wave = 17 + 5 * Math.cos(((hour - 20) / 24) * 2 * Math.PI) - 3 * Math.cos(((hour - 13) / 12) * 2 * Math.PI) * 0.7;
  const evening = hour >= 16 && hour < 19 ? 12 : 0;
  const noise = Math.sin(start / 7.3e6) * 1.6 + Math.sin(start / 2.9e6) * 0.9;
  return Math.round((wave + evening + noise) * 1.05 * 10000) / 10000;
}

export interface House {
  hass: HomeAssistant;
  now: number;
  set(entityId: string, value: number): void;
}

export function house(name: string, onChange: () => void = () => undefined): House {
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
  put("number.hours", chosen.duration ?? 4, { min: 0.5, max: 6, step: 0.25, unit_of_measurement: "h" });
  put("number.kwh", chosen.energy === null ? "unknown" : (chosen.energy ?? 28), { min: 0, max: 200, step: 0.1, unit_of_measurement: "kWh" });

  const plan = (ids: string[], hours: number, energy: number, from: number) => {
    const best = cheapest(rates, hours, from);
    const [start, end, price, cost, status] = ids as [string, string, string, string, string];
    put(start, best ? iso(best.start) : "unknown", { sessions: best ? [{ start: iso(best.start), end: iso(best.end) }] : [] });
    put(end, best ? iso(best.end) : "unknown");
    put(price, best?.mean ?? "unknown");
    put(cost, best && energy ? best.mean * energy : "unknown");
    put(status, chosen.status ?? "planned", { reason: null });
  };
  const replan = () => {
    const hours = Number(states["number.hours"]?.state);
    plan(["sensor.block_start", "sensor.block_end", "sensor.block_price", "sensor.cost", "sensor.status"], hours, Number(states["number.kwh"]?.state) || 0, chosen.status === "charging" ? now - HOUR : now);
    for (let index = 0; index < (chosen.plans ?? 0); index++) {
      plan(["start", "end", "price", "cost", "status"].map((key) => `sensor.p${index}_${key}`), 1.5 + index, 3, now + (index ? 14 * HOUR : 0));
    }
  };
  replan();

  const keys: Record<string, string> = {
    "sensor.price": "current_price", "sensor.next": "next_price", "sensor.lowest": "lowest_price",
    "sensor.block_start": "cheapest_block_start", "sensor.block_end": "cheapest_block_end",
    "sensor.block_price": "cheapest_block_price", "sensor.cost": "estimated_cost", "sensor.status": "plan_status",
    "number.hours": "charge_duration", "number.kwh": "charge_energy",
  };
  const entities: HomeAssistant["entities"] = {};
  const devices: HomeAssistant["devices"] = { main: { id: "main", name: "Octopus Agile London", config_entry_id: "entry" } };
  for (const id of Object.keys(states)) {
    const own = /^sensor\.p(\d)_(.*)$/.exec(id);
    entities[id] = { entity_id: id, platform: "octopus_agile", device_id: own ? `p${own[1]}` : "main", translation_key: own ? own[2] : keys[id] };
  }
  ["Dishwasher", "Second car, in the garage"].slice(0, chosen.plans ?? 0).forEach((title, index) => {
    devices[`p${index}`] = { id: `p${index}`, name: title, config_entry_id: "entry" };
  });

  const set = (entityId: string, value: number) => {
    put(entityId, value, states[entityId]?.attributes);
    replan();
    made.hass = { ...made.hass, states: { ...states } };
    onChange();
  };
  const made: House = {
    now,
    set,
    hass: {
      states: { ...states },
      entities,
      devices,
      config: { time_zone: ZONE },
      language: "en",
      locale: { language: "en" },
      themes: {},
      callService: async (_domain, _service, data, target) => set(target.entity_id, Number(data.value)),
    },
  };
  return made;
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
