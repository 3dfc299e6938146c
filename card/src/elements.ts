import { OctopusAgileCard } from "./card.ts";
import { STRATEGY, TAG } from "./config.ts";
import type { HomeAssistant } from "./hass.ts";
import { AgileStepper } from "./stepper.ts";
import { dashboard } from "./strategy.ts";

/** What makes the ready dashboard: Home Assistant asks the class, and makes no element of it. */
class OctopusAgileStrategy extends HTMLElement {
  static registryDependencies = ["entities", "devices"];

  static async generate(config: { note?: unknown }, hass: HomeAssistant): Promise<ReturnType<typeof dashboard>> {
    return dashboard(hass, config.note);
  }
}

export function define(): void {
  if (customElements.get(TAG)) return;
  customElements.define("octopus-agile-stepper", AgileStepper);
  customElements.define(TAG, OctopusAgileCard);
  customElements.define(`ll-strategy-dashboard-${STRATEGY}`, OctopusAgileStrategy);
}
