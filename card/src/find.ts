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
  /** Instead of a cost, where the plan is for export. */
  earnings?: string;
  status?: string;
  /** Numbers, a switch and a button to change it in place. */
  duration?: string;
  energy?: string;
  level?: string;
  enabled?: string;
  boost?: string;
}

export interface Found {
  device: string;
  name: string;
  current: string;
  lowest?: string;
  /** What export pays, where there is a tariff for it. */
  exported?: string;
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

/** The config entry of a device. */
export function entryOf(hass: HomeAssistant, id: string): string | undefined {
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

/**
 * Why there is nothing to show: nothing is set up; the configuration names what isn't there; or somebody
 * has disabled the current price of a tariff, whose device follows. Disabled entities aren't in the list.
 */
export type Nothing = "none" | "lost" | `disabled ${string}`;

/** Entities that only a tariff's device has. */
const OF_TARIFFS = ["calendar.charging", "event.prices", "sensor.lowest_price", "sensor.cheapest_block_start"];

/** Find what to show. */
export function find(hass: HomeAssistant, config: CardConfig): Found | Nothing {
  const all = byDevice(hass);
  const known = tariffs(hass);
  const silent = [...all].filter(([id, keys]) => !known.includes(id) && OF_TARIFFS.some((key) => keys[key]));
  const mains = [...known, ...silent.map(([id]) => id)];
  if (!mains.length) return "none";
  let main: string | undefined = mains[0];
  const named = wanted(hass, config);
  if (config.device || config.entity) {
    // A charge plan's device leads to its tariff's.
    main = mains.find((id) => id === named);
    if (!main && named && all.has(named)) main = mains.find((id) => entryOf(hass, id) === entryOf(hass, named));
  }
  const keys = main && all.get(main);
  if (!main || !keys) return "lost";
  const current = keys["sensor.current_price"];
  if (!current) return `disabled ${main}`;
  const others = [...all]
    .filter(([id, own]) => id !== main && own["sensor.start"] && entryOf(hass, id) === entryOf(hass, main))
    .sort(([a], [b]) => nameOf(hass, a).localeCompare(nameOf(hass, b)));
  return {
    device: main,
    name: nameOf(hass, main),
    current,
    lowest: keys["sensor.lowest_price"],
    exported: keys["sensor.export_price"],
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
        enabled: keys["switch.charge_enabled"],
        boost: keys["button.boost"],
      },
      ...others.map(([id, own]) => ({
        device: id,
        name: nameOf(hass, id),
        start: own["sensor.start"],
        end: own["sensor.end"],
        price: own["sensor.price"],
        cost: own["sensor.cost"],
        earnings: own["sensor.earnings"],
        status: own["sensor.status"],
        duration: own["number.duration"],
        energy: own["number.energy"],
        level: own["number.target"],
        enabled: own["switch.enabled"],
        boost: own["button.boost"],
      })),
    ],
  };
}

/** Every entity that the card shows something of. */
export function watched(found: Found): string[] {
  const ids = [found.current, found.lowest, found.exported];
  for (const { device: _, name: __, ...entities } of found.plans) ids.push(...Object.values(entities));
  return ids.filter((id): id is string => id !== undefined);
}
