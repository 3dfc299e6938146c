// The card: takes the state of the house, and says what of it is new enough to draw again.

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { PriceChart } from "./chart.ts";
import { guard } from "lit/directives/guard.js";
import { Clock, MINUTE, saysTwelveHours } from "./clock.ts";
import { readPalette, type Palette } from "./colours.ts";
import { checked, form, levelOf, stub } from "./config.ts";
import { controls } from "./controls.ts";
import { find, firstPlan, type Found, type Nothing } from "./find.ts";
import { price } from "./format.ts";
import type { CardConfig, EntityState, HomeAssistant } from "./hass.ts";
import { place, swipe } from "./overlay.ts";
import { legend } from "./legend.ts";
import type { Scene } from "./marks.ts";
import { inputs, overlaps, readModel, viewOf, type Model } from "./model.ts";
import { translator } from "./strings.ts";
import { shared, styles } from "./styles.ts";
import { planChoice, planSummary, priceSummary } from "./summary.ts";
import { table } from "./table.ts";
import { indexOf, moved, pendingWords, sentence, stepAt, steps, tip } from "./tip.ts";
import { toolbar } from "./toolbar.ts";

export class OctopusAgileCard extends LitElement {
  static override styles = [shared, styles];
  static override properties = {
    changes: { state: true },
    cursor: { state: true },
    withTable: { state: true },
    withPast: { state: true },
    withBest: { state: true },
    withAhead: { state: true },
  };

  static getConfigForm = form;
  static getStubConfig = stub;

  /** Counts what makes another picture necessary: data, time, theme, a choice. */
  declare changes: number;
  /** The half-hour that is pointed at, as its place on the axis. */
  declare cursor: number | undefined;
  /** Whether the table is there yet: it waits for the picture. */
  declare withTable: boolean;
  /** Whether the axis begins with today, or an hour ago. */
  declare withPast: boolean;
  /** Whether the table of best times is open. */
  declare withBest: boolean;
  /** Whether the days ahead are shown; as configured until somebody chooses. */
  declare withAhead: boolean | undefined;

  private config: CardConfig | undefined;
  private latest: HomeAssistant | undefined;
  private found: Found | Nothing = "none";
  private seen: (EntityState | undefined)[] = [];
  private model: Model | undefined;
  private clock: Clock | undefined;
  private palette: Palette | undefined;
  private chosen: string | undefined;
  private chart: PriceChart | undefined;
  private drawn = -1;
  private sceneOf: { changes: number; scene: Scene | undefined } | undefined;
  private swipe: ReturnType<typeof swipe>;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private later: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.changes = 0;
    this.cursor = undefined;
    this.withTable = false;
    this.withPast = false;
    this.withBest = false;
    this.withAhead = undefined;
  }

  setConfig(config: CardConfig): void {
    this.config = checked(config);
    this.chosen = undefined;
    this.withAhead = undefined;
    if (this.latest) this.search(this.latest);
  }

  set hass(hass: HomeAssistant) {
    const before = this.latest;
    this.latest = hass;
    if (!this.config) return;
    if (!before || before.entities !== hass.entities || before.devices !== hass.devices) {
      this.search(hass);
    }
    if (before?.language !== hass.language || before?.locale !== hass.locale || before?.config !== hass.config) {
      const language = hass.locale?.language ?? hass.language ?? "en";
      this.clock = new Clock(hass.config.time_zone, language, saysTwelveHours(hass.locale ?? { language }));
      this.changes += 1;
    }
    if (before && (before.themes !== hass.themes || before.selectedTheme !== hass.selectedTheme)) {
      // The theme reaches the page after its name has reached the card.
      requestAnimationFrame(() => this.invalidate());
    }
    if (typeof this.found !== "string") {
      const now = inputs(hass, this.found);
      if (now.length !== this.seen.length || now.some((state, index) => state !== this.seen[index])) {
        this.seen = now;
        this.model = undefined;
        this.changes += 1;
      }
    }
  }

  get hass(): HomeAssistant | undefined {
    return this.latest;
  }

  getCardSize(): number {
    return 7;
  }

  getGridOptions() {
    return { columns: 12, min_columns: 6, min_rows: 5 };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("pointerdown", this.elsewhere);
    this.invalidate();
    this.scheduleTick();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("pointerdown", this.elsewhere);
    clearTimeout(this.timer);
    clearTimeout(this.later);
    this.later = undefined;
    this.chart?.destroy();
    this.chart = undefined;
  }

  private search(hass: HomeAssistant): void {
    this.found = find(hass, this.config as CardConfig);
    this.seen = [];
    this.model = undefined;
    this.changes += 1;
  }

  /** Look at theme and time once more. */
  private invalidate(): void {
    this.palette = undefined;
    this.model = undefined;
    this.changes += 1;
  }

  /** The only timer: at each full minute, for the marker of now and what is told in minutes. */
  private scheduleTick(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => {
        // Days and what is pending depend on the time too.
        this.model = undefined;
        this.changes += 1;
        this.scheduleTick();
      },
      MINUTE - (Date.now() % MINUTE) + 20,
    );
  }

  /** What is to be seen; the same until something has changed. */
  private scene(): Scene | undefined {
    if (this.sceneOf?.changes !== this.changes) this.sceneOf = { changes: this.changes, scene: this.newScene() };
    return this.sceneOf.scene;
  }

  /** Whether the days ahead are shown. */
  get showsAhead(): boolean {
    return this.withAhead ?? this.config?.days_ahead === true;
  }

  private newScene(): Scene | undefined {
    const { latest: hass, found, clock } = this;
    if (!hass || !clock || typeof found === "string") return undefined;
    const config = this.config as CardConfig;
    const now = Date.now();
    const model = (this.model ??= readModel(hass, found, clock, now, this.showsAhead));
    const view = viewOf(model, now, this.withPast);
    this.palette ??= readPalette(this);
    const chosen = this.chosen ?? firstPlan(hass, config, found)?.device;
    return {
      model,
      view,
      shown: model.slots.filter((slot) => overlaps(slot, view)),
      level: levelOf(config, model),
      chosen: Math.max(0, found.plans.findIndex(({ device }) => device === chosen)),
      now,
      clock,
      palette: this.palette,
      text: translator(clock.language),
    };
  }

  protected override render(): TemplateResult | typeof nothing {
    const { latest: hass, config } = this;
    if (!hass || !config) return nothing;
    const scene = this.scene();
    let body: TemplateResult;
    if (!scene) body = this.message();
    else body = this.contents(scene, hass, config);
    return html`<ha-card
      ><div class="content">${config.title ? html`<h2>${config.title}</h2>` : nothing}${body}</div></ha-card
    >`;
  }

  /** Why there is nothing to show, and what can be done about it. */
  private message(): TemplateResult {
    const { found } = this;
    const text = translator(this.clock?.language);
    if (typeof found === "string" && found.startsWith("disabled ")) {
      return html`<div class="message">
        <span>${text("price_disabled")}</span>
        <a href="/config/devices/device/${found.slice("disabled ".length)}">${text("open_device")}</a>
      </div>`;
    }
    if (found !== "none") return html`<div class="message"><span>${text("not_found")}</span></div>`;
    return html`<div class="message">
      <span>${text("not_set_up")}</span>
      <a href="/config/integrations/dashboard/add?domain=octopus_agile">${text("set_up")}</a>
    </div>`;
  }

  private contents(scene: Scene, hass: HomeAssistant, config: CardConfig): TemplateResult {
    const found = this.found as Found;
    const plan = found.plans[scene.chosen];
    return html`${config.show_summary === false
      ? nothing
      : html`<div class="summary">
          ${priceSummary(scene, () => this.showMoreInfo(found.current))}
          ${planSummary(scene, hass, () => this.showMoreInfo(plan?.start))}
        </div>`}
    ${found.plans.length > 1 ? planChoice(scene, hass, config, (device) => this.choose(device)) : nothing}
    ${scene.model.slots.length ? this.picture(scene, hass) : html`<div class="message">${scene.text("no_prices")}</div>`}
    ${config.show_controls === false ? nothing : controls(scene, hass)}`;
  }

  showAhead(withAhead: boolean): void {
    this.withAhead = withAhead;
    this.cursor = undefined;
    this.model = undefined;
    this.changes += 1;
  }

  showPast(withPast: boolean): void {
    if (this.withPast === withPast) return;
    this.withPast = withPast;
    this.cursor = undefined;
    this.changes += 1;
  }

  private picture(scene: Scene, hass: HomeAssistant): TemplateResult {
    const { text, model, now } = scene;
    const index = this.cursor ?? indexOf(scene, now);
    const pending = pendingWords(scene);
    const lowest = model.lowest && text("pence", { price: price(scene.clock.language, model.lowest.price) });
    // Time runs from left to right in every script: the axes of charts are not mirrored.
    return html`<div
        class="chart"
        dir="ltr"
        tabindex="0"
        role="slider"
        aria-label=${text("chart_label")}
        aria-describedby="hint"
        aria-valuemin="0"
        aria-valuemax=${steps(model.span) - 1}
        aria-valuenow=${index}
        aria-valuetext=${sentence(scene, hass, index)}
        @pointermove=${this.point}
        @pointerdown=${this.press}
        @pointerup=${this.release}
        @pointerleave=${this.leave}
        @keydown=${this.key}
        @blur=${this.hide}
      >
        <div class="canvas"><canvas aria-hidden="true"></canvas></div>
        <div class="now">${text("now")}</div>
        ${lowest ? html`<i class="leader"></i><div class="lowest">${lowest}</div>` : nothing}
        ${pending && !model.ahead.length ? html`<div class="pending"><span>${pending}</span></div>` : nothing}
        ${this.cursor === undefined
          ? nothing
          : html`<div class="cursor"></div>
              <div class="tip" dir="auto">${tip(scene, hass, this.cursor)}</div>`}
      </div>
      ${legend(scene)}${toolbar(scene, this)}
      <span class="sr" id="hint">${text("chart_hint")}</span>
      <div class="sr">${this.withTable ? guard([scene], () => table(scene, hass)) : nothing}</div>`;
  }

  protected override updated(_: PropertyValues): void {
    const canvas = this.renderRoot.querySelector("canvas");
    if (!canvas) {
      this.chart?.destroy();
      this.chart = undefined;
    } else if (!this.chart || this.drawn !== this.changes) {
      const scene = this.scene() as Scene;
      if (this.chart) this.chart.show(scene);
      else this.chart = new PriceChart(canvas, scene, this.place);
      this.drawn = this.changes;
    }
    this.place();
    if (!this.withTable) {
      this.later ??= setTimeout(() => {
        this.withTable = true;
      });
    }
  }

  private place = (): void => {
    const box = this.renderRoot.querySelector<HTMLElement>(".chart");
    const scene = this.chart && this.scene();
    if (this.chart?.area && box && scene) place(this.chart, box, scene, this.cursor);
  };

  private point(event: PointerEvent): void {
    const scene = this.scene();
    const box = event.currentTarget as HTMLElement;
    if (!this.chart?.area || !scene) return;
    const x = event.clientX - box.getBoundingClientRect().left;
    const { left, right } = this.chart.area;
    if (x < left || x > right) this.cursor = undefined;
    else this.cursor = indexOf(scene, this.chart.instant(x));
  }

  private press(event: PointerEvent): void {
    this.swipe = swipe(event);
    this.point(event);
  }

  /** A quick stroke of a finger shows the past, or comes back from it. */
  private release(event: PointerEvent): void {
    const direction = this.swipe?.(event);
    this.swipe = undefined;
    if (direction) this.showPast(direction === "right");
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
    const scene = this.scene();
    if (!scene) return;
    const isNew = this.cursor === undefined;
    const to = moved(scene, event.key, this.cursor);
    if (to !== undefined) {
      if (stepAt(scene, to).end <= scene.view.start) this.showPast(true);
      this.cursor = to;
    } else if (event.key === "Escape" && !isNew) this.hide();
    else return;
    event.preventDefault();
  }

  private choose(device: string): void {
    this.chosen = device;
    this.changes += 1;
  }

  private showMoreInfo(entityId: string | undefined): void {
    if (!entityId) return;
    const detail = { entityId };
    this.dispatchEvent(new CustomEvent("hass-more-info", { detail, bubbles: true, composed: true }));
  }
}
