// A number to change in place: less, a field, more.

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import type { EntityState, HomeAssistant } from "./hass.ts";
import { number } from "./model.ts";
import type { Translate } from "./strings.ts";

/** A value some steps away, on the grid of steps and within the limits. */
export function stepped(value: number | undefined, by: number, step: number, min: number, max: number): number {
  const from = value ?? Math.max(0, min - step);
  const next = by > 0 ? Math.floor(from / step + 1 + 1e-9) * step : Math.ceil(from / step - 1 - 1e-9) * step;
  return Number(Math.min(max, Math.max(min, next)).toFixed(6));
}

export class AgileStepper extends LitElement {
  static override properties = {
    hass: { attribute: false },
    entity: {},
    name: {},
    step: { type: Number },
    least: { type: Number },
    text: { attribute: false },
    pendingValue: { state: true },
    error: { state: true },
  };

  declare hass: HomeAssistant;
  declare entity: string;
  declare name: string;
  /** What a press adds; the field itself takes the entity's finer steps. */
  declare step: number;
  /** What presses stop at, where the entity counts from 0 but takes no 0. */
  declare least: number;
  declare text: Translate;
  /** What was asked for and isn't in the state yet. */
  declare pendingValue: number | undefined;
  declare error: string | undefined;
  private sending = false;
  private sentFrom: EntityState | undefined;

  static override styles = css`
    :host { display: block; min-width: 0; }
    .row { display: flex; align-items: center; justify-content: space-between; gap: 10px; }
    .box { display: flex; align-items: center; border: 1px solid var(--divider-color, #e0e0e0); border-radius: 22px;
      height: 44px; flex: 0 1 auto; min-width: 0; background: transparent; }
    .box:has(input:focus-visible) { outline: 2px solid var(--primary-color, #03a9f4); outline-offset: -1px; }
    label { font-size: 13px; color: var(--secondary-text-color, #727272); overflow-wrap: anywhere; }
    button { all: unset; box-sizing: border-box; width: 44px; height: 44px; border-radius: 50%; display: grid; place-items: center;
      cursor: pointer; color: var(--primary-text-color, #212121); flex: none; -webkit-tap-highlight-color: transparent; }
    button:hover:not(:disabled) { background: color-mix(in srgb, currentcolor 8%, transparent); }
    button:focus-visible { outline: 2px solid var(--primary-color, #03a9f4); outline-offset: -3px; }
    button:disabled { opacity: 0.35; cursor: default; }
    svg { width: 18px; height: 18px; stroke: currentcolor; stroke-width: 2; fill: none; stroke-linecap: round; }
    .value { display: flex; align-items: baseline; justify-content: center; gap: 3px; min-width: 62px;
      direction: ltr; }
    input { all: unset; text-align: end; font: inherit; line-height: 42px; font-weight: 500; font-variant-numeric: tabular-nums;
      color: var(--primary-text-color, #212121); appearance: textfield; -moz-appearance: textfield; }
    input::-webkit-inner-spin-button { display: none; }
    input:focus { min-width: 5ch; }
    .unit { color: var(--secondary-text-color, #727272); font-size: 13px; }
    .error { color: var(--error-color, #b3261e); font-size: 12px; margin: 4px 14px 0; }
    .box { justify-content: space-between; }
  `;

  private get state(): EntityState | undefined {
    return this.hass.states[this.entity];
  }

  private get value(): number | undefined {
    return this.pendingValue ?? number(this.state);
  }

  private limit(name: "min" | "max" | "step", otherwise: number): number {
    const value = Number(this.state?.attributes[name]);
    return Number.isFinite(value) ? value : otherwise;
  }

  protected override willUpdate(changed: PropertyValues): void {
    // The answer has come once the state is another than the one the value was sent from.
    if (changed.has("hass") && !this.sending && this.pendingValue !== undefined && this.state !== this.sentFrom) {
      this.pendingValue = undefined;
    }
  }

  /** Only this entity's state matters of all that changes in the house. */
  protected override shouldUpdate(changed: PropertyValues): boolean {
    const before = changed.get("hass") as HomeAssistant | undefined;
    return changed.size !== 1 || !before || before.states[this.entity] !== this.state;
  }

  protected override render() {
    if (!this.state) return nothing;
    const { min, max } = { min: this.limit("min", 0), max: this.limit("max", 100) };
    const value = this.value;
    const shown = value === undefined ? "" : String(value);
    return html`<div class="row">
        <label for="value">${this.name}</label>
        <div class="box">
          <button @click=${() => this.press(-1)} ?disabled=${value === undefined || value <= Math.max(min, this.least)} aria-label=${this.text("less", { name: this.name })}>
            <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 12h12" /></svg>
          </button>
          <span class="value" @click=${this.focusField}>
            <input id="value" type="number" inputmode="decimal" .value=${shown}
              style="width:${Math.max(2, shown.length) + 0.3}ch"
              min=${min} max=${max} step=${this.limit("step", 1)} placeholder="–" @change=${this.typed}
              aria-invalid=${this.error ? "true" : "false"} />
            <span class="unit">${this.state.attributes.unit_of_measurement}</span>
          </span>
          <button @click=${() => this.press(1)} ?disabled=${value !== undefined && value >= max} aria-label=${this.text("more", { name: this.name })}>
            <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 12h12M12 6v12" /></svg>
          </button>
        </div>
      </div>
      ${this.error ? html`<div class="error" role="alert">${this.error}</div>` : nothing}`;
  }

  /** The unit beside the field is a part of it for a finger. */
  private focusField(): void {
    this.renderRoot.querySelector("input")?.focus();
  }

  private press(by: number): void {
    const min = Math.max(this.limit("min", 0), this.least);
    this.ask(stepped(this.value, by, this.step, min, this.limit("max", 100)));
  }

  private typed(event: Event): void {
    const field = event.target as HTMLInputElement;
    const value = field.valueAsNumber;
    const [min, max] = [this.limit("min", 0), this.limit("max", 100)];
    // Not checkValidity(): values between the steps are as good.
    if (value >= min && value <= max) {
      this.ask(value);
      return;
    }
    const unit = this.state?.attributes.unit_of_measurement ?? "";
    const limit = value > max ? ("at_most" as const) : ("at_least" as const);
    this.error = Number.isNaN(value) ? undefined : this.text(limit, { value: `${value > max ? max : min} ${unit}` });
    field.value = this.value === undefined ? "" : String(this.value);
  }

  private ask(value: number): void {
    this.error = undefined;
    if (value === this.value) return;
    this.pendingValue = value;
    if (!this.sending) void this.send();
  }

  /** One call at a time; what was pressed meanwhile goes out as one more. */
  private async send(): Promise<void> {
    this.sending = true;
    let sent: number | undefined;
    try {
      while (this.pendingValue !== undefined && this.pendingValue !== sent) {
        sent = this.pendingValue;
        this.sentFrom = this.state;
        const target = { entity_id: this.entity };
        // Told here, beside the field, so Home Assistant need not tell it as well.
        await this.hass.callService("number", "set_value", { value: sent }, target, false);
      }
      // The state may have come before the answer.
      if (this.state !== this.sentFrom) this.pendingValue = undefined;
    } catch (error) {
      this.pendingValue = undefined;
      this.error = this.text("not_changed", { reason: (error as Error).message ?? String(error) });
    } finally {
      this.sending = false;
    }
  }
}
