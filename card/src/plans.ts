// Every charge of a tariff in a line: when, what it costs and saves, why not, and on or off.

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { readPalette } from "./colours.ts";
import { TYPE } from "./config.ts";
import { byDevice, find, type PlanEntities } from "./find.ts";
import { money, price } from "./format.ts";
import type { CardConfig, EntityState, HomeAssistant } from "./hass.ts";
import { isOther, localeOf, type Locale } from "./locale.ts";
import { number, pence, readSessions, type Period } from "./model.ts";
import { PENNY, remark, remarkWords } from "./status.ts";
import { shared } from "./styles.ts";
import { planName, remarkLine } from "./summary.ts";

/** What a line is made from. */
interface Line {
  entities: PlanEntities;
  saving?: string;
  /** The switch. */
  enabled?: string;
}

function lines(hass: HomeAssistant, config: CardConfig): Line[] {
  const found = find(hass, config);
  if (typeof found === "string") return [];
  const all = byDevice(hass);
  return found.plans.map((entities) => {
    const keys = all.get(entities.device) ?? {};
    const enabled = keys[entities.name === undefined ? "switch.charge_enabled" : "switch.enabled"];
    return { entities, saving: keys["sensor.saving"], enabled };
  });
}

function ids({ entities, saving, enabled }: Line): (string | undefined)[] {
  const { start, end, price, cost, earnings, status, duration } = entities;
  return [start, end, price, cost, earnings, status, duration, saving, enabled];
}

export class AgilePlans extends LitElement {
  static override properties = { lines: { state: true }, seen: { state: true } };

  declare private lines: Line[];
  declare private seen: (EntityState | undefined)[];
  private config?: CardConfig;
  private latest?: HomeAssistant;
  private locale?: Locale;

  static override styles = [shared, css`
    :host { display: block; }
    ha-card { overflow: hidden; color: var(--primary-text-color, #212121); }
    ul { list-style: none; margin: 0; padding: 4px 0; }
    li { display: flex; align-items: center; }
    li + li { border-top: 1px solid var(--divider-color, #e0e0e0); }
    .open { all: unset; box-sizing: border-box; flex: 1; min-width: 0; min-height: 56px; padding: 10px 0 10px 16px; cursor: pointer;
      display: flex; align-items: center; gap: 12px; -webkit-tap-highlight-color: transparent; }
    .open:hover { background: color-mix(in srgb, currentcolor 4%, transparent); }
    .open:focus-visible { outline: 2px solid var(--primary-color, #03a9f4); outline-offset: -3px; border-radius: 12px; }
    .bar { width: 5px; align-self: stretch; border-radius: 3px; flex: none; }
    .words { min-width: 0; flex: 1; display: flex; flex-direction: column; gap: 2px; }
    .name { font-weight: 500; overflow-wrap: anywhere; }
    .detail { font-size: 13px; line-height: 1.4; color: var(--secondary-text-color, #727272); font-variant-numeric: tabular-nums;
      display: flex; flex-wrap: wrap; gap: 0 10px; }
    .detail b { font-weight: 500; color: var(--primary-text-color, #212121); }
    .detail span { unicode-bidi: plaintext; }
    .detail > span:not(.status) { white-space: nowrap; }
    .switch { all: unset; box-sizing: border-box; flex: none; width: 68px; height: 56px; display: grid; place-items: center;
      cursor: pointer; -webkit-tap-highlight-color: transparent; }
    .switch:focus-visible i { outline: 2px solid var(--primary-color, #03a9f4); outline-offset: 3px; }
    .switch:disabled { opacity: 0.5; cursor: default; }
  `];

  constructor() {
    super();
    this.lines = [];
    this.seen = [];
  }

  setConfig(config: CardConfig): void {
    this.config = { ...config, type: TYPE };
  }

  set hass(hass: HomeAssistant) {
    const before = this.latest;
    this.latest = hass;
    if (!this.config) return;
    if (before?.entities !== hass.entities || before?.devices !== hass.devices) this.lines = lines(hass, this.config);
    if (isOther(before, hass)) this.locale = localeOf(hass);
    const seen = this.lines.flatMap(ids).map((id) => (id ? hass.states[id] : undefined));
    if (seen.some((state, index) => state !== this.seen[index])) this.seen = seen;
  }

  getCardSize(): number {
    return 1 + this.lines.length;
  }

  getGridOptions() {
    return { columns: 12, min_columns: 6 };
  }

  protected override render(): TemplateResult | typeof nothing {
    const { latest: hass, locale } = this;
    if (!hass || !locale) return nothing;
    const { plans: colours } = readPalette(this);
    return html`<ha-card
      ><ul>
        ${this.lines.map((line, index) => this.line(hass, locale, line, colours[index % colours.length] ?? ""))}
      </ul></ha-card
    >`;
  }

  private line(hass: HomeAssistant, locale: Locale, line: Line, colour: string): TemplateResult {
    const { entities, enabled } = line;
    const state = enabled ? hass.states[enabled] : undefined;
    const name = planName(locale, hass, line);
    return html`<li class=${state?.state === "off" ? "off" : ""}>
      <button class="open" @click=${() => this.showMoreInfo(entities.status ?? entities.start)}>
        <i class="bar" style="background:${colour}"></i>
        <span class="words"><span class="name">${name}</span><span class="detail">${details(hass, locale, line)}</span></span>
      </button>
      ${state
        ? html`<button
            class="switch"
            role="switch"
            aria-checked=${state.state === "on" ? "true" : "false"}
            aria-label="${name}: ${locale.text("dashboard_switch")}"
            ?disabled=${state.state === "unavailable"}
            @click=${() => this.toggle(hass, state)}
          >
            <i class="track"></i>
          </button>`
        : nothing}
    </li>`;
  }

  private toggle(hass: HomeAssistant, { entity_id, state }: EntityState): void {
    // What can't be done, Home Assistant says itself.
    hass.callService("switch", state === "on" ? "turn_off" : "turn_on", {}, { entity_id }, true).catch(() => undefined);
  }

  private showMoreInfo(entityId: string | undefined): void {
    if (!entityId) return;
    this.dispatchEvent(new CustomEvent("hass-more-info", { detail: { entityId }, bubbles: true, composed: true }));
  }
}

/** When, the money, and why not; what isn't known isn't said. */
function details(hass: HomeAssistant, locale: Locale, line: Line): TemplateResult {
  const { entities } = line;
  const state = (id: string | undefined) => (id ? hass.states[id] : undefined);
  const status = state(entities.status);
  const now = Date.now();
  const said = remark({ ...locale, now }, hass, line);
  const why = said && remarkLine(remarkWords(locale, said), said.isTrouble);
  const sessions = readSessions(state(entities.start)).filter(({ end }) => end > now);
  const [session, ...further] = sessions;
  if (!session || status?.state === "off") {
    return why ?? html`<span>${(status && hass.formatEntityState?.(status)) ?? locale.text("no_session")}</span>`;
  }
  const costs = costWords(hass, locale, line);
  return html`<span><b>${when(locale, session, now)}</b></span>
    ${further.length ? html`<span>${locale.text("more_sessions", { count: further.length })}</span>` : nothing}
    ${costs ? html`<span>${costs}</span>` : nothing} ${said?.isQuiet ? nothing : why}`;
}

/** "£4.82, saves £6.04"; where no energy is known, the price. */
function costWords(hass: HomeAssistant, { text, clock }: Locale, { entities, saving }: Line): string {
  const value = (id: string | undefined) => number(id ? hass.states[id] : undefined);
  const [earnt, pounds, mean, saved = 0] = [entities.earnings, entities.cost, entities.price, saving].map(value);
  const inPounds = (amount: number) => money(clock.language, amount);
  if (earnt !== undefined) return text("dashboard_earns", { money: inPounds(earnt) });
  const words: string[] = [];
  if (pounds !== undefined) words.push(pounds < 0 ? text("dashboard_paid", { money: inPounds(-pounds) }) : inPounds(pounds));
  else if (mean !== undefined) words.push(`${price(clock.language, pence(mean) as number)}${text("unit")}`);
  if (saved >= PENNY) words.push(text("dashboard_saves", { money: inPounds(saved) }));
  return words.join(", ");
}

function when({ clock, text }: Locale, { start, end }: Period, now: number): string {
  if (start <= now) return text("now_until", { time: clock.time(end) });
  const [tomorrow, after] = [clock.startOfDay(now, 1), clock.startOfDay(now, 2)];
  const day = start < tomorrow ? text("today") : start < after ? text("tomorrow") : clock.day(start);
  return `${day} ${clock.time(start)}–${clock.time(end)}`;
}
