// Where the label of the lowest price goes, so that it is at its dot and on nothing else.

export interface Size {
  width: number;
  height: number;
}

/** In pixels from the top left of the canvas. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Surroundings {
  /** Where the label may be. */
  area: Box;
  /** The bars, that of the dot among them. */
  bars: Box[];
  /** The places of vertical lines. */
  lines: number[];
}

/** From the middle of the dot to the label. */
const GAP = 6;
/** How near a label may come to a line, and how far beside its dot it may be. */
const NEAR = 3;
const BESIDE = 10;

/**
 * The top left corner of a label for a dot at the end of a bar: above it, or below where the bar hangs
 * from zero. Of the places that no line crosses the one nearest to the dot. Where days are narrow there may
 * be none: then it isn't clear.
 */
export function placeLabel(
  dot: { x: number; y: number },
  { width, height }: Size,
  isBelow: boolean,
  { area, bars, lines }: Surroundings,
): { left: number; top: number; isClear: boolean } {
  const first = Math.max(area.left, dot.x - width - BESIDE);
  const last = Math.max(first, Math.min(area.right - width, dot.x + BESIDE));
  // A week has hundreds of bars: only those count that the label can come near to.
  const near = bars.filter(({ left, right }) => right > first - 1 && left < last + width + 1);
  const crossed = (left: number) => lines.some((x) => x > left - NEAR && x < left + width + NEAR);
  const topAt = (left: number) => {
    const under = near.filter((bar) => bar.left < left + width + 1 && bar.right > left - 1);
    return isBelow
      ? Math.max(dot.y, ...under.map(({ bottom }) => bottom)) + GAP
      : Math.min(dot.y, ...under.map(({ top }) => top)) - GAP - height;
  };
  const edges = near.flatMap(({ left, right }) => [left - width - 1, right + 1]);
  const places = [dot.x - width / 2, first, last, ...lines.flatMap((x) => [x + NEAR, x - NEAR - width]), ...edges]
    .map((left) => Math.min(last, Math.max(first, left)))
    .map((left) => ({ left, top: topAt(left) }));
  const far = ({ left, top }: { left: number; top: number }) =>
    Math.hypot(left + width / 2 - dot.x, (isBelow ? top : top + height) - dot.y) + (crossed(left) ? 1e4 : 0);
  const nearest = places.reduce((best, place) => (far(place) < far(best) ? place : best));
  return { ...nearest, isClear: !crossed(nearest.left) };
}
