// The card's own file: what it is made of, and what makes the ready dashboard.

import { AgileBadge } from "./badge.ts";
import { OctopusAgileCard } from "./card.ts";
import { TAG } from "./config.ts";
import { AgileHistory } from "./history.ts";
import { AgilePlans } from "./plans.ts";
import { AgileStepper } from "./stepper.ts";
import { BADGE, HISTORY, PLANS } from "./tags.ts";

export { dashboard, section } from "./strategy.ts";

export function define(): void {
  if (customElements.get(TAG)) return;
  customElements.define("octopus-agile-stepper", AgileStepper);
  customElements.define(BADGE, AgileBadge);
  customElements.define(PLANS, AgilePlans);
  customElements.define(HISTORY, AgileHistory);
  // The last, since Home Assistant waits for it.
  customElements.define(TAG, OctopusAgileCard);
}
