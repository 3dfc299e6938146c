import { OctopusAgileCard } from "./card.ts";
import { TAG } from "./config.ts";
import { AgileStepper } from "./stepper.ts";

export function define(): void {
  if (customElements.get(TAG)) return;
  customElements.define("octopus-agile-stepper", AgileStepper);
  customElements.define(TAG, OctopusAgileCard);
}
