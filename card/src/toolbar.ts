// What is one press away from the chart: the past, the days ahead, the best times.

import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { bestTable } from "./best.ts";
import type { Scene } from "./marks.ts";

const LEFT = "M15 5l-7 7 7 7";
const RIGHT = "M9 5l7 7-7 7";
const DOWN = "M5 9l7 7 7-7";
const UP = "M5 15l7-7 7 7";

/** The card, as far as its buttons change it. */
export interface Shows {
  withPast: boolean;
  withBest: boolean;
  readonly showsAhead: boolean;
  showPast(withPast: boolean): void;
  showAhead(withAhead: boolean): void;
}

export function toolbar(scene: Scene, card: Shows): TemplateResult {
  const { text, model, view } = scene;
  const { withPast, withBest, showsAhead } = card;
  const hasPast = withPast || view.start > model.span.start;
  return html`<div class="toolbar">
      ${hasPast
        ? html`<button class="past" aria-expanded=${withPast ? "true" : "false"} @click=${() => card.showPast(!withPast)}>
            <svg viewBox="0 0 24 24" aria-hidden="true"><path d=${withPast ? RIGHT : LEFT} /></svg
            >${text(withPast ? "from_now" : "earlier")}
          </button>`
        : html`<span></span>`}
      ${model.hasAhead
        ? html`<button class="ahead" aria-pressed=${showsAhead ? "true" : "false"} @click=${() => card.showAhead(!showsAhead)}>
            ${text("days_ahead")}
          </button>`
        : nothing}
      <button class="open-best" aria-expanded=${withBest ? "true" : "false"} @click=${() => (card.withBest = !withBest)}>
        ${text("best_times")}<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${withBest ? UP : DOWN} /></svg>
      </button>
    </div>
    ${withBest ? guard([scene], () => bestTable(scene)) : nothing}`;
}
