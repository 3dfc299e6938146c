// The card: takes the state of the house, and says what of it is new enough to draw again.

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { PriceChart } from "./chart.ts";
import { Clock, MINUTE } from "./clock.ts";
import { readPalette, type Palette } from "./colours.ts";
import { checked, form, stub } from "./config.ts";
import { find, firstPlan, type Found } from "./find.ts";
import type { CardConfig, EntityState, HomeAssistant } from "./hass.ts";
import type { Scene } from "./marks.ts";
import { inputs, readModel, type Model } from "./model.ts";
import { translator } from "./strings.ts";
import { styles } from "./styles.ts";
import { planChoice, planSummary, priceSummary } from "./summary.ts";
import { table } from "./table.ts";
import { indexOf, moved, sentence, stepAt, steps, tip } from "./tip.ts";

export class OctopusAgileCard extends LitElement {
  static override styles = styles;
  static override properties = {
    changes: { state: true },
    cursor: { state: true },
    withTable: { state: true },
  };

  static getConfigForm = form;
  static getStubConfig = stub;

  /** Counts what makes another picture necessary: data, time, theme, a choice. */
  declare changes: number;
  /** The half-hour that is pointed at, as its place on the axis. */
  declare cursor: number | undefined;
  /** Whether the table is there yet: it waits for the picture. */
  declare withTable: boolean;

  private config: CardConfig | undefined;
  private latest: HomeAssistant | undefined;
  private found: Found | "none" | "lost" = "none";
  private seen: (EntityState | undefined)[] = [];
  private model: Model | undefined;
  private clock: Clock | undefined;
  private palette: Palette | undefined;
  private chosen: string | undefined;
  private chart: PriceChart | undefined;
  private drawn = -1;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private later: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.changes = 0;
    this.cursor = undefined;
    this.withTable = false;
  }

  setConfig(config: CardConfig): void {
    this.config = checked(config);
    this.chosen = undefined;
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
      this.clock = new Clock(hass.config.time_zone, language, hass.locale?.time_format === "12");
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

  private scene(): Scene | undefined {
    const { latest: hass, found, clock } = this;
    if (!hass || !clock || typeof found === "string") return undefined;
    const now = Date.now();
    this.model ??= readModel(hass, found, clock, now);
    this.palette ??= readPalette(this);
    const chosen = this.chosen ?? firstPlan(hass, this.config as CardConfig, found)?.device;
    return {
      model: this.model,
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
    const text = scene?.text ?? translator(hass.language);
    let body: TemplateResult;
    if (!scene) body = this.message(text(this.found === "lost" ? "not_found" : "not_set_up"));
    else body = this.contents(scene, hass, config);
    return html`<ha-card
      ><div class="content">${config.title ? html`<h2>${config.title}</h2>` : nothing}${body}</div></ha-card
    >`;
  }

  private message(words: string): TemplateResult {
    const link = "/config/integrations/dashboard/add?domain=octopus_agile";
    return html`<div class="message">
      <span>${words}</span>
      ${this.found === "none" ? html`<a href=${link}>${translator(this.latest?.language)("set_up")}</a>` : nothing}
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
    ${found.plans.length > 1 ? planChoice(scene, hass, (device) => this.choose(device)) : nothing}
    ${scene.model.slots.length ? this.picture(scene, hass) : html`<div class="message">${scene.text("no_prices")}</div>`}
    ${config.show_controls === false || !(plan?.duration || plan?.energy)
      ? nothing
      : html`<div class="controls">
          ${this.stepper(scene, hass, plan.duration, "duration", 0.5)}${this.stepper(scene, hass, plan.energy, "energy", 1)}
        </div>`}`;
  }

  private stepper(scene: Scene, hass: HomeAssistant, entity: string | undefined, name: "duration" | "energy", step: number) {
    if (!entity || !hass.states[entity]) return nothing;
    return html`<octopus-agile-stepper
      .hass=${hass}
      .entity=${entity}
      .name=${scene.text(name)}
      .step=${step}
      .text=${scene.text}
    ></octopus-agile-stepper>`;
  }

  private picture(scene: Scene, hass: HomeAssistant): TemplateResult {
    const { text, model, clock, now } = scene;
    const index = this.cursor ?? indexOf(scene, now);
    const due = model.pending && { time: clock.time(model.pending.due) };
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
        @pointerdown=${this.point}
        @pointerleave=${this.leave}
        @keydown=${this.key}
        @blur=${this.hide}
      >
        <div class="canvas"><canvas aria-hidden="true"></canvas></div>
        ${due
          ? html`<div class="pending">
              <span>${text(now >= (model.pending?.due ?? 0) ? "tomorrow_due" : "tomorrow_pending", due)}</span>
            </div>`
          : nothing}
        ${this.cursor === undefined
          ? nothing
          : html`<div class="cursor"></div>
              <div class="tip" dir="auto">${tip(scene, hass, this.cursor)}</div>`}
      </div>
      <span class="sr" id="hint">${text("chart_hint")}</span>
      <div class="sr">${this.withTable ? table(scene, hass) : nothing}</div>`;
  }

  protected override updated(_: PropertyValues): void {
    const canvas = this.renderRoot.querySelector("canvas");
    if (!canvas) {
      this.chart?.destroy();
      this.chart = undefined;
    } else if (!this.chart || this.drawn !== this.changes) {
      const scene = this.scene() as Scene;
      if (this.chart) this.chart.show(scene);
      else this.chart = new PriceChart(canvas, scene, () => this.place());
      this.drawn = this.changes;
    }
    this.place();
    if (!this.withTable) {
      this.later ??= setTimeout(() => {
        this.withTable = true;
      });
    }
  }

  /** Put what lies over the canvas where the canvas has its places. */
  private place(): void {
    const { chart, model } = this;
    const box = this.renderRoot.querySelector<HTMLElement>(".chart");
    if (!chart?.area || !box || !model) return;
    const { top, bottom, right } = chart.area;
    const pending = box.querySelector<HTMLElement>(".pending");
    if (pending && model.pending) {
      const left = chart.x(Math.max(model.pending.start, model.days[1]));
      Object.assign(pending.style, px({ left, top, width: right - left, height: bottom - top }));
    }
    const column = box.querySelector<HTMLElement>(".cursor");
    const bubble = box.querySelector<HTMLElement>(".tip");
    const scene = this.scene();
    if (!column || !bubble || !scene || this.cursor === undefined) return;
    const { start, end } = stepAt(scene, this.cursor);
    const [left, until] = [chart.x(start), chart.x(end)];
    Object.assign(column.style, px({ left, top, width: until - left, height: bottom - top }));
    // Beside the half-hour, on the side that has room.
    const space = box.clientWidth;
    const width = bubble.offsetWidth;
    const x = until + 8 + width <= space ? until + 8 : Math.max(0, left - 8 - width);
    bubble.style.transform = `translate(${Math.min(x, space - width)}px, ${top + 22}px)`;
  }

  private point(event: PointerEvent): void {
    const scene = this.scene();
    const box = event.currentTarget as HTMLElement;
    if (!this.chart?.area || !scene) return;
    const x = event.clientX - box.getBoundingClientRect().left;
    const { left, right } = this.chart.area;
    if (x < left || x > right) this.cursor = undefined;
    else this.cursor = indexOf(scene, this.chart.instant(x));
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
    if (to !== undefined) this.cursor = to;
    else if (event.key === "Escape" && !isNew) this.hide();
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

function px(values: Record<string, number>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, `${value}px`]));
}
