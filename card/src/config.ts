// The card's configuration and the form that edits it.

import { PLATFORM, tariffs } from "./find.ts";
import { fixedLevels, levels, type Level } from "./colours.ts";
import type { CardConfig, HomeAssistant } from "./hass.ts";
import { overlaps, type Model } from "./model.ts";
import { translator, type Key } from "./strings.ts";

export const TAG = "octopus-agile-card";
export const TYPE = `custom:${TAG}`;
export const STRATEGY = "octopus-agile";

export function checked(config: CardConfig): CardConfig {
  for (const key of ["title", "device", "entity", "plan"] as const) {
    const value: unknown = config[key];
    if (value !== undefined && value !== null && typeof value !== "string") {
      throw new Error(`${key} must be text`);
    }
  }
  for (const key of ["cheap_below", "dear_above"] as const) {
    const value: unknown = config[key];
    if (value !== undefined && value !== null && !(typeof value === "number" && Number.isFinite(value))) {
      throw new Error(`${key} must be a number of pence`);
    }
  }
  return config;
}

/** How far the limits are apart, in pence per kWh, where only one is given. */
const APART = 15;

/** How a card colours prices: compared with today's, or by the limits it is given. */
export function levelOf({ cheap_below: cheap, dear_above: dear }: CardConfig, model: Model): Level {
  if (typeof cheap === "number") return fixedLevels(cheap, dear ?? cheap + APART);
  if (typeof dear === "number") return fixedLevels(dear - APART, dear);
  const [start, end] = model.days;
  const today = model.slots.filter((slot) => overlaps(slot, { start, end }));
  return levels(today.length ? today : model.slots);
}

/** What the card picker starts with: nothing, unless there are several tariffs to choose from. */
export function stub(hass: HomeAssistant): Partial<CardConfig> {
  const known = tariffs(hass);
  return known.length > 1 ? { device: known[0] } : {};
}

export function form() {
  const text = translator(document.documentElement.lang || "en");
  const helped = ["editor_device_help", "editor_plan_help", "editor_days_ahead_help", "editor_colour_help"];
  const has = (key: string): key is Key => helped.includes(key);
  // Told by what they have: a tariff has a calendar, every plan a sensor that is on while it runs.
  const devices = (entity: Record<string, string>) => ({
    selector: { device: { filter: { integration: PLATFORM }, entity: { integration: PLATFORM, ...entity } } },
  });
  const pence = { selector: { number: { min: -100, max: 200, step: 0.1, mode: "box", unit_of_measurement: "p/kWh" } } };
  return {
    schema: [
      { name: "title", selector: { text: {} } },
      { name: "device", ...devices({ domain: "calendar" }) },
      { name: "plan", ...devices({ domain: "binary_sensor", device_class: "running" }) },
      { name: "show_summary", default: true, selector: { boolean: {} } },
      { name: "show_controls", default: true, selector: { boolean: {} } },
      { name: "days_ahead", default: false, selector: { boolean: {} } },
      {
        name: "colour",
        type: "expandable",
        flatten: true,
        schema: [
          { name: "cheap_below", ...pence },
          { name: "dear_above", ...pence },
        ],
      },
    ],
    assertConfig: checked,
    computeLabel: ({ name }: { name: string }) => text(`editor_${name}` as Key),
    computeHelper: ({ name }: { name: string }) => {
      const key = `editor_${name}_help`;
      return has(key) ? text(key) : undefined;
    },
  };
}
