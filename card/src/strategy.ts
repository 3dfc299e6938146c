// The ready dashboard: a view for each tariff, made from what is set up whenever it is opened.

import { TYPE } from "./config.ts";
import { byDevice, find, tariffs, type Found, type Keys, type PlanEntities } from "./find.ts";
import type { HomeAssistant } from "./hass.ts";
import { translator, type Key, type Translate } from "./strings.ts";

type Card = Record<string, unknown>;

interface View {
  title: string;
  path: string;
  icon?: string;
  type: string;
  max_columns?: number;
  header?: Card;
  sections: Card[];
}

const PRICES = ["current_price", "next_price", "lowest_price", "highest_price", "average_price"];
const OTHER_PLAN = ["energy", "saving"];
const STEPS = [{ type: "numeric-input", style: "buttons" }];

function tile(entity: string, options: Card = {}): Card {
  // The entity's own name: the device's stands above.
  return { type: "tile", entity, name: { type: "entity" }, ...options };
}

/** A section of tiles for those of some keys that there are. */
function tiles(keys: Keys, wanted: string[]): Card[] {
  return wanted.flatMap((key) => (keys[key] ? [tile(keys[key])] : []));
}

function section(heading: string, icon: string, cards: Card[], span = 1): Card[] {
  if (!cards.length) return [];
  return [{ type: "grid", column_span: span, cards: [{ type: "heading", heading, icon }, ...cards] }];
}

function wide(card: Card, rows?: number): Card {
  return { ...card, grid_options: { columns: "full", ...(rows ? { rows } : {}) } };
}

/** When a plan runs and what it costs, under names short enough for half a tile's width. */
function times({ start, end, price, cost }: PlanEntities, text: Translate): Card[] {
  const named = { dashboard_start: start, dashboard_end: end, dashboard_mean: price, dashboard_cost: cost };
  return Object.entries(named).flatMap(([key, entity]) =>
    entity ? [tile(entity, { name: text(key as Key) })] : [],
  );
}

function sensors(keys: string[]): string[] {
  return keys.map((key) => `sensor.${key}`);
}

/** The sections about a tariff's own charge and its further plans. */
function plans(all: Map<string, Keys>, found: Found, text: Translate): Card[] {
  return found.plans.flatMap((plan) => {
    const { device, name } = plan;
    const keys = all.get(device) ?? {};
    if (name === undefined) {
      const numbers = ["number.charge_duration", "number.charge_energy"].flatMap((key) =>
        keys[key] ? [tile(keys[key], { features: STEPS })] : [],
      );
      const shown = tiles(keys, ["sensor.plan_status", "binary_sensor.cheapest_block"]);
      return section(text("dashboard_charge"), "mdi:ev-station", [...shown, ...times(plan, text), ...numbers]);
    }
    const shown = tiles(keys, ["switch.enabled", "sensor.status", "binary_sensor.charge_now"]);
    const amounts = tiles(keys, sensors(OTHER_PLAN));
    return section(name, "mdi:calendar-clock", [...shown, ...times(plan, text), ...amounts]);
  });
}

/** The sections about what was and what is to come. */
function history(all: Map<string, Keys>, found: Found, text: Translate): Card[] {
  const keys = all.get(found.device) ?? {};
  const statistics = wide({
    type: "statistics-graph",
    // Named, so that the legend tells mean, lowest and highest apart before it is cut off.
    entities: [{ entity: found.current, name: text("price") }],
    stat_types: ["mean", "min", "max"],
    period: "day",
    days_to_show: 30,
    hide_legend: false,
  });
  const calendar = keys["calendar.charging"];
  const moves = found.plans.flatMap(({ device }) => all.get(device)?.["event.plan"] ?? []);
  const news = [...["event.prices", "sensor.plan_status"].flatMap((key) => keys[key] ?? []), ...moves];
  return [
    ...section(
      text("dashboard_calendar"),
      "mdi:calendar",
      calendar ? [wide({ type: "calendar", entities: [calendar], initial_view: "listWeek" }, 6)] : [],
    ),
    ...section(text("dashboard_statistics"), "mdi:chart-line", [statistics]),
    ...section(
      text("dashboard_news"),
      "mdi:bell-outline",
      news.length ? [wide({ type: "logbook", target: { entity_id: news }, hours_to_show: 72 }, 6)] : [],
    ),
  ];
}

function view(hass: HomeAssistant, device: string, text: Translate): View[] {
  const found = find(hass, { type: TYPE, device });
  if (typeof found === "string") return [];
  const all = byDevice(hass);
  const keys = all.get(found.device) ?? {};
  const card = wide({ type: TYPE, device: found.device });
  return [
    {
      title: found.name,
      path: found.device,
      type: "sections",
      max_columns: 3,
      sections: [
        { type: "grid", column_span: 2, cards: [card] },
        ...section(text("dashboard_prices"), "mdi:lightning-bolt", [
          ...tiles(keys, sensors(PRICES)),
          ...tiles(keys, ["binary_sensor.negative_price", "sensor.prices_until"]),
        ]),
        ...plans(all, found, text),
        ...history(all, found, text),
      ],
    },
  ];
}

/** What is shown where nothing is set up. */
function empty(text: Translate): View {
  const content = `${text("not_set_up")}\n\n[${text("set_up")}](/config/integrations/dashboard/add?domain=octopus_agile)`;
  const cards = [{ type: "markdown", content }];
  return { title: text("card_name"), path: "0", type: "sections", sections: [{ type: "grid", cards }] };
}

/** The whole dashboard; `note` is a text of the user's own above it. */
export function dashboard(hass: HomeAssistant, note?: unknown): { title: string; views: View[] } {
  const text = translator(hass.locale?.language ?? hass.language);
  const made = tariffs(hass).flatMap((device) => view(hass, device, text));
  const views = made.length ? made : [empty(text)];
  const header = { card: { type: "markdown", content: note, text_only: true } };
  return { title: text("card_name"), views: note ? views.map((each) => ({ ...each, header })) : views };
}
