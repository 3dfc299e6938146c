// What every page loads: tells Home Assistant of the card, the badge and the dashboard, and fetches the
// card's own file behind that. Small, so that it is there at once: Home Assistant waits five seconds
// for a dashboard's strategy, and no more.

import { STRATEGY, TAG } from "./config.ts";
import type { HomeAssistant } from "./hass.ts";
import { NAME, offer } from "./offered.ts";
import type { StrategyConfig } from "./strategy.ts";
import { badgeSuggestion, suggestion } from "./suggestions.ts";
import { BADGE } from "./tags.ts";

/** The card's file beside this one, with its fingerprint: put in by build.mjs. */
declare const CARD: string;

type Card = typeof import("./elements.ts");
type Offered = Record<string, unknown>[];

interface Window {
  customCards?: Offered;
  customBadges?: Offered;
  customStrategies?: Offered;
}

const documentationURL = "https://github.com/octopus-agile-ha/octopus-agile";
const languageOf = (hass?: HomeAssistant) => hass?.locale?.language ?? hass?.language ?? document.documentElement.lang;

let loading: Promise<Card> | undefined;

/** Fetch the card's file; what has failed is tried again by whoever asks next. */
function load(): Promise<Card> {
  loading ??= import(new URL(CARD, import.meta.url).href).then(
    (card: Card) => {
      card.define();
      return card;
    },
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

function announce(): void {
  const { customCards: cards = [], customBadges: badges = [], customStrategies: strategies = [] } = window as Window;
  Object.assign(window, { customCards: cards, customBadges: badges, customStrategies: strategies });
  const { card, badge, dashboard, section } = offer(languageOf());
  // First, since suggestions come in this order, and ours are only for entities of ours.
  cards.unshift({
    type: TAG,
    name: NAME,
    description: card,
    preview: true,
    documentationURL,
    getEntitySuggestion: suggestion,
  });
  badges.unshift({
    type: BADGE,
    name: NAME,
    description: badge,
    preview: true,
    documentationURL,
    getEntitySuggestion: badgeSuggestion,
  });
  const strategy = { type: STRATEGY, name: NAME, documentationURL };
  strategies.push(
    { ...strategy, strategyType: "dashboard", description: dashboard },
    { ...strategy, strategyType: "section", description: section },
  );
}

/** The panel that brings this file into a page that was open before: it goes on at once. */
function definePanel(): void {
  class Panel extends HTMLElement {
    connectedCallback(): void {
      history.replaceState(null, "", "/config/lovelace/dashboards");
      window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace: true } }));
    }
  }
  customElements.define("octopus-agile-panel", Panel);
}

/** Home Assistant asks these classes for what to show, and makes no elements of them. */
function defineStrategies(): void {
  class Dashboard extends HTMLElement {
    static registryDependencies = ["entities", "devices"];

    static async generate(config: StrategyConfig, hass: HomeAssistant) {
      return (await load()).dashboard(hass, config);
    }

    static getCreateSuggestions(hass: HomeAssistant) {
      return { title: offer(languageOf(hass)).title, icon: "mdi:lightning-bolt" };
    }
  }
  class Section extends HTMLElement {
    static registryDependencies = ["entities", "devices"];

    static async generate(config: StrategyConfig, hass: HomeAssistant) {
      return (await load()).section(hass, config);
    }

    static getStubConfig() {
      return { type: `custom:${STRATEGY}` };
    }
  }
  customElements.define(`ll-strategy-dashboard-${STRATEGY}`, Dashboard);
  customElements.define(`ll-strategy-section-${STRATEGY}`, Section);
}

// Loaded again after an update, the page still has the card it began with.
if (!(window as Window).customCards?.some(({ type }) => type === TAG)) {
  announce();
  // Home Assistant replaces the registry of elements, and the HTMLElement they are made from, when its
  // own code starts; this file may be there before. So no class is made before its first element exists.
  const ready = document.querySelector("home-assistant")
    ? customElements.whenDefined("home-assistant")
    : Promise.resolve();
  void ready.then(() => {
    defineStrategies();
    definePanel();
    // Tried again when a dashboard is made; until then Home Assistant itself says that the card is missing.
    load().catch(() => undefined);
  });
}
