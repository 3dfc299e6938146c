// The best times of several lengths, found as the integration finds its blocks: exactly, at any minute.

import { html, type TemplateResult } from "lit";
import { HOUR, MINUTE } from "./clock.ts";
import { length, price } from "./format.ts";
import type { Scene } from "./marks.ts";
import type { Period, Slot } from "./model.ts";
import { dayWord } from "./summary.ts";

/** The lengths that the table has, in hours. */
const LENGTHS = [0.5, 1, 1.5, 2, 3, 4, 5, 6];
/** Prices are counted in whole millionths of a penny, so that equal costs are equal. */
const PARTS = 1e6;

/** The known prices without a gap, as runs of slots that meet. */
function stretches(slots: Slot[]): Slot[][] {
  const found: Slot[][] = [];
  for (const slot of slots) {
    const last = found[found.length - 1];
    if (last?.[last.length - 1]?.end === slot.start) last.push(slot);
    else found.push([slot]);
  }
  return found;
}

/** What a period within a stretch costs, in parts of a penny times milliseconds. */
function cost(stretch: Slot[], { start, end }: Period): number {
  return stretch.reduce((sum, slot) => {
    const time = Math.min(end, slot.end) - Math.max(start, slot.start);
    return time > 0 ? sum + time * Math.round(slot.price * PARTS) : sum;
  }, 0);
}

/**
 * The cheapest unbroken time of a length (milliseconds) from an instant on, with its mean price; the
 * earliest wins a tie. Costs bend only where a block's start or end meets the edge of a slot, so the
 * cheapest one is at such a bend or as early as can be.
 */
export function cheapestBlock(slots: Slot[], duration: number, from: number): Slot | undefined {
  let best: { start: number; cost: number } | undefined;
  for (const stretch of stretches(slots)) {
    const first = Math.max(from, (stretch[0] as Slot).start);
    const last = (stretch[stretch.length - 1] as Slot).end - duration;
    const edges = stretch.flatMap(({ start, end }) => [start, end]);
    const starts = [first, last, ...edges, ...edges.map((edge) => edge - duration)];
    for (const start of [...new Set(starts)].sort((a, b) => a - b)) {
      if (start < first || start > last) continue;
      const found = cost(stretch, { start, end: start + duration });
      if (!best || found < best.cost) best = { start, cost: found };
    }
  }
  return best && { start: best.start, end: best.start + duration, price: best.cost / duration / PARTS };
}

/** The best time of each length that fits into what is known, from the next full minute on. */
export function bestTimes(slots: Slot[], now: number): Slot[] {
  const from = Math.ceil(now / MINUTE) * MINUTE;
  return LENGTHS.flatMap((hours) => cheapestBlock(slots, hours * HOUR, from) ?? []);
}

export function bestTable(scene: Scene): TemplateResult {
  const { text, clock, model, now } = scene;
  const found = bestTimes(model.slots, now);
  if (!found.length) return html`<p class="best">${text("no_prices")}</p>`;
  return html`<table class="best">
    <caption class="sr">${text("best_times")}</caption>
    <thead>
      <tr>
        <th scope="col">${text("duration")}</th>
        <th scope="col">${text("time")}</th>
        <th scope="col">${text("mean_price")}</th>
      </tr>
    </thead>
    <tbody>
      ${found.map(
        ({ start, end, price: mean }) =>
          html`<tr>
            <th scope="row"><span class="n">${length(text, end - start)}</span></th>
            <td>${dayWord(scene, start)} <span class="n">${clock.time(start)}–${clock.time(end)}</span></td>
            <td><span class="n">${text("pence", { price: price(clock.language, mean) })}</span></td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
