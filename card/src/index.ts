// The entry: tells Home Assistant of the card at once, and defines it when the page is ready for it.

import { STRATEGY, TAG, suggestion } from "./config.ts";
import { translator } from "./strings.ts";

const DOCUMENTATION = "https://github.com/octopus-agile-ha/octopus-agile";

interface Window {
  customCards?: Record<string, unknown>[];
  customStrategies?: Record<string, unknown>[];
}

const text = translator(document.documentElement.lang || "en");
const cards = ((window as Window).customCards ??= []);
// Loaded again after an update, the page still has the card it began with.
if (!cards.some(({ type }) => type === TAG)) {
  cards.push({
    type: TAG,
    name: text("card_name"),
    description: text("card_description"),
    preview: true,
    documentationURL: DOCUMENTATION,
    getEntitySuggestion: suggestion,
  });
  ((window as Window).customStrategies ??= []).push({
    type: STRATEGY,
    strategyType: "dashboard",
    name: text("card_name"),
    description: text("dashboard_description"),
    documentationURL: DOCUMENTATION,
  });
}

// Home Assistant replaces the registry of elements, and the HTMLElement they are made from, when its own
// code starts; this file may be there before. So no class is made before its first element exists.
const ready = document.querySelector("home-assistant")
  ? customElements.whenDefined("home-assistant")
  : Promise.resolve();
void ready.then(async () => (await import("./elements.ts")).define());
