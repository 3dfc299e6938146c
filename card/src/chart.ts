// The picture itself: Chart.js with only the parts that it needs.

import { BarController, BarElement, Chart, LinearScale, type ChartData, type ChartOptions, type Scale } from "chart.js";
import annotations from "chartjs-plugin-annotation";
import { HOUR } from "./clock.ts";
import { colour, levels, withAlpha } from "./colours.ts";
import { at, type Period } from "./model.ts";
import { dayWord } from "./summary.ts";
import { marks, roomAbove, type Scene } from "./marks.ts";

Chart.register(BarController, BarElement, LinearScale, annotations);

/** Width of an hour's label with the space it wants. */
const LABEL = 46;

/** The step between labels of hours, so that they have room on so many pixels. */
export function hourStep(span: Period, width: number): number {
  const fits = (step: number) => ((span.end - span.start) / HOUR / step) * LABEL <= width;
  return [1, 2, 3, 4, 6].find(fits) ?? 12;
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

export class PriceChart {
  private readonly chart: Chart;
  /** How often the canvas was drawn anew, for tests. */
  draws = 0;

  constructor(
    canvas: HTMLCanvasElement,
    private scene: Scene,
    private readonly onLayout: () => void,
  ) {
    this.chart = new Chart(canvas, {
      type: "bar",
      data: this.data(),
      options: this.options(),
      plugins: [{ id: "octopus-agile-layout", afterDraw: () => this.drawn() }],
    });
  }

  show(scene: Scene): void {
    this.scene = scene;
    this.chart.data = this.data();
    this.chart.options = this.options();
    this.chart.update("none");
  }

  private data(): ChartData<"bar"> {
    const { scene } = this;
    const { slots } = scene.model;
    const level = levels(slots);
    const sessions = scene.model.plans[scene.chosen]?.sessions ?? [];
    const fill = slots.map((slot) => {
      const middle = (slot.start + slot.end) / 2;
      // What is over steps back, what the plan uses steps forward.
      const alpha = slot.end <= scene.now ? 0.3 : !sessions.length || at(sessions, middle) ? 1 : 0.78;
      return colour(scene.palette, level, slot.price, alpha);
    });
    const dataset = {
      data: slots.map((slot) => ({ x: (slot.start + slot.end) / 2, y: slot.price })) as never,
      backgroundColor: fill,
      barPercentage: 0.86,
      categoryPercentage: 1,
      borderRadius: 2.5,
      // So that a price of next to nothing is not taken for a gap.
      minBarLength: 3,
    };
    return { datasets: [dataset] };
  }

  /** Where an instant is, in pixels from the canvas's left edge. */
  x(instant: number): number {
    return this.chart.scales.x?.getPixelForValue(instant) ?? 0;
  }

  /** The instant at a pixel. */
  instant(x: number): number {
    return Number(this.chart.scales.x?.getValueForPixel(x) ?? 0);
  }

  get area(): { left: number; right: number; top: number; bottom: number } {
    return this.chart.chartArea;
  }

  destroy(): void {
    this.chart.destroy();
  }

  private drawn(): void {
    this.draws += 1;
    this.onLayout();
  }

  private options(): ChartOptions<"bar"> {
    const { model, palette, clock } = this.scene;
    const label = { color: palette.muted, font: { size: 11, family: palette.font }, maxRotation: 0, autoSkip: false };
    const { start, end } = model.span;
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
          annotations: marks(this.scene),
        },
      },
      scales: {
        x: {
          ...x,
          border: { display: false },
          grid: { offset: false, drawOnChartArea: false, tickLength: 4, color: palette.line },
          afterBuildTicks: (scale: Scale) => {
            const step = hourStep(model.span, scale.chart.width - 40);
            scale.ticks = clock.hours(start, end, step).map((value) => ({ value }));
          },
          ticks: { ...label, padding: 2, callback: (value) => clock.time(Number(value)) },
        },
        days: {
          ...x,
          position: "bottom",
          border: { display: false },
          grid: { display: false, tickLength: 0 },
          afterBuildTicks: (scale: Scale) => {
            const edges = [start, ...model.midnights, end];
            scale.ticks = edges.slice(1).map((edge, index) => ({ value: (edge + (edges[index] ?? 0)) / 2 }));
          },
          ticks: {
            ...label,
            padding: 0,
            color: palette.text,
            font: { ...label.font, weight: 500 },
            callback: (value) => dayWord(this.scene, Number(value)),
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
            const prices = model.slots.map((slot) => slot.price);
            scale.ticks = priceTicks(Math.min(...prices), Math.max(...prices)).map((value) => ({ value }));
          },
          ticks: { ...label, padding: 6, callback: (value) => `${Number(value).toLocaleString(clock.language)}p` },
        },
      },
    };
  }

  /** Leave room for the labels above the bars, and a little below those under zero. */
  private fit(scale: Scale): void {
    const prices = this.scene.model.slots.map((slot) => slot.price);
    const lowest = Math.min(0, ...prices);
    const highest = Math.max(0, ...prices);
    const reach = highest - lowest || 1;
    const pixels = Math.max(60, scale.chart.height - 42 - roomAbove(this.scene.model));
    scale.min = lowest - (lowest < 0 ? (reach * 6) / pixels : 0);
    scale.max = lowest + reach + (reach * roomAbove(this.scene.model)) / pixels;
  }
}
