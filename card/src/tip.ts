// What is said about one half-hour: beside the chart for the eye, and to screen readers.

import { html, nothing, type TemplateResult } from "lit";
import { colour } from "./colours.ts";
import { price, rough } from "./format.ts";
import type { HomeAssistant } from "./hass.ts";
import type { Scene } from "./marks.ts";
import { at, overlaps, type Expected, type Period, type Slot } from "./model.ts";
import { dayWord, planName } from "./summary.ts";

const HALF_HOUR = 30 * 60_000;

/** The half-hours of the axis one by one, those without a price too. */
export function steps({ start, end }: Period): number {
  return Math.floor((end - start) / HALF_HOUR);
}

export interface Step extends Period {
  slot?: Slot;
  /** Only where there is no price. */
  expected?: Expected;
}

export function stepAt({ model }: Scene, index: number): Step {
  const start = model.span.start + index * HALF_HOUR;
  const slot = at(model.slots, start);
  const expected = slot ? undefined : at(model.ahead, start);
  const { start: from, end } = slot ?? expected ?? { start, end: start + HALF_HOUR };
  return { start: from, end, slot, expected };
}

export function indexOf({ model }: Scene, instant: number): number {
  const index = Math.floor((instant - model.span.start) / HALF_HOUR);
  return Math.min(steps(model.span) - 1, Math.max(0, index));
}

interface Note {
  words: string;
  colour?: string;
}

export function slotNotes(scene: Scene, hass: HomeAssistant, period: Period): Note[] {
  const { model, text, palette, now } = scene;
  const notes: Note[] = [];
  if (period.start <= now && now < period.end) notes.push({ words: text("now") });
  if (model.lowest?.start === period.start) notes.push({ words: text("lowest") });
  if (model.bestExport && overlaps(model.bestExport, period)) notes.push({ words: text("export_most"), colour: palette.exported });
  model.plans.forEach((plan, index) => {
    if (plan.sessions.some(({ start, end }) => start < period.end && period.start < end)) {
      notes.push({ words: planName(scene, hass, plan), colour: palette.plans[index % palette.plans.length] });
    }
  });
  return notes;
}

/** "expected 12.1p (8.0p to 17.3p), not published" */
export function expectedWords({ text, clock }: Scene, { low, middle, high }: Expected): string {
  const [from, most, to] = [low, middle, high].map((value) => rough(clock.language, value)) as [string, string, string];
  return text("expected", { low: from, middle: most, high: to });
}

/** A piece of the hatched band. */
export function hatched({ palette }: Scene): TemplateResult {
  return html`<i class="hatched" style="--own:${palette.expected}"></i>`;
}

/** What export pays in a half-hour, if that is known. */
function exportNote({ model, text, clock, palette }: Scene, { start }: Period): Note[] {
  const slot = at(model.exported, start);
  return slot ? [{ words: text("export_price", { price: price(clock.language, slot.price) }), colour: palette.exported }] : [];
}

/** A half-hour in one sentence. */
export function sentence(scene: Scene, hass: HomeAssistant, index: number): string {
  const { text, clock } = scene;
  const step = stepAt(scene, index);
  const times = { day: dayWord(scene, step.start), start: clock.time(step.start), end: clock.time(step.end) };
  const costs = step.slot
    ? text("slot_price", { price: price(clock.language, step.slot.price) })
    : step.expected
      ? expectedWords(scene, step.expected)
      : text("no_price");
  const notes = [...exportNote(scene, step), ...slotNotes(scene, hass, step)];
  return [`${text("slot", times)}: ${costs}`, ...notes.map(({ words }) => words)].join(", ");
}

export function tip(scene: Scene, hass: HomeAssistant, index: number): TemplateResult {
  const { text, clock, palette, level } = scene;
  const { slot, expected, ...period } = stepAt(scene, index);
  return html`<div class="title">
      ${dayWord(scene, period.start)} ${clock.time(period.start)}–${clock.time(period.end)}
    </div>
    <div class="value">
      ${slot
        ? html`<i class="dot" style="background:${colour(palette, level, slot.price)}"></i
            ><span><b>${price(clock.language, slot.price)}</b> ${text("unit")}</span>`
        : expected
          ? html`${hatched(scene)}<span>${expectedWords(scene, expected)}</span>`
          : text("no_price")}
    </div>
    ${[...exportNote(scene, period), ...slotNotes(scene, hass, period)].map(
      (note) =>
        html`<div class="with">
          ${note.colour ? html`<i class="bar" style="background:${note.colour}"></i>` : nothing}${note.words}
        </div>`,
    )}`;
}

/** When tomorrow's prices come, while they are missing. */
export function pendingWords({ model, text, clock, now }: Scene): string | undefined {
  if (!model.pending) return undefined;
  const { due } = model.pending;
  return text(now >= due ? "tomorrow_due" : "tomorrow_pending", { time: clock.time(due) });
}

/** Where a key leads from a half-hour, or from now if none is pointed at; undefined for other keys. */
export function moved(scene: Scene, key: string, cursor: number | undefined): number | undefined {
  const last = indexOf(scene, scene.view.end - 1);
  const index = cursor ?? indexOf(scene, scene.now);
  // The first press only shows where one is.
  const by = cursor === undefined ? 0 : 1;
  const moves: Record<string, number> = {
    ArrowRight: index + by,
    ArrowUp: index + by,
    ArrowLeft: index - by,
    ArrowDown: index - by,
    PageDown: index - 6,
    PageUp: index + 6,
    Home: 0,
    End: last,
  };
  const to = moves[key];
  return to === undefined ? undefined : Math.min(last, Math.max(0, to));
}
