// Every charge of a tariff in a line: when, what it costs and saves, why not, and on or off.

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { readPalette } from "./colours.ts";
import { TYPE } from "./config.ts";
import { byDevice, find, type PlanEntities } from "./find.ts";
import { money, plain } from "./format.ts";
import type { CardConfig, EntityState, HomeAssistant } from "./hass.ts";
import { isOther, localeOf, type Locale } from "./locale.ts";
import { currentOrNext, number, readSessions } from "./model.ts";
import { deferred, remarkWords } from "./status.ts";

/** What a line is made from. */
interface Line {
  entities: PlanEntities;
  saving?: string;
  /** The switch. */
  enabled?: string;
}

/** Less than this in pounds is nothing to tell of. */
const PENNY = 0.005;

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
  const { start, end, cost, earnings, status, duration } = entities;
  return [start, end, cost, earnings, status, duration, saving, enabled];
}

export class AgilePlans extends LitElement {
  static override properties = { lines: { state: true }, seen: { state: true } };

  declare private lines: Line[];
  declare private seen: (EntityState | undefined)[];
  private config?: CardConfig;
  private latest?: HomeAssistant;
  private locale?: Locale;

  static override styles = css`
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
    .detail span { white-space: nowrap; unicode-bidi: plaintext; }
    .detail .why { white-space: normal; }
    .off .words { opacity: 0.7; }
    .switch { all: unset; box-sizing: border-box; flex: none; width: 68px; height: 56px; display: grid; place-items: center;
      cursor: pointer; -webkit-tap-highlight-color: transparent; }
    .switch i { width: 38px; height: 22px; border-radius: 11px; box-sizing: border-box; position: relative;
      background: var(--disabled-color, #bdbdbd); transition: background 0.15s; }
    .switch i::after { content: ""; position: absolute; top: 3px; inset-inline-start: 3px; width: 16px; height: 16px;
      border-radius: 50%; background: #fff; transition: inset-inline-start 0.15s; }
    .switch[aria-checked="true"] i { background: var(--primary-color, #03a9f4); }
    .switch[aria-checked="true"] i::after { inset-inline-start: 19px; }
    .switch:focus-visible i { outline: 2px solid var(--primary-color, #03a9f4); outline-offset: 3px; }
    .switch:disabled { opacity: 0.5; cursor: default; }
    @media (prefers-reduced-motion: reduce) { .switch i, .switch i::after { transition: none; } }
  `;

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
    const name = nameOf(hass, locale, entities);
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
            <i></i>
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

function nameOf(hass: HomeAssistant, { text, clock }: Locale, { name, duration }: PlanEntities): string {
  if (name) return name;
  const hours = number(duration ? hass.states[duration] : undefined);
  if (hours === undefined) return text("main_plan");
  return text("main_plan_hours", { hours: text("hours", { hours: plain(clock.language, hours) }) });
}

/** When, the money, and why not; what isn't known isn't said. */
function details(hass: HomeAssistant, locale: Locale, { entities, saving }: Line): TemplateResult {
  const { text } = locale;
  const state = (id: string | undefined) => (id ? hass.states[id] : undefined);
  const status = state(entities.status);
  const sessions = readSessions(state(entities.start));
  const now = Date.now();
  const session = currentOrNext(sessions, now);
  const isAhead = session !== undefined && session.end > now && status?.state !== "off";
  const earnt = isAhead ? number(state(entities.earnings)) : undefined;
  const pounds = isAhead ? number(state(entities.cost)) : undefined;
  const saved = isAhead ? number(state(saving)) : undefined;
  const further = sessions.filter(({ start }) => isAhead && start > session.start).length;
  const why =
    status?.attributes.reason && hass.formatEntityAttributeValue ? hass.formatEntityAttributeValue(status, "reason") : undefined;
  const costs =
    earnt === undefined ? moneyWords(locale, pounds, saved) : text("dashboard_earns", { money: money(locale.clock.language, earnt) });
  return html`${isAhead
    ? html`<span><b>${when(locale, session, now)}</b></span>`
    : status?.state === "deferred"
      ? html`<span class="why">${remarkWords(locale, deferred({ ...locale, now }, status))}</span>`
      : html`<span>${(status && hass.formatEntityState?.(status)) ?? text("no_session")}</span>`}
  ${further ? html`<span>${text("more_sessions", { count: further })}</span>` : nothing}
  ${costs ? html`<span>${costs}</span>` : nothing} ${why ? html`<span class="why">${why}</span>` : nothing}`;
}

/** "£4.82, saves £6.04" */
function moneyWords({ text, clock }: Locale, pounds: number | undefined, saved: number | undefined): string {
  const inPounds = (value: number) => money(clock.language, value);
  const words: string[] = [];
  if (pounds !== undefined) words.push(pounds < 0 ? text("dashboard_paid", { money: inPounds(-pounds) }) : inPounds(pounds));
  if (saved !== undefined && saved >= PENNY) words.push(text("dashboard_saves", { money: inPounds(saved) }));
  return words.join(", ");
}

function when({ clock, text }: Locale, { start, end }: { start: number; end: number }, now: number): string {
  if (start <= now) return text("dashboard_until", { time: clock.time(end) });
  const [tomorrow, after] = [clock.startOfDay(now, 1), clock.startOfDay(now, 2)];
  const day = start < tomorrow ? text("today") : start < after ? text("tomorrow") : clock.day(start);
  return `${day} ${clock.time(start)}–${clock.time(end)}`;
}
