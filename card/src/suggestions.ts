// What is suggested to somebody who has chosen one of our entities for a dashboard.

import { TYPE } from "./config.ts";
import { isOurs, tariffs } from "./find.ts";
import type { CardConfig, HomeAssistant } from "./hass.ts";
import { BADGE } from "./tags.ts";

/** The card as a suggestion for one of our entities. */
export function suggestion(hass: HomeAssistant, entityId: string): { config: CardConfig } | null {
  const entity = hass.entities[entityId];
  if (!isOurs(entity)) return null;
  const known = tariffs(hass);
  const isTariff = known.includes(entity?.device_id ?? "");
  // A charge plan's card names that plan; the only tariff's own needs no name.
  return { config: { type: TYPE, ...(isTariff && known.length === 1 ? {} : { device: entity?.device_id }) } };
}

/** The price now as a badge, for those who have chosen that. */
export function badgeSuggestion(hass: HomeAssistant, entityId: string): { config: Record<string, unknown> } | null {
  const entity = hass.entities[entityId];
  if (!isOurs(entity) || entity?.translation_key !== "current_price") return null;
  return { config: { type: `custom:${BADGE}`, entity: entityId } };
}
