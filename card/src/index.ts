// What every page loads: tells Home Assistant of the cards, the badge and the dashboard, and fetches the
// cards' own files behind that. Small, so that it is there at once: Home Assistant waits five seconds
// for a dashboard's strategy, and no more.

import { STRATEGY, TAG } from "./config.ts";
import type { HomeAssistant } from "./hass.ts";
import { BILLS_OFFER, NAME, offer } from "./offered.ts";
import type { StrategyConfig } from "./strategy.ts";
import { badgeSuggestion, suggestion } from "./suggestions.ts";
import { BADGE, BILLS } from "./tags.ts";

/** The cards' files beside this one, with their fingerprints: put in by build.mjs. */
declare const CARD_FILE: string;
declare const BILLS_FILE: string;

type Card = typeof import("./elements.ts");
type Offered = Record<string, unknown>[];

interface Window {
  customCards?: Offered;
  customBadges?: Offered;
  customStrategies?: Offered;
}

const documentationURL = "https://github.com/octopus-agile-ha/octopus-agile";
const languageOf = (hass?: HomeAssistant) => hass?.locale?.language ?? hass?.language ?? document.documentElement.lang;

const loading: Record<string, Promise<Card> | undefined> = {};

/** Fetch a card's file; what has failed is tried again by whoever asks next. */
function load(file: string): Promise<Card> {
  return (loading[file] ??= import(new URL(file, import.meta.url).href).then(
    (card: Card) => {
      card.define();
      return card;
    },
    (error: unknown) => {
      loading[file] = undefined;
      throw error;
    },
  ));
}

/** Fetch both, and wait for the first: what fails of the other, Home Assistant says where it is missing. */
function fetchCards(): Promise<Card> {
  load(BILLS_FILE).catch(() => undefined);
  return load(CARD_FILE);
}

function announce(): void {
  const { customCards: cards = [], customBadges: badges = [], customStrategies: strategies = [] } = window as Window;
  Object.assign(window, { customCards: cards, customBadges: badges, customStrategies: strategies });
  const { card, badge, dashboard, section } = offer(languageOf());
  const ours = { name: NAME, preview: true, documentationURL };
  // First, since suggestions come in this order, and ours are only for entities of ours.
  cards.unshift(
    { ...ours, type: TAG, description: card, getEntitySuggestion: suggestion },
    // A preview would ask for bills whenever somebody looks for a card.
    { ...ours, ...BILLS_OFFER, type: BILLS, preview: false },
  );
  badges.unshift({ ...ours, type: BADGE, description: badge, getEntitySuggestion: badgeSuggestion });
  strategies.push(
    { ...ours, type: STRATEGY, strategyType: "dashboard", description: dashboard },
    { ...ours, type: STRATEGY, strategyType: "section", description: section },
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
      return (await fetchCards()).dashboard(hass, config);
    }

    static getCreateSuggestions(hass: HomeAssistant) {
      return { title: offer(languageOf(hass)).title, icon: "mdi:lightning-bolt" };
    }
  }
  class Section extends HTMLElement {
    static registryDependencies = ["entities", "devices"];

    static async generate(config: StrategyConfig, hass: HomeAssistant) {
      return (await fetchCards()).section(hass, config);
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
    fetchCards().catch(() => undefined);
  });
}
