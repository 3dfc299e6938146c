// Every text of the card. To translate it, add a language beside `en`; what it lacks stays English.

export const en = {
  card_name: "Octopus Agile",
  card_description: "Half-hour electricity prices, the cheapest time to charge, and what it costs.",
  unit: "p/kWh",
  pence: "{price}p",
  now: "Now",
  now_until: "Now, until {time}",
  no_price: "No price is known",
  next: "{price} from {time}",
  rising: "Rising",
  falling: "Falling",
  steady: "Unchanged",
  next_unknown: "Next price not known yet",
  paid: "You are paid to use electricity",
  free: "Free",
  today: "Today",
  tomorrow: "Tomorrow",
  lowest: "Lowest",
  below_zero: "below zero",
  chart_label: "Electricity prices by half-hour",
  chart_hint: "Arrow keys move from slot to slot",
  table_caption: "Electricity prices by half-hour, in pence per kWh",
  time: "Time",
  price: "Price",
  notes: "Notes",
  slot: "{day} {start} to {end}",
  slot_price: "{price} pence per kWh",
  tomorrow_pending: "Prices for tomorrow come at about {time}",
  tomorrow_due: "Prices for tomorrow come at about {time}: they are due",
  main_plan: "Cheapest time",
  main_plan_hours: "Cheapest {hours}",
  plan_choice: "Charge plan",
  in_time: "in {time}",
  ends_in: "running, ends in {time}",
  over: "finished",
  hours_minutes: "{hours} h {minutes} min",
  hours: "{hours} h",
  minutes: "{minutes} min",
  more_sessions: "and {count} more",
  no_session: "Nothing is planned yet",
  status_waiting_for_prices: "Waiting for prices",
  status_provisional: "Provisional: more prices are to come",
  status_impossible: "It does not fit",
  status_off: "Switched off",
  duration: "Duration",
  energy: "Energy",
  less: "{name}: less",
  more: "{name}: more",
  not_changed: "Could not be changed: {reason}",
  not_set_up: "Octopus Agile is not set up yet.",
  set_up: "Set it up",
  not_found: "What this card is to show does not exist any more. Edit the card to choose again.",
  no_prices: "No prices are known at the moment.",
  editor_title: "Title",
  editor_device: "Tariff",
  editor_device_help: "The tariff to show. Only needed where there are several.",
  editor_plan: "Charge plan shown first",
  editor_plan_help: "The charge plan to show first. Empty: the tariff's own charge.",
  editor_show_summary: "Prices and cheapest time above the chart",
  editor_show_controls: "Change duration and energy below the chart",
};

export type Key = keyof typeof en;
export type Translate = (key: Key, values?: Record<string, string | number>) => string;

const languages: Record<string, Partial<typeof en>> = { en };

/** The texts of a language like "de" or "pt-BR", English where there are none. */
export function translator(language = "en"): Translate {
  const texts = { ...en, ...languages[language.split("-")[0] ?? ""], ...languages[language] };
  return (key, values = {}) =>
    texts[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
