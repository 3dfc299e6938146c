// The entry of the bills card's own file, which is loaded when a dashboard has such a card.

import { TAG } from "./config.ts";

// As in ../index.ts: no class is made before Home Assistant's first element exists.
const ready = document.querySelector("home-assistant")
  ? customElements.whenDefined("home-assistant")
  : Promise.resolve();
void ready.then(async () => {
  const { OctopusAgileBillsCard } = await import("./card.ts");
  if (!customElements.get(TAG)) customElements.define(TAG, OctopusAgileBillsCard);
});
