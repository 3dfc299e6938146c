// What is drawn around the bars: now, the days, the lowest slot, sessions, gaps and prices below zero.

import type { Chart } from "chart.js";
import type { AnnotationOptions } from "chartjs-plugin-annotation";
import type { Clock } from "./clock.ts";
import { faded, withAlpha, type Palette } from "./colours.ts";
import { shortPrice } from "./format.ts";
import { at, type Model, type Period, type Slot } from "./model.ts";
import type { Translate } from "./strings.ts";

/** Everything that a picture is made from. */
export interface Scene {
  model: Model;
  /** The index of the plan that is shown in full. */
  chosen: number;
  now: number;
  clock: Clock;
  palette: Palette;
  text: Translate;
}

/** Heights in pixels above the bars: the label of now, a lane for each plan, the lowest's label. */
const NOW = 20;
const LANE = 9;
const LOWEST = 8;
/** About the width of its text. */
const LOWEST_WIDTH = 38;

export function roomAbove(model: Model): number {
  return NOW + LANE * lanes(model).length + LOWEST;
}

/** The plans that have sessions on the axis. */
function lanes(model: Model): number[] {
  return model.plans.flatMap((plan, index) =>
    plan.sessions.some((session) => overlaps(session, model.span)) ? [index] : [],
  );
}

function overlaps(a: Period, b: Period): boolean {
  return a.start < b.end && b.start < a.end;
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
  const { model, palette } = scene;
  const all: Record<string, AnnotationOptions> = {};
  const band = ({ start, end }: Period, fill: string): AnnotationOptions => ({
    type: "box",
    xMin: Math.max(start, model.span.start),
    xMax: Math.min(end, model.span.end),
    backgroundColor: fill,
    borderWidth: 0,
    drawTime: "beforeDatasetsDraw",
  });
  model.gaps.forEach((gap, index) => {
    all[`gap${index}`] = band(gap, withAlpha(palette.muted, 0.13));
  });
  if (model.pending) all.pending = band(model.pending, faded(palette, palette.text, 0.04));
  belowZero(model.slots).forEach((run, index) => {
    all[`below${index}`] = band(run, withAlpha(palette.below, palette.dark ? 0.2 : 0.12));
  });
  Object.assign(all, sessionMarks(scene, band));
  model.midnights.forEach((midnight, index) => {
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
  if (model.lowest) Object.assign(all, lowestMarks(scene, model.lowest));
  if (at([model.span], scene.now)) all.now = nowMark(scene);
  return all;
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
  const { model, palette, chosen } = scene;
  const all: Record<string, AnnotationOptions> = {};
  lanes(model).forEach((plan, lane) => {
    const colour = palette.plans[plan % palette.plans.length] as string;
    const top = NOW + lane * LANE;
    model.plans[plan]?.sessions
      .filter((session) => overlaps(session, model.span))
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

function lowestMarks(scene: Scene, lowest: Slot): Record<string, AnnotationOptions> {
  const { model, palette, clock, now } = scene;
  const middle = (lowest.start + lowest.end) / 2;
  const long = model.span.end - model.span.start;
  const part = (middle - model.span.start) / long;
  // Within the chart at its edges, and not across the marker of now.
  const isBesideNow = middle > now && middle - now < 0.08 * long;
  const x = part < 0.06 || isBesideNow ? "start" : part > 0.94 ? "end" : "center";
  // Above all bars that the text is wide enough to reach.
  const reach: Record<typeof x, [number, number]> = { start: [0, 1], center: [0.5, 0.5], end: [1, 0] };
  const height = ({ chart }: { chart: Chart }) => {
    const width = (LOWEST_WIDTH / Math.max(1, chart.chartArea?.width ?? 300)) * long;
    const [before, after] = reach[x];
    const near = model.slots.filter((slot) => slot.end > middle - before * width && slot.start < middle + after * width);
    return Math.max(0, ...near.map(({ price }) => price));
  };
  return {
    lowestDot: {
      type: "point",
      xValue: middle,
      yValue: lowest.price,
      radius: 3.5,
      backgroundColor: palette.text,
      borderColor: palette.background,
      borderWidth: 1.5,
      drawTime: "afterDatasetsDraw",
    },
    lowest: {
      type: "label",
      xValue: middle,
      yValue: height,
      yAdjust: -3,
      content: `${shortPrice(clock.language, lowest.price)}p`,
      color: palette.text,
      font: { size: 11, weight: 600, family: palette.font },
      position: { x, y: "end" },
      padding: 3,
      drawTime: "afterDatasetsDraw",
    },
  };
}

function nowMark({ now, palette, text }: Scene): AnnotationOptions {
  return {
    type: "line",
    xMin: now,
    xMax: now,
    borderColor: palette.text,
    borderWidth: 1.5,
    drawTime: "afterDatasetsDraw",
    label: {
      display: true,
      content: text("now"),
      position: "end",
      yAdjust: -2,
      padding: { x: 6, y: 2 },
      backgroundColor: palette.text,
      borderRadius: 8,
      color: palette.background,
      font: { size: 10.5, weight: 600, family: palette.font },
    },
  };
}
