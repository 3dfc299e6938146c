// How a home and its user write times, numbers and words.

import { Clock, saysTwelveHours } from "./clock.ts";
import type { HomeAssistant } from "./hass.ts";
import { translator, type Translate } from "./strings.ts";

export interface Locale {
  clock: Clock;
  text: Translate;
}

export function localeOf(hass: HomeAssistant): Locale {
  const language = hass.locale?.language ?? hass.language ?? "en";
  return { clock: new Clock(hass.config.time_zone, language, saysTwelveHours(hass.locale ?? { language })), text: translator(language) };
}

/** Whether what a locale is made from is another than before. */
export function isOther(before: HomeAssistant | undefined, hass: HomeAssistant): boolean {
  return before?.locale !== hass.locale || before?.language !== hass.language || before?.config !== hass.config;
}
