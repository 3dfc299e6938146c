// What is drawn on the canvas besides bars: the hatched band of the days ahead, and what export pays.

import type { Chart } from "chart.js";
import { withAlpha } from "./colours.ts";
import type { Scene } from "./marks.ts";
import { overlaps, type Period } from "./model.ts";

/** From one line of the hatching to the next, in pixels. */
const HATCH = 5;

type Draw = (context: CanvasRenderingContext2D, chart: Chart) => void;

/** Neighbours that meet, as runs. */
function runs<T extends Period>(periods: T[]): T[][] {
  const found: T[][] = [];
  for (const each of periods) {
    const last = found.at(-1);
    if (last?.at(-1)?.end === each.start) last.push(each);
    else found.push([each]);
  }
  return found;
}

/** Draw within the chart's area, and leave the context as it was. */
function within(chart: Chart, draw: Draw): void {
  const { ctx, chartArea } = chart;
  const { left, top, right, bottom } = chartArea;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, right - left, bottom - top);
  ctx.clip();
  draw(ctx, chart);
  ctx.restore();
}

/** A line in steps along a run, forwards or backwards. */
function steps<T extends Period>({ scales }: Chart, path: Path2D, run: T[], value: (each: T) => number, isBack = false): void {
  for (const each of isBack ? [...run].reverse() : run) {
    const [from, to] = isBack ? [each.end, each.start] : [each.start, each.end];
    const y = scales.y?.getPixelForValue(value(each)) ?? 0;
    path.lineTo(scales.x?.getPixelForValue(from) ?? 0, y);
    path.lineTo(scales.x?.getPixelForValue(to) ?? 0, y);
  }
}

/** What is expected: hatched from low to high, and a line in the middle. */
export function drawAhead(chart: Chart, { model, palette }: Scene): void {
  if (!model.ahead.length) return;
  within(chart, (context) => {
    const { left, top, right, bottom } = chart.chartArea;
    for (const run of runs(model.ahead)) {
      const [band, middle] = [new Path2D(), new Path2D()];
      steps(chart, band, run, ({ high }) => high);
      steps(chart, band, run, ({ low }) => low, true);
      band.closePath();
      steps(chart, middle, run, (each) => each.middle);
      context.fillStyle = withAlpha(palette.expected, 0.1);
      context.fill(band);
      context.save();
      context.clip(band);
      context.beginPath();
      for (let x = left - (bottom - top); x < right; x += HATCH) {
        context.moveTo(x, bottom);
        context.lineTo(x + bottom - top, top);
      }
      context.strokeStyle = withAlpha(palette.expected, 0.55);
      context.lineWidth = 1;
      context.stroke();
      context.restore();
      context.strokeStyle = palette.expected;
      context.lineWidth = 1.5;
      context.stroke(middle);
    }
  });
}

/** What export pays, and its best time. What is over steps back, as it does with the bars. */
export function drawExport(chart: Chart, scene: Scene): void {
  const { model, palette, now, view } = scene;
  const shown = model.exported.filter((each) => overlaps(each, view));
  if (!shown.length) return;
  const x = (instant: number) => chart.scales.x?.getPixelForValue(instant) ?? 0;
  within(chart, (context) => {
    const line = new Path2D();
    for (const run of runs(shown)) {
      const part = new Path2D();
      steps(chart, part, run, ({ price }) => price);
      line.addPath(part);
    }
    const { left, top, right, bottom } = chart.chartArea;
    for (const [from, to, alpha] of [[left, x(now), 0.4], [x(now), right, 1]] as const) {
      context.save();
      context.beginPath();
      context.rect(from, top, to - from, bottom - top);
      context.clip();
      context.globalAlpha = alpha;
      context.lineJoin = "round";
      // So that it stands out from bars of any colour.
      context.strokeStyle = palette.background;
      context.lineWidth = 4.5;
      context.stroke(line);
      context.strokeStyle = palette.exported;
      context.lineWidth = 2;
      context.stroke(line);
      context.restore();
    }
    if (!model.bestExport) return;
    const { start, end, price } = model.bestExport;
    const [middle, y, reach] = [(x(Math.max(start, view.start)) + x(end)) / 2, chart.scales.y?.getPixelForValue(price) ?? 0, 5];
    context.beginPath();
    for (const [across, down] of [[0, -reach], [reach, 0], [0, reach], [-reach, 0]] as const) context.lineTo(middle + across, y + down);
    context.closePath();
    context.fillStyle = palette.exported;
    context.strokeStyle = palette.background;
    context.lineWidth = 1.5;
    context.fill();
    context.stroke();
  });
}
