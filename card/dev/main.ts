// Shows the card with the made-up house that the page's address asks for.

import type { OctopusAgileCard } from "../src/card.ts";
import { define } from "../src/elements.ts";
import { house } from "./fake.ts";

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

const made = house(asked.get("case") ?? "ordinary", () => {
  card.hass = made.hass;
});
// The clock of the page goes on from the case's time.
const offset = made.now - Date.now();
const real = Date.now.bind(Date);
Date.now = () => real() + offset;

const card = document.createElement("octopus-agile-card") as OctopusAgileCard;
card.setConfig({ type: "custom:octopus-agile-card", plan: asked.get("plan") ?? undefined });
const begun = performance.now();
document.body.append(card);
card.hass = made.hass;
await card.updateComplete;
Object.assign(window, { card, house: made, firstDraw: performance.now() - begun });
