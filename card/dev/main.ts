// Shows the card with the made-up house that the page's address asks for, or show("four") in the console.

import type { OctopusAgileCard } from "../src/card.ts";
import { TYPE } from "../src/config.ts";
import { define } from "../src/elements.ts";
import type { AgilePlans } from "../src/plans.ts";
import { PLANS } from "../src/tags.ts";
import { house } from "./fake.ts";

// Home Assistant's own element, as far as the card sees it.
class HaCard extends HTMLElement {
  connectedCallback(): void {
    this.attachShadow({ mode: "open" }).innerHTML = `<style>:host { display: block; background: var(--card-background-color);
      border: 1px solid var(--divider-color); border-radius: 12px; box-sizing: border-box; }</style><slot></slot>`;
  }
}
customElements.define("ha-card", HaCard);
define();

const asked = new URLSearchParams(location.search);
document.documentElement.classList.toggle("dark", asked.get("theme") === "dark");
document.documentElement.dir = asked.get("dir") ?? "ltr";
document.documentElement.style.setProperty("--width", asked.get("width") ?? "none");

// The clock of the page goes on from the case's time.
let offset = 0;
const real = Date.now.bind(Date);
Date.now = () => real() + offset;

/** Shows the house of a case, in place of the one before; the ready dashboard's lines under it. */
async function show(name: string): Promise<void> {
  const card = document.createElement("octopus-agile-card") as OctopusAgileCard;
  const lines = document.createElement(PLANS) as AgilePlans;
  const made = house(name, () => {
    card.hass = lines.hass = made.hass;
  }, asked.get("lang") ?? undefined);
  offset = made.now - real();
  card.setConfig({ type: TYPE, plan: asked.get("plan") ?? undefined });
  lines.setConfig({ type: PLANS });
  const begun = performance.now();
  document.body.replaceChildren(card);
  card.hass = made.hass;
  await card.updateComplete;
  const firstDraw = performance.now() - begun;
  lines.hass = made.hass;
  document.body.append(lines);
  await lines.updateComplete;
  Object.assign(window, { card, lines, house: made, firstDraw });
}

Object.assign(window, { show });
await show(asked.get("case") ?? "ordinary");
