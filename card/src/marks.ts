// What is drawn around the bars: now, the days, the lowest slot's dot, sessions, gaps and prices below zero.

import type { Chart } from "chart.js";
import type { AnnotationOptions } from "chartjs-plugin-annotation";
import type { Clock } from "./clock.ts";
import { faded, withAlpha, type Level, type Palette } from "./colours.ts";
import { at, overlaps, type Model, type Period, type Slot } from "./model.ts";
import type { Translate } from "./strings.ts";

/** Everything that a picture is made from. */
export interface Scene {
  model: Model;
  /** What the axis spans of it. */
  view: Period;
  /** The slots on the axis. */
  shown: Slot[];
  /** The index of the plan that is shown in full. */
  chosen: number;
  now: number;
  clock: Clock;
  palette: Palette;
  level: Level;
  text: Translate;
}

/** Heights in pixels above the bars: the label of now, a lane for each plan, the lowest's label. */
const NOW = 20;
const LANE = 9;
/** With it also the room that it needs under prices below zero. */
export const LOWEST = 22;

export function roomAbove(scene: Scene): number {
  return NOW + LANE * lanes(scene).length + LOWEST;
}

/** The plans that have sessions on the axis. */
function lanes({ model, view }: Scene): number[] {
  return model.plans.flatMap((plan, index) => (plan.sessions.some((session) => overlaps(session, view)) ? [index] : []));
}

/** Neighbouring slots below zero as one period each. */
export function belowZero(slots: Slot[]): Period[] {
  const runs: Period[] = [];
  for (const { start, end, price } of slots) {
    if (price >= 0) continue;
    const last = runs[runs.length - 1];
    if (last?.end === start) last.end = end;
    else runs.push({ start, end });
  }
  return runs;
}

export function marks(scene: Scene): Record<string, AnnotationOptions> {
  const { model, view, palette } = scene;
  const all: Record<string, AnnotationOptions> = {};
  const band = ({ start, end }: Period, fill: string): AnnotationOptions => ({
    type: "box",
    xMin: Math.max(start, view.start),
    xMax: Math.min(end, view.end),
    backgroundColor: fill,
    borderWidth: 0,
    drawTime: "beforeDatasetsDraw",
  });
  const visible = <T extends Period>(periods: T[]) => periods.filter((each) => overlaps(each, view));
  visible(model.gaps).forEach((gap, index) => {
    all[`gap${index}`] = band(gap, withAlpha(palette.muted, 0.13));
  });
  if (model.pending && !model.ahead.length) all.pending = band(model.pending, faded(palette, palette.text, 0.04));
  belowZero(scene.shown).forEach((run, index) => {
    all[`below${index}`] = band(run, withAlpha(palette.below, palette.dark ? 0.2 : 0.12));
  });
  Object.assign(all, sessionMarks(scene, band));
  midnights(scene).forEach((midnight, index) => {
    all[`midnight${index}`] = {
      type: "line",
      xMin: midnight,
      xMax: midnight,
      borderColor: withAlpha(palette.muted, 0.55),
      borderWidth: 1,
      borderDash: [3, 4],
      drawTime: "beforeDatasetsDraw",
    };
  });
  if (model.lowest) all.lowest = lowestDot(scene, model.lowest);
  if (at([view], scene.now)) all.now = nowMark(scene);
  return all;
}

export function midnights({ model, view }: Scene): number[] {
  return model.midnights.filter((midnight) => midnight > view.start);
}

/** The price at so many pixels from the chart's top, for what has its place there. */
function fromTop(pixels: number) {
  return ({ chart }: { chart: Chart }) =>
    // There is no area before the first layout.
    chart.chartArea && chart.scales.y?.getValueForPixel(chart.chartArea.top + pixels);
}

function sessionMarks(
  scene: Scene,
  band: (period: Period, fill: string) => AnnotationOptions,
): Record<string, AnnotationOptions> {
  const { model, view, palette, chosen } = scene;
  const all: Record<string, AnnotationOptions> = {};
  lanes(scene).forEach((plan, lane) => {
    const colour = palette.plans[plan % palette.plans.length] as string;
    const top = NOW + lane * LANE;
    model.plans[plan]?.sessions
      .filter((session) => overlaps(session, view))
      .forEach((session, index) => {
        const name = `${plan}_${index}`;
        if (plan === chosen) all[`band${name}`] = band(session, withAlpha(colour, palette.dark ? 0.2 : 0.12));
        all[`session${name}`] = {
          ...band(session, withAlpha(colour, plan === chosen ? 1 : 0.6)),
          yMax: fromTop(top),
          yMin: fromTop(top + LANE - 4),
          borderRadius: 3,
        } as AnnotationOptions;
      });
  });
  return all;
}

function lowestDot({ palette }: Scene, { start, end, price }: Slot): AnnotationOptions {
  return {
    type: "point",
    xValue: (start + end) / 2,
    yValue: price,
    radius: 3.5,
    backgroundColor: palette.text,
    borderColor: palette.background,
    borderWidth: 1.5,
    drawTime: "afterDatasetsDraw",
  };
}

function nowMark({ now, palette }: Scene): AnnotationOptions {
  return { type: "line", xMin: now, xMax: now, borderColor: palette.text, borderWidth: 1.5, drawTime: "afterDatasetsDraw" };
}
