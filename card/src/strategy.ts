// The ready dashboard: a view for each tariff, made from what is set up whenever it is opened.

import { Clock } from "./clock.ts";
import { TYPE } from "./config.ts";
import { byDevice, entryOf, find, tariffs } from "./find.ts";
import type { HomeAssistant } from "./hass.ts";
import { hasHistory } from "./statistics.ts";
import { translator, type Translate } from "./strings.ts";
import { BILLS, HISTORY, PLANS } from "./tags.ts";

type Card = Record<string, unknown>;

/** What somebody may have written into a dashboard beside the strategy's name. */
export interface StrategyConfig {
  /** A text above every view. */
  note?: unknown;
  /** For a section: the tariff's device. */
  device?: unknown;
}

export interface Section {
  type: "grid";
  column_span: number;
  row_span?: number;
  cards: Card[];
}

export interface View {
  title: string;
  path: string;
  type: "sections";
  max_columns?: number;
  dense_section_placement?: boolean;
  header?: Card;
  sections: Section[];
}

function wide(card: Card, options: Card = {}): Card {
  return { ...card, grid_options: { columns: "full", ...options } };
}

function grid(cards: Card[], span = 1): Section {
  return { type: "grid", column_span: span, cards };
}

function headed(heading: string, icon: string, card: Card, span = 1): Section {
  return grid([{ type: "heading", heading, icon }, card], span);
}

/** Why plans wait or fall short, their lines say. */
function chart(device: string): Card {
  return wide({ type: TYPE, device, show_reasons: false });
}

function plans(device: string): Card {
  return wide({ type: `custom:${PLANS}`, device });
}

/** What only a comparison with another tariff has. */
const OF_COMPARISONS = ["sensor.cost_here", "sensor.cost_there", "sensor.saving_year"];

/** Whether a tariff is compared with another one. */
function isCompared(hass: HomeAssistant, tariff: string): boolean {
  const entry = entryOf(hass, tariff);
  return [...byDevice(hass)].some(([id, keys]) => OF_COMPARISONS.some((key) => keys[key]) && entryOf(hass, id) === entry);
}

async function view(hass: HomeAssistant, device: string, text: Translate): Promise<View[]> {
  const found = find(hass, { type: TYPE, device });
  if (typeof found === "string") return [];
  const sections = [
    // Where there are three columns, the charges and the week stand one above the other beside it.
    { ...grid([chart(device)], 2), row_span: 2 },
    headed(text("dashboard_plans"), "mdi:ev-station", plans(device)),
  ];
  const calendar = byDevice(hass).get(device)?.["calendar.charging"];
  if (calendar) {
    const week = wide({ type: "calendar", entities: [calendar], initial_view: "listWeek" }, { rows: 6 });
    sections.push(headed(text("dashboard_calendar"), "mdi:calendar", week));
  }
  const clock = new Clock(hass.config.time_zone, "en-GB");
  if (await hasHistory(hass, found.current, clock)) {
    const history = wide({ type: `custom:${HISTORY}`, entity: found.current });
    sections.push(headed(text("dashboard_statistics"), "mdi:chart-line", history, 3));
  }
  if (isCompared(hass, device)) {
    sections.push(headed(text("dashboard_bills"), "mdi:scale-balance", wide({ type: `custom:${BILLS}`, device }), 3));
  }
  return [
    {
      title: found.name,
      path: device,
      type: "sections",
      max_columns: 3,
      dense_section_placement: true,
      sections,
    },
  ];
}

/** What is shown where nothing is set up. */
function unset(text: Translate): Card {
  const content = `${text("not_set_up")}\n\n[${text("set_up")}](/config/integrations/dashboard/add?domain=octopus_agile)`;
  return { type: "markdown", content };
}

function textOf(hass: HomeAssistant): Translate {
  return translator(hass.locale?.language ?? hass.language);
}

/** The whole dashboard. */
export async function dashboard(hass: HomeAssistant, { note }: StrategyConfig = {}): Promise<{ title: string; views: View[] }> {
  const text = textOf(hass);
  const title = text("card_name");
  const views = (await Promise.all(tariffs(hass).map((device) => view(hass, device, text)))).flat();
  if (!views.length) views.push({ title, path: "0", type: "sections", sections: [grid([unset(text)])] });
  const header = { card: { type: "markdown", content: note, text_only: true } };
  return { title, views: note ? views.map((each) => ({ ...each, header })) : views };
}

/** The chart and the charges, for a dashboard of one's own. */
export async function section(hass: HomeAssistant, { device }: StrategyConfig = {}): Promise<Section> {
  const text = textOf(hass);
  const wanted = typeof device === "string" ? device : tariffs(hass)[0];
  if (!wanted) return grid([unset(text)]);
  return grid([chart(wanted), plans(wanted)]);
}
