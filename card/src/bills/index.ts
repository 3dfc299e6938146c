// The bills card's own file: what every page loads fetches it, as it does the other card's.

import { BILLS } from "../tags.ts";
import { OctopusAgileBillsCard } from "./card.ts";
import { translator } from "./strings.ts";

interface Window {
  customCards?: Record<string, unknown>[];
}

export function define(): void {
  if (customElements.get(BILLS)) return;
  customElements.define(BILLS, OctopusAgileBillsCard);
  // The card picker has it in English until here.
  const offered = (window as Window).customCards?.find(({ type }) => type === BILLS);
  const text = translator(document.documentElement.lang);
  if (offered) Object.assign(offered, { name: text("card_name"), description: text("card_description") });
}
