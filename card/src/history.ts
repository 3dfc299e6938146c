// The prices of the last 30 days: for each day its mean, and from its lowest to its highest price.

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { priceTicks } from "./chart.ts";
import { HOUR } from "./clock.ts";
import { price } from "./format.ts";
import type { HomeAssistant } from "./hass.ts";
import { isOther, localeOf, type Locale } from "./locale.ts";
import { DAYS, readDays, type Day } from "./statistics.ts";

interface Config {
  type: string;
  entity?: string;
}

/** A day on the axis, with its prices where they are known. */
interface Column {
  start: number;
  day?: Day;
}

export class AgileHistory extends LitElement {
  static override properties = { columns: { state: true }, pointed: { state: true } };

  declare private columns: Column[];
  /** The column that is told of. */
  declare private pointed: number | undefined;
  private config?: Config;
  private latest?: HomeAssistant;
  private locale?: Locale;
  private timer?: ReturnType<typeof setInterval>;

  static override styles = css`
    :host { display: block; height: 100%; }
    ha-card { height: 100%; box-sizing: border-box; padding: 16px; display: flex; flex-direction: column; gap: 12px;
      overflow: hidden; color: var(--primary-text-color, #212121); }
    p { margin: 0; font-size: 13px; line-height: 1.4; color: var(--secondary-text-color, #727272); display: flex; flex-wrap: wrap;
      gap: 0 6px; font-variant-numeric: tabular-nums; }
    p b { font-weight: 500; color: var(--primary-text-color, #212121); }
    .plot { position: relative; flex: 1 1 190px; min-height: 160px; margin: 6px 20px 20px 38px; touch-action: pan-y; direction: ltr; }
    .tick { position: absolute; inset-inline: 0; border-top: 1px solid var(--divider-color, #e0e0e0); }
    .tick span { position: absolute; right: calc(100% + 6px); top: -0.7em; }
    .tick.zero { border-color: var(--secondary-text-color, #727272); }
    .label { font-size: 11px; line-height: 1.4; color: var(--secondary-text-color, #727272); white-space: nowrap; }
    .days { position: absolute; inset: 0; display: flex; }
    .day { flex: 1; position: relative; min-width: 0; }
    .day.pointed { background: color-mix(in srgb, currentcolor 8%, transparent); border-radius: 3px; }
    .range, .mean { position: absolute; left: 50%; transform: translateX(-50%); }
    .range { width: min(60%, 12px); min-height: 2px; border-radius: 6px; background: var(--primary-color, #03a9f4); opacity: 0.3; }
    .mean { width: min(84%, 16px); height: 3px; margin-bottom: -1.5px; border-radius: 2px; background: var(--primary-color, #03a9f4); }
    .day .label { position: absolute; top: calc(100% + 3px); left: 50%; transform: translateX(-50%); }
    .sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  `;

  constructor() {
    super();
    this.columns = [];
  }

  setConfig(config: Config): void {
    if (!config.entity) throw new Error("entity is missing");
    this.config = config;
  }

  set hass(hass: HomeAssistant) {
    const before = this.latest;
    this.latest = hass;
    if (!isOther(before, hass)) return;
    this.locale = localeOf(hass);
    void this.refresh();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Statistics are made once an hour.
    this.timer = setInterval(() => void this.refresh(), HOUR);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  getCardSize(): number {
    return 4;
  }

  getGridOptions() {
    return { columns: 12, min_columns: 6, rows: 5, min_rows: 4 };
  }

  private async refresh(): Promise<void> {
    const { latest: hass, locale, config } = this;
    if (!hass || !locale || !config?.entity) return;
    // Out of reach, it shows what it had.
    const days = await readDays(hass, config.entity, locale.clock).catch(() => undefined);
    if (!days) return;
    const now = Date.now();
    this.columns = Array.from({ length: DAYS }, (_, index) => {
      const [start, end] = [1, 2].map((later) => locale.clock.startOfDay(now, index + later - DAYS)) as [number, number];
      return { start, day: days.find((day) => start <= day.start && day.start < end) };
    });
  }

  protected override render(): TemplateResult | typeof nothing {
    const { locale, columns } = this;
    const days = columns.flatMap(({ day }) => day ?? []);
    if (!locale || !days.length) return nothing;
    const all = summary(days);
    const told = this.pointed === undefined ? undefined : columns[this.pointed];
    const ticks = priceTicks(all.lowest, all.highest, 4);
    const [low, high] = [Math.min(0, all.lowest), Math.max(0, all.highest, ticks.at(-1) ?? 0)];
    const up = (price: number) => `${((price - low) / (high - low || 1)) * 100}%`;
    return html`<ha-card>
      <p>${told ? html`<b>${locale.clock.day(told.start)}</b>` : nothing}${words(locale, told ? told.day : all)}</p>
      <div class="plot" aria-hidden="true" @pointermove=${this.point} @pointerdown=${this.point} @pointerleave=${this.leave}>
        ${ticks.map(
          (price) => html`<div class="tick ${price === 0 ? "zero" : ""}" style="bottom:${up(price)}">
            <span class="label">${price.toLocaleString(locale.clock.language)}p</span>
          </div>`,
        )}
        <div class="days">${columns.map((column, index) => this.column(locale, column, index, up))}</div>
      </div>
      <table class="sr">
        <caption>${locale.text("dashboard_statistics")}</caption>
        <tbody>
          ${columns.map(({ start, day }) =>
            day ? html`<tr><th scope="row">${locale.clock.day(start)}</th><td>${words(locale, day)}</td></tr>` : nothing,
          )}
        </tbody>
      </table>
    </ha-card>`;
  }

  private column({ clock }: Locale, { start, day }: Column, index: number, up: (price: number) => string): TemplateResult {
    // A date each week, and today's.
    const hasLabel = (DAYS - 1 - index) % 7 === 0;
    return html`<div class="day ${index === this.pointed ? "pointed" : ""}">
      ${day
        ? html`<div class="range" style="bottom:${up(day.lowest)};top:calc(100% - ${up(day.highest)})"></div>
            <div class="mean" style="bottom:${up(day.mean)}"></div>`
        : nothing}
      ${hasLabel ? html`<span class="label">${clock.date(start)}</span>` : nothing}
    </div>`;
  }

  private point(event: PointerEvent): void {
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const index = Math.floor(((event.clientX - left) / width) * DAYS);
    this.pointed = index >= 0 && index < DAYS && this.columns[index]?.day ? index : undefined;
  }

  /** A finger that is lifted leaves too: what it has found stays to be read. */
  private leave(event: PointerEvent): void {
    if (event.pointerType === "mouse") this.pointed = undefined;
  }
}

type Prices = Omit<Day, "start">;

/** All the days as if they were one: each counts the same. */
function summary(days: Day[]): Prices {
  return {
    mean: days.reduce((sum, { mean }) => sum + mean, 0) / days.length,
    lowest: Math.min(...days.map(({ lowest }) => lowest)),
    highest: Math.max(...days.map(({ highest }) => highest)),
  };
}

function words({ text, clock }: Locale, prices: Prices | undefined): TemplateResult | typeof nothing {
  if (!prices) return nothing;
  const p = (value: number) => price(clock.language, value);
  return html`<b>${text("dashboard_mean", { price: p(prices.mean) })}</b>
    <span>${text("dashboard_range", { low: p(prices.lowest), high: p(prices.highest) })}</span>`;
}
