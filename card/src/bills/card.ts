// The card of bills: asks for them once a day, and shows months as bars and sums in words.

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { Clock, HOUR } from "../clock.ts";
import { readPalette } from "../colours.ts";
import { PLATFORM } from "../find.ts";
import { dot, moved, plot, tip } from "./chart.ts";
import { checked, DEFAULT_MONTHS, find, form, heard, stub, type BillsConfig, type Found, type Home } from "./config.ts";
import { compare, isKnown, tariffs, unpriced, type Bills, type Tariff } from "./data.ts";
import { translator, type Translate } from "./strings.ts";
import { styles } from "./styles.ts";
import { table } from "./table.ts";
import { details, moving, sentence, spoken, type Scene } from "./words.ts";

/** Whose clock the months go by. */
const LONDON = new Clock("Europe/London", "en-GB");
// The home's own tariff, and what follows when those of the price card's plans are used up.
const OWN = "#1f9e8f";
const OWN_DARK = "#3fbfae";
const MORE = ["#c4622d", "#6b7f1d"];
const MORE_DARK = ["#f0935c", "#b3c65c"];
/** More at once would be too thin to see; the others are a press away. */
const MOST_SHOWN = 4;
/** By then, more prices have come if there are any. */
const MORE_AFTER = 15_000;

export class OctopusAgileBillsCard extends LitElement {
  static override styles = styles;
  static override properties = {
    bills: { state: true },
    failure: { state: true },
    cursor: { state: true },
    toggled: { state: true },
    latest: { state: true, hasChanged: isNews },
    found: { state: true },
  };

  static getConfigForm = form;
  static getStubConfig = stub;

  declare bills: Bills | undefined;
  declare failure: string | undefined;
  /** The month that is pointed at. */
  declare cursor: number | undefined;
  /** Tariffs that are shown or hidden by a press, against what they would be. */
  declare toggled: ReadonlySet<string>;
  declare latest: Home | undefined;
  declare found: Found;

  private config: BillsConfig | undefined;
  /** What was asked for last: for which entry, from when, on which day, and what was known then. */
  private asked = "";
  private lookedAt = 0;
  private heardAt = "";
  /** How many hours and days had no price in the last answer. */
  private lacked = 0;
  private later: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.found = { problem: "none" };
    this.toggled = new Set();
  }

  setConfig(config: BillsConfig): void {
    this.config = checked(config);
    this.search();
    this.requestUpdate();
  }

  set hass(hass: Home) {
    const before = this.latest;
    this.latest = hass;
    if (before?.entities !== hass.entities || before.devices !== hass.devices) this.search();
    else if (Math.floor(Date.now() / HOUR) !== this.lookedAt || heard(hass, this.found) !== this.heardAt) this.ask();
    if (before && before.themes !== hass.themes) {
      // The theme reaches the page after its name has reached the card.
      requestAnimationFrame(() => this.requestUpdate());
    }
  }

  get hass(): Home | undefined {
    return this.latest;
  }

  getCardSize(): number {
    return 6;
  }

  getGridOptions() {
    return { columns: 12, min_columns: 6, min_rows: 5 };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("pointerdown", this.elsewhere);
    this.ask();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("pointerdown", this.elsewhere);
  }

  private search(): void {
    if (!this.latest || !this.config) return;
    this.found = find(this.latest, this.config);
    this.ask();
  }

  /** Ask for the bills if they are others than those asked for last, a day older, or more is known. */
  private ask(): void {
    const { latest: hass, config, found } = this;
    this.lookedAt = Math.floor(Date.now() / HOUR);
    if (!hass || !config || !this.isConnected || !found.entry) return;
    const { year, month, day } = LONDON.local(Date.now());
    const start = new Date(LONDON.instant(year, month - (config.months ?? DEFAULT_MONTHS), 1)).toISOString();
    // Prices of months come slowly, and the comparisons' sensors say when more have come.
    this.heardAt = heard(hass, found);
    const key = JSON.stringify([found.entry, start, day, config.tariffs, this.heardAt]);
    if (key === this.asked) return;
    this.asked = key;
    void this.load(hass, key, { config_entry_id: found.entry, start, end: new Date().toISOString() });
  }

  private async load(hass: Home, key: string, data: Record<string, unknown>): Promise<void> {
    this.failure = undefined;
    if (this.config?.tariffs) data["tariffs"] = this.config.tariffs;
    try {
      const { response } = await hass.callWS<{ response: Bills }>({
        type: "call_service",
        domain: PLATFORM,
        service: "compare_tariffs",
        service_data: data,
        return_response: true,
      });
      if (key !== this.asked) return;
      this.bills = response;
      this.cursor = undefined;
      // No sensor says when prices come that only this card wants: it looks for as long as more come.
      clearTimeout(this.later);
      const lacks = unpriced(response);
      if (lacks && lacks !== this.lacked) this.later = setTimeout(() => this.again(), MORE_AFTER);
      this.lacked = lacks;
    } catch (error) {
      if (key !== this.asked) return;
      this.failure = (error as Error).message ?? String(error);
      // Home Assistant may only be starting: it is asked again within the hour.
      this.asked = "";
    }
  }

  private again(): void {
    this.asked = "";
    this.ask();
  }

  private get language(): string {
    return this.latest?.locale?.language ?? this.latest?.language ?? "en";
  }

  protected override render(): TemplateResult | typeof nothing {
    const { latest, config } = this;
    if (!latest || !config) return nothing;
    const text = translator(this.language);
    return html`<ha-card
      ><div class="content">${config.title ? html`<h2>${config.title}</h2>` : nothing}${this.body(text)}</div></ha-card
    >`;
  }

  private body(text: Translate): TemplateResult {
    const { problem } = this.found;
    if (problem === "lost") return message(text("not_found"));
    if (problem === "none") {
      return message(text("not_set_up"), link(`/config/integrations/dashboard/add?domain=${PLATFORM}`, text("set_up")));
    }
    if (this.failure !== undefined) {
      const button = html`<button @click=${this.again}>${text("again")}</button>`;
      return message(text("failed", { reason: this.failure }), button);
    }
    const { bills } = this;
    if (!bills) return html`<div class="message" role="status">${text("loading")}</div>`;
    if (!bills.months.some(({ tariffs }) => tariffs.some(isKnown))) return message(text("no_readings"));
    return this.contents(bills, text);
  }

  private contents(bills: Bills, text: Translate): TemplateResult {
    const all = tariffs(bills);
    const palette = readPalette(this);
    const others = [...palette.plans, ...(palette.dark ? MORE_DARK : MORE)];
    const colour = new Map(
      all.map(({ code }, index) => [code, index ? (others[(index - 1) % others.length] as string) : palette.dark ? OWN_DARK : OWN]),
    );
    const isShown = ({ code }: Tariff, index: number) => index === 0 || index < MOST_SHOWN !== this.toggled.has(code);
    const shown = all.filter(isShown);
    const scene: Scene = { bills, shown, language: this.language, text };
    const moves = moving(scene);
    const compared = shown.slice(1).map((there) => compare(bills, shown[0] as Tariff, there));
    return html`${all.length > 1
        ? html`<div class="words">
            ${compared.map((each) => html`<p>${sentence(scene, each)}${details(scene, each).map((words) => html`<small>${words}</small>`)}</p>`)}
            ${moves ? html`<p>${moves}</p>` : nothing}
          </div>`
        : message(text("no_tariff"), link(`/config/integrations/integration/${PLATFORM}`, text("add")))}
      ${this.picture(scene, shown.map(({ code }) => colour.get(code) as string))}${this.picker(all, shown, colour, text)}
      <div class="sr">${table(scene)}</div>`;
  }

  private picker(all: Tariff[], shown: Tariff[], colour: Map<string, string>, text: Translate): TemplateResult {
    return html`<fieldset class="picker" aria-label=${text("picker")}>
      ${all.map(({ code, name }, index) => {
        const inside = html`${dot(colour.get(code))}<span>${name}</span>`;
        if (!index) return html`<div class="here">${inside}</div>`;
        const pressed = shown.some((each) => each.code === code);
        return html`<button
          aria-pressed=${pressed}
          style="--tariff:${colour.get(code)}"
          @click=${() => this.toggle(code)}
        >
          ${inside}
        </button>`;
      })}
    </fieldset>`;
  }

  private picture(scene: Scene, colours: string[]): TemplateResult {
    const { text, bills } = scene;
    const last = bills.months.length - 1;
    const index = Math.min(this.cursor ?? last, last);
    const month = bills.months[index];
    if (!month) return html``;
    // Time runs from left to right in every script.
    return html`<div
        class="chart"
        dir="ltr"
        tabindex="0"
        role="slider"
        aria-label=${text("chart_label")}
        aria-describedby="hint"
        aria-valuemin="0"
        aria-valuemax=${last}
        aria-valuenow=${index}
        aria-valuetext=${spoken(scene, month)}
        @pointermove=${this.point}
        @pointerdown=${this.point}
        @pointerleave=${this.leave}
        @keydown=${this.key}
        @blur=${this.hide}
      >
        ${plot(scene, colours, this.cursor)}
        ${this.cursor === undefined ? nothing : html`<div class="tip" dir="auto">${tip(scene, colours, month)}</div>`}
      </div>
      <span class="sr" id="hint">${text("chart_hint")}</span>`;
  }

  protected override updated(): void {
    const box = this.renderRoot.querySelector<HTMLElement>(".chart");
    const bubble = box?.querySelector<HTMLElement>(".tip");
    const column = box?.querySelector<HTMLElement>(".month.at");
    if (!box || !bubble || !column) return;
    // Beside the month, on the side that has room.
    const from = box.getBoundingClientRect().left;
    const { left, right } = column.getBoundingClientRect();
    const [space, width] = [box.clientWidth, bubble.offsetWidth];
    const x = right - from + 8 + width <= space ? right - from + 8 : Math.max(0, left - from - 8 - width);
    bubble.style.transform = `translateX(${Math.min(x, space - width)}px)`;
  }

  private point(event: PointerEvent): void {
    const columns = this.renderRoot.querySelector(".months")?.getBoundingClientRect();
    const count = this.bills?.months.length ?? 0;
    if (!columns || !count) return;
    const index = Math.floor(((event.clientX - columns.left) / columns.width) * count);
    this.cursor = index >= 0 && index < count ? index : undefined;
  }

  /** A finger that is lifted leaves too: what it has found stays to be read. */
  private leave(event: PointerEvent): void {
    if (event.pointerType === "mouse") this.hide();
  }

  private hide(): void {
    this.cursor = undefined;
  }

  private elsewhere = (event: Event): void => {
    const box = this.renderRoot.querySelector(".chart");
    if (this.cursor !== undefined && (!box || !event.composedPath().includes(box))) this.hide();
  };

  private key(event: KeyboardEvent): void {
    const to = moved(event.key, this.cursor, this.bills?.months.length ?? 0);
    if (to !== undefined) this.cursor = to;
    else if (event.key === "Escape" && this.cursor !== undefined) this.hide();
    else return;
    event.preventDefault();
  }

  private toggle(code: string): void {
    const toggled = new Set(this.toggled);
    if (!toggled.delete(code)) toggled.add(code);
    this.toggled = toggled;
  }
}

/** Whether anything is new in Home Assistant that the card shows: states are not. */
function isNews(now: Home | undefined, before: Home | undefined): boolean {
  if (!now || !before) return now !== before;
  return now.locale !== before.locale || now.language !== before.language || now.devices !== before.devices;
}

function message(words: string, more: TemplateResult | typeof nothing = nothing): TemplateResult {
  return html`<div class="message"><span>${words}</span>${more}</div>`;
}

function link(address: string, words: string): TemplateResult {
  return html`<a href=${address}>${words}</a>`;
}
