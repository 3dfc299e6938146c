// The price now, in pence, as a badge at the head of a dashboard.

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { colour, levels, readPalette } from "./colours.ts";
import { tariffs, byDevice } from "./find.ts";
import { price } from "./format.ts";
import type { EntityState, HomeAssistant } from "./hass.ts";
import { isOther, localeOf, type Locale } from "./locale.ts";
import { at, number, pence, readSlots } from "./model.ts";

interface Config {
  type: string;
  entity?: string;
}

/** The first tariff's, where the configuration names none. */
function entityOf(hass: HomeAssistant, config: Config): string | undefined {
  return config.entity || byDevice(hass).get(tariffs(hass)[0] ?? "")?.["sensor.current_price"];
}

export class AgileBadge extends LitElement {
  static override properties = { state: { state: true } };

  declare private state: EntityState | undefined;
  private config?: Config;
  private latest?: HomeAssistant;
  private locale?: Locale;

  static override styles = css`
    button { all: unset; box-sizing: border-box; height: var(--ha-badge-size, 36px); min-width: var(--ha-badge-size, 36px); padding: 0 12px;
      display: inline-flex; align-items: center; gap: 8px; cursor: pointer; white-space: nowrap; font-size: 12px; line-height: 1.3;
      background: var(--ha-card-background, var(--card-background-color, #fff)); color: var(--primary-text-color, #212121);
      border: var(--ha-card-border-width, 1px) solid var(--ha-card-border-color, var(--divider-color, #e0e0e0));
      border-radius: var(--ha-badge-border-radius, 18px); -webkit-tap-highlight-color: transparent; }
    button:focus-visible { outline: 2px solid var(--primary-color, #03a9f4); outline-offset: 2px; }
    .dot { width: 12px; height: 12px; border-radius: 50%; }
    b { font-weight: 500; font-variant-numeric: tabular-nums; unicode-bidi: isolate; }
  `;

  static getStubConfig(hass: HomeAssistant): Partial<Config> {
    const entity = entityOf(hass, { type: "" });
    return entity ? { entity } : {};
  }

  static getConfigForm() {
    const selector = { entity: { filter: { integration: "octopus_agile", domain: "sensor" } } };
    return { schema: [{ name: "entity", required: true, selector }] };
  }

  setConfig(config: Config): void {
    if (config.entity !== undefined && typeof config.entity !== "string") throw new Error("entity must be text");
    this.config = config;
  }

  set hass(hass: HomeAssistant) {
    if (isOther(this.latest, hass)) this.locale = localeOf(hass);
    this.latest = hass;
    const entity = this.config && entityOf(hass, this.config);
    this.state = entity ? hass.states[entity] : undefined;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { state, locale } = this;
    if (!locale) return nothing;
    const { clock, text } = locale;
    const value = pence(number(state));
    const slots = readSlots(state);
    const shade = value === undefined ? "transparent" : colour(readPalette(this), levels(slots), value);
    const until = at(slots, Date.now());
    return html`<button @click=${this.showMoreInfo}>
      <i class="dot" style="background:${shade}"></i>
      ${value === undefined
        ? text("no_price")
        : html`<b>${text("pence", { price: price(clock.language, value) })}</b
            >${until ? text("badge_until", { time: clock.time(until.end) }) : nothing}`}
    </button>`;
  }

  private showMoreInfo(): void {
    if (!this.state) return;
    const detail = { entityId: this.state.entity_id };
    this.dispatchEvent(new CustomEvent("hass-more-info", { detail, bubbles: true, composed: true }));
  }
}
