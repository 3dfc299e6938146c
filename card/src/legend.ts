// What else than prices is in the chart, in words under it.

import { html, nothing, type TemplateResult } from "lit";
import { price } from "./format.ts";
import type { Scene } from "./marks.ts";
import type { Slot } from "./model.ts";
import { dayWord } from "./summary.ts";
import { hatched, pendingWords } from "./tip.ts";

/** "Export pays most at 17:00: 31.20p" */
export function bestWords(scene: Scene, { start, end, price: paid }: Slot): string {
  const { text, clock, now, model } = scene;
  const [, tomorrow, after] = model.days;
  const pays = price(clock.language, paid);
  if (start <= now) return text("export_best_now", { time: clock.time(end), price: pays });
  const time = start < after ? clock.time(start) : `${dayWord(scene, start)} ${clock.time(start)}`;
  const isTomorrow = start >= tomorrow && start < after;
  return text(isTomorrow ? "export_best_tomorrow" : "export_best", { time, price: pays });
}

export function legend(scene: Scene): TemplateResult | typeof nothing {
  const { model, palette, text } = scene;
  const items: TemplateResult[] = [];
  if (model.ahead.length) {
    items.push(html`${hatched(scene)}${text("expected_legend")}`);
    const pending = pendingWords(scene);
    // Elsewhere it stands where the prices will be.
    if (pending) items.push(html`${pending}`);
  }
  if (model.exported.length) {
    items.push(html`<i class="line" style="background:${palette.exported}"></i>${text("export_pays")}`);
    if (model.bestExport) {
      items.push(html`<i class="best-mark" style="background:${palette.exported}"></i>${bestWords(scene, model.bestExport)}`);
    }
  }
  return items.length ? html`<div class="legend">${items.map((item) => html`<span>${item}</span>`)}</div>` : nothing;
}
