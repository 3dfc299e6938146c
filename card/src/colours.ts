// Colours from the theme, and a price's colour. A theme or card-mod can set the
// --octopus-agile-*-color variables to others.

import type { Slot } from "./model.ts";

type Rgb = [number, number, number];

export interface Palette {
  font: string;
  text: string;
  muted: string;
  line: string;
  background: string;
  dark: boolean;
  below: string;
  /** Of what is expected and of what export pays: no price's and no plan's. */
  expected: string;
  exported: string;
  scale: [Rgb, Rgb, Rgb];
  plans: string[];
}

const LIGHT = { below: "#7c3aed", low: "#1f9e8f", mid: "#e0a52e", high: "#dc5a41", expected: "#50687f", export: "#27348b" };
const DARK = { below: "#a986ff", low: "#3fbfae", mid: "#e8bb55", high: "#f07f66", expected: "#a3b8cc", export: "#d5dcff" };
const PLANS = ["#0f7fc4", "#c2478f", "#5b61d6", "#8a6d3b", "#5c6873"];
const PLANS_DARK = ["#4fb3f0", "#ee86c0", "#9a9ff5", "#cbab74", "#a9b4be"];

let probe: CanvasRenderingContext2D | null = null;
const known = new Map<string, Rgb>();

/** Any CSS colour as red, green, blue. */
function rgb(colour: string): Rgb {
  let value = known.get(colour);
  if (!value) known.set(colour, (value = painted(colour)));
  return value;
}

function painted(colour: string): Rgb {
  probe ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!probe) return [128, 128, 128];
  probe.clearRect(0, 0, 1, 1);
  probe.fillStyle = "#808080";
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = probe.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

export function isDark([red, green, blue]: Rgb): boolean {
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}

export function withAlpha(colour: string, alpha: number): string {
  return `rgba(${rgb(colour).join(", ")}, ${alpha})`;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const variable = (name: string, otherwise: string) => style.getPropertyValue(name).trim() || otherwise;
  const background = variable("--ha-card-background", variable("--card-background-color", "#fff"));
  const dark = isDark(rgb(background));
  const own = dark ? DARK : LIGHT;
  const ours = (name: keyof typeof LIGHT) => variable(`--octopus-agile-${name}-color`, own[name]);
  return {
    font: style.fontFamily,
    text: variable("--primary-text-color", dark ? "#e1e1e1" : "#212121"),
    muted: variable("--secondary-text-color", dark ? "#9b9b9b" : "#727272"),
    line: variable("--divider-color", dark ? "rgba(225,225,225,.12)" : "rgba(0,0,0,.12)"),
    background,
    dark,
    below: ours("below"),
    expected: ours("expected"),
    exported: ours("export"),
    scale: [rgb(ours("low")), rgb(ours("mid")), rgb(ours("high"))],
    plans: dark ? PLANS_DARK : PLANS,
  };
}

/** Where a price stands: 0 cheap, 0.5 in the middle, 1 dear. */
export type Level = (pence: number) => number;

/** By two prices in pence: what costs no more than one is cheap, what costs no less than the other dear. */
export function fixedLevels(cheap: number, dear: number): Level {
  const [low, high] = cheap < dear ? [cheap, dear] : [dear, cheap];
  return (pence) => (high > low ? Math.min(1, Math.max(0, (pence - low) / (high - low))) : Number(pence > low));
}

/** Compared with the mean of some slots. */
export function levels(slots: Slot[]): Level {
  let time = 0;
  let sum = 0;
  let squares = 0;
  for (const { start, end, price } of slots) {
    time += end - start;
    sum += price * (end - start);
    squares += price * price * (end - start);
  }
  const mean = time ? sum / time : 0;
  const deviation = time ? Math.sqrt(Math.max(0, squares / time - mean * mean)) : 0;
  // On a flat day small differences must not look large.
  const reach = Math.max(6, 1.6 * deviation);
  return (pence) => Math.min(1, Math.max(0, 0.5 + (pence - mean) / (2 * reach)));
}

function mix(from: Rgb, to: Rgb, part: number): Rgb {
  return from.map((value, index) => Math.round(value + ((to[index] ?? 0) - value) * part)) as Rgb;
}

/**
 * A price's colour; below zero has one of its own that no other price comes near. Strength under 1
 * fades it into the background, opaque so that no line shines through.
 */
export function colour(palette: Palette, level: Level, pence: number, strength = 1): string {
  const full = pence < 0 ? rgb(palette.below) : onScale(palette, level(pence));
  return `rgb(${mix(rgb(palette.background), full, strength).join(", ")})`;
}

/** A colour faded into the background. */
export function faded(palette: Palette, colour: string, strength: number): string {
  return `rgb(${mix(rgb(palette.background), rgb(colour), strength).join(", ")})`;
}

function onScale(palette: Palette, level: number): Rgb {
  const where = level * 2;
  const [from, to] = where < 1 ? [palette.scale[0], palette.scale[1]] : [palette.scale[1], palette.scale[2]];
  return mix(from, to, where < 1 ? where : where - 1);
}
