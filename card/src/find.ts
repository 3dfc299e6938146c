// Finds the integration's entities, so that nobody has to name them.

import type { CardConfig, HomeAssistant, RegistryEntity } from "./hass.ts";

export const PLATFORM = "octopus_agile";

/** Entity ids of a device by domain and translation key, like "sensor.current_price". */
export type Keys = Record<string, string>;

export interface PlanEntities {
  /** The device: the tariff's for its own charge. */
  device: string;
  /** Undefined for the tariff's own charge. */
  name?: string;
  start?: string;
  end?: string;
  price?: string;
  cost?: string;
  status?: string;
  duration?: string;
  energy?: string;
}

export interface Found {
  device: string;
  name: string;
  current: string;
  next?: string;
  lowest?: string;
  plans: PlanEntities[];
}

/** Our entities by device. */
export function byDevice(hass: HomeAssistant): Map<string, Keys> {
  const found = new Map<string, Keys>();
  for (const entity of Object.values(hass.entities)) {
    if (entity?.platform !== PLATFORM || !entity.translation_key || !entity.device_id) continue;
    const keys = found.get(entity.device_id) ?? {};
    keys[`${entity.entity_id.split(".")[0]}.${entity.translation_key}`] = entity.entity_id;
    found.set(entity.device_id, keys);
  }
  return found;
}

function entry(hass: HomeAssistant, id: string): string | undefined {
  const device = hass.devices[id];
  return device?.config_entry_id ?? device?.primary_config_entry ?? device?.config_entries?.[0];
}

function nameOf(hass: HomeAssistant, id: string): string {
  const device = hass.devices[id];
  return device?.name_by_user || device?.name || "";
}

export function isOurs(entity: RegistryEntity | undefined): boolean {
  return entity?.platform === PLATFORM;
}

/** The tariffs that are set up, by the name of their devices. */
export function tariffs(hass: HomeAssistant): string[] {
  return [...byDevice(hass)]
    .filter(([, keys]) => keys["sensor.current_price"])
    .map(([id]) => id)
    .sort((a, b) => nameOf(hass, a).localeCompare(nameOf(hass, b)));
}

/** The device that a configuration points at, directly or by one of its entities. */
function wanted(hass: HomeAssistant, config: CardConfig): string | undefined {
  return config.device || (config.entity && hass.entities[config.entity]?.device_id) || undefined;
}

/** What a card shows first: the plan its configuration names, else the tariff's own charge. */
export function firstPlan(hass: HomeAssistant, config: CardConfig, found: Found): PlanEntities | undefined {
  const device = config.plan || wanted(hass, config);
  return found.plans.find((plan) => plan.device === device) ?? found.plans[0];
}

/** Find what to show. "none": nothing is set up; "lost": not what the configuration names. */
export function find(hass: HomeAssistant, config: CardConfig): Found | "none" | "lost" {
  const all = byDevice(hass);
  const mains = tariffs(hass);
  if (!mains.length) return "none";
  let main: string | undefined = mains[0];
  const named = wanted(hass, config);
  if (config.device || config.entity) {
    // A charge plan's device leads to its tariff's.
    main = mains.find((id) => id === named);
    if (!main && named && all.has(named)) main = mains.find((id) => entry(hass, id) === entry(hass, named));
  }
  const keys = main && all.get(main);
  if (!main || !keys) return "lost";
  const current = keys["sensor.current_price"];
  if (!current) return "lost";
  const others = [...all]
    .filter(([id, own]) => id !== main && own["sensor.start"] && entry(hass, id) === entry(hass, main))
    .sort(([a], [b]) => nameOf(hass, a).localeCompare(nameOf(hass, b)));
  return {
    device: main,
    name: nameOf(hass, main),
    current,
    next: keys["sensor.next_price"],
    lowest: keys["sensor.lowest_price"],
    plans: [
      {
        device: main,
        start: keys["sensor.cheapest_block_start"],
        end: keys["sensor.cheapest_block_end"],
        price: keys["sensor.cheapest_block_price"],
        cost: keys["sensor.estimated_cost"],
        status: keys["sensor.plan_status"],
        duration: keys["number.charge_duration"],
        energy: keys["number.charge_energy"],
      },
      ...others.map(([id, own]) => ({
        device: id,
        name: nameOf(hass, id),
        start: own["sensor.start"],
        end: own["sensor.end"],
        price: own["sensor.price"],
        cost: own["sensor.cost"],
        status: own["sensor.status"],
      })),
    ],
  };
}

/** Every entity that the card shows something of. */
export function watched(found: Found): string[] {
  const ids = [found.current, found.next, found.lowest];
  for (const { start, end, price, cost, status, duration, energy } of found.plans) {
    ids.push(start, end, price, cost, status, duration, energy);
  }
  return ids.filter((id): id is string => id !== undefined);
}
