// Shows the bills card with made-up answers; the page's address asks for a case.

import { define } from "../src/bills/index.ts";
import type { OctopusAgileBillsCard } from "../src/bills/card.ts";
import type { Home } from "../src/bills/config.ts";
import { answers } from "./answers.ts";

// Home Assistant's own element, as far as the card sees it.
class HaCard extends HTMLElement {
  connectedCallback(): void {
    this.attachShadow({ mode: "open" }).innerHTML = `<style>:host { background: var(--card-background-color);
      border: 1px solid var(--divider-color); border-radius: 12px; box-sizing: border-box; }</style><slot></slot>`;
  }
}
customElements.define("ha-card", HaCard);
define();

const asked = new URLSearchParams(location.search);
document.documentElement.classList.toggle("dark", asked.get("theme") === "dark");
document.documentElement.dir = asked.get("dir") ?? "ltr";
document.documentElement.style.setProperty("--width", asked.get("width") ?? "none");
const language = asked.get("lang") ?? "en-GB";
const name = asked.get("case") ?? "ordinary";

const calls: unknown[] = [];
const hass: Home = {
  states: {},
  entities:
    name === "none"
      ? {}
      : { "sensor.price": { entity_id: "sensor.price", platform: "octopus_agile", device_id: "main", translation_key: "current_price" } },
  devices: { main: { id: "main", name: "Octopus Agile London", config_entry_id: "entry" } },
  config: { time_zone: "Europe/London" },
  language,
  locale: { language },
  themes: {},
  callService: async () => undefined,
  callWS: async <T>(message: Record<string, unknown>) => {
    calls.push(message);
    if (name === "loading") await new Promise(() => {});
    if (name === "failed") throw { code: "home_assistant_error", message: "No grid meter is set up in the Energy dashboard" };
    if (name === "coming") return { response: answers(calls.length > 1 ? "ordinary" : "unpriced") } as T;
    return { response: answers(name) } as T;
  },
};

const card = document.createElement("octopus-agile-bills-card") as OctopusAgileBillsCard;
card.setConfig({ type: "custom:octopus-agile-bills-card", ...(name === "lost" ? { device: "gone" } : {}) });
document.body.append(card);
card.hass = hass;
await card.updateComplete;
Object.assign(window, { card, calls });
