// The picture itself: Chart.js with only the parts that it needs.

import { BarController, BarElement, Chart, LinearScale, type ChartData, type ChartOptions, type Scale } from "chart.js";
import annotations, { type AnnotationOptions } from "chartjs-plugin-annotation";
import { HOUR } from "./clock.ts";
import { colour, withAlpha } from "./colours.ts";
import { axisPrice } from "./format.ts";
import type { Box } from "./label.ts";
import { drawAhead, drawExport } from "./lines.ts";
import { LOWEST, marks, midnights, roomAbove, type Scene } from "./marks.ts";
import { at, overlaps, type Period } from "./model.ts";
import { dayWord } from "./summary.ts";

Chart.register(BarController, BarElement, LinearScale, annotations);

/** Width of an hour's label with the space it wants, and of one letter of a day's. */
const LABEL = 40;
const LETTER = 6.5;

/** The step between labels of hours, so that they have room on so many pixels; infinite if there is none. */
export function hourStep(span: Period, width: number): number {
  const fits = (step: number) => ((span.end - span.start) / HOUR / step) * LABEL <= width;
  return [1, 2, 3, 4, 6, 12, 24].find(fits) ?? Infinity;
}

/** Round steps between the lowest and the highest price, zero always among them. */
export function priceTicks(lowest: number, highest: number, count = 5): number[] {
  const from = Math.min(0, lowest);
  const to = Math.max(0, highest);
  const rough = (to - from) / count || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((value) => value >= rough) ?? 10 * power;
  const ticks: number[] = [];
  for (let index = Math.ceil(from / step); index * step <= to; index++) {
    ticks.push(Number((index * step).toFixed(6)));
  }
  return ticks;
}

/** Every kind of mark in its place. */
function kinds(all: Record<string, AnnotationOptions>): string {
  return Object.values(all).map(({ type }) => type).join();
}

export class PriceChart {
  private chart!: Chart<"bar">;
  private kinds = "";
  /** How often the canvas was drawn anew, for tests. */
  draws = 0;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private scene: Scene,
    private readonly onLayout: () => void,
  ) {
    this.make();
  }

  private make(): void {
    const all = marks(this.scene);
    this.kinds = kinds(all);
    this.chart = new Chart(this.canvas, {
      type: "bar",
      data: this.data(),
      options: this.options(all),
      plugins: [
        {
          id: "octopus-agile-layout",
          beforeDatasetsDraw: (chart) => drawAhead(chart, this.scene),
          afterDatasetsDraw: (chart) => drawExport(chart, this.scene),
          afterDraw: () => this.drawn(),
        },
      ],
    });
  }

  show(scene: Scene): void {
    this.scene = scene;
    const all = marks(scene);
    if (this.kinds !== kinds(all)) {
      // The plugin for marks keeps a list of the others in each that it makes anew, so in a chart that
      // goes on for months these would add up.
      this.chart.destroy();
      this.make();
      return;
    }
    this.chart.data = this.data();
    this.chart.options = this.options(all);
    this.chart.update("none");
  }

  private data(): ChartData<"bar"> {
    return { datasets: [this.prices()] };
  }

  private prices(): ChartData<"bar">["datasets"][number] {
    const { shown, model, chosen, now, level, palette } = this.scene;
    const sessions = model.plans[chosen]?.sessions ?? [];
    const fill = shown.map((slot) => {
      const middle = (slot.start + slot.end) / 2;
      // What is over steps back, what the plan uses steps forward.
      const alpha = slot.end <= now ? 0.3 : !sessions.length || at(sessions, middle) ? 1 : 0.78;
      return colour(palette, level, slot.price, alpha);
    });
    return {
      data: shown.map((slot) => ({ x: (slot.start + slot.end) / 2, y: slot.price })) as never,
      backgroundColor: fill,
      barPercentage: 0.86,
      categoryPercentage: 1,
      borderRadius: 2.5,
      // So that a price of next to nothing is not taken for a gap.
      minBarLength: 3,
    };
  }

  /** Where an instant is, in pixels from the canvas's left edge. */
  x(instant: number): number {
    return this.chart.scales.x?.getPixelForValue(instant) ?? 0;
  }

  /** The instant at a pixel. */
  instant(x: number): number {
    return Number(this.chart.scales.x?.getValueForPixel(x) ?? 0);
  }

  /** Where a price is, in pixels from the canvas's top. */
  y(pence: number): number {
    return this.chart.scales.y?.getPixelForValue(pence) ?? 0;
  }

  get area(): Box {
    return this.chart.chartArea;
  }

  /** Each bar's own place, and what lies as high or as low: a label is on neither. */
  get bars(): Box[] {
    const zero = this.y(0);
    const box = ({ start, end }: Period, low: number, high: number) => ({
      left: this.x(start),
      right: this.x(end),
      top: Math.min(zero, this.y(high)),
      bottom: Math.max(zero, this.y(low)),
    });
    const { shown, model, view } = this.scene;
    return [
      ...[...shown, ...model.exported.filter((each) => overlaps(each, view))].map((slot) => box(slot, slot.price, slot.price)),
      ...model.ahead.map((each) => box(each, each.low, each.high)),
    ];
  }

  /** All that is to be seen between the lowest and the highest place, in pence. */
  private get heights(): number[] {
    const { shown, model, view } = this.scene;
    const exported = model.exported.filter((each) => overlaps(each, view));
    return [...[...shown, ...exported].map(({ price }) => price), ...model.ahead.flatMap(({ low, high }) => [low, high])];
  }

  /** The vertical lines that are drawn: midnights and now. */
  get lines(): number[] {
    return [...midnights(this.scene), this.scene.now].map((instant) => this.x(instant));
  }

  destroy(): void {
    this.chart.destroy();
  }

  private drawn(): void {
    this.draws += 1;
    this.onLayout();
  }

  private options(annotations: Record<string, AnnotationOptions>): ChartOptions<"bar"> {
    const { view, palette, clock } = this.scene;
    const prices = this.heights;
    const ticks = priceTicks(Math.min(...prices), Math.max(...prices));
    const label = { color: palette.muted, font: { size: 11, family: palette.font }, maxRotation: 0, autoSkip: false };
    const { start, end } = view;
    // Bars would otherwise put lines between the hours and half a bar's space at the ends.
    const x = { type: "linear" as const, min: start, max: end, offset: false };
    return {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      // Pointers and keys are the card's own business.
      events: [],
      layout: { padding: { top: 2, right: 2 } },
      plugins: {
        annotation: {
          clip: false,
          common: { adjustScaleRange: false },
          annotations,
        },
      },
      scales: {
        x: {
          ...x,
          border: { display: false },
          grid: { offset: false, drawOnChartArea: false, tickLength: 4, color: palette.line },
          afterBuildTicks: (scale: Scale) => {
            const step = hourStep(view, scale.chart.width - 40);
            scale.ticks = step < Infinity ? clock.hours(start, end, step).map((value) => ({ value })) : [];
          },
          ticks: { ...label, padding: 2, callback: (value) => clock.hour(Number(value)) },
        },
        days: {
          ...x,
          position: "bottom",
          border: { display: false },
          grid: { display: false, tickLength: 0 },
          afterBuildTicks: (scale: Scale) => {
            const edges = [start, ...midnights(this.scene), end];
            scale.ticks = edges
              .slice(1)
              .map((edge, index) => ({ value: (edge + (edges[index] ?? 0)) / 2, length: edge - (edges[index] ?? 0) }))
              .map(({ value, length }) => {
                const width = (length / (end - start)) * (scale.chart.width - 40);
                const names = [dayWord(this.scene, value), clock.weekday(value, "short")];
                return { value, day: names.find((name) => width > name.length * LETTER) ?? "" };
              })
              // A day of which too little is shown goes without its name.
              .filter(({ day }) => day);
          },
          ticks: {
            ...label,
            padding: 0,
            color: palette.text,
            font: { ...label.font, weight: 500 },
            callback: (_, index, ticks) => (ticks[index] as { day?: string } | undefined)?.day,
          },
        },
        y: {
          type: "linear",
          border: { display: false },
          grid: {
            drawTicks: false,
            color: ({ tick }) => (tick?.value === 0 ? withAlpha(palette.text, 0.45) : palette.line),
          },
          afterDataLimits: (scale: Scale) => this.fit(scale),
          afterBuildTicks: (scale: Scale) => {
            scale.ticks = ticks.map((value) => ({ value }));
          },
          ticks: { ...label, padding: 6, callback: (value) => `${axisPrice(clock.language, Number(value), ticks)}p` },
        },
      },
    };
  }

  /** Leave room for the labels above the bars, and under those below zero. */
  private fit(scale: Scale): void {
    const prices = this.heights;
    const lowest = Math.min(0, ...prices);
    const highest = Math.max(0, ...prices);
    const reach = highest - lowest || 1;
    const [above, below] = [roomAbove(this.scene), lowest < 0 ? LOWEST : 0];
    const pixels = Math.max(60, scale.chart.height - 42 - above - below);
    scale.min = lowest - (reach * below) / pixels;
    scale.max = lowest + reach + (reach * above) / pixels;
  }
}
