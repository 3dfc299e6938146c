// What lies over the canvas, put where the canvas has its places; and a finger that strokes across it.

import type { PriceChart } from "./chart.ts";
import { placeLabel } from "./label.ts";
import type { Scene } from "./marks.ts";
import { roomAbove, LOWEST } from "./marks.ts";
import { stepAt } from "./tip.ts";

export function place(chart: PriceChart, box: HTMLElement, scene: Scene, cursor: number | undefined): void {
  const { model } = scene;
  const { top, bottom, left: first, right } = chart.area;
  const pendingLeft = model.pending && !model.ahead.length ? Math.max(first, chart.x(Math.max(model.pending.start, model.days[1]))) : undefined;
  const pending = box.querySelector<HTMLElement>(".pending");
  if (pending && pendingLeft !== undefined) {
    Object.assign(pending.style, px({ left: pendingLeft, top, width: right - pendingLeft, height: bottom - top }));
  }
  const now = box.querySelector<HTMLElement>(".now");
  if (now) {
    const left = chart.x(scene.now) - now.offsetWidth / 2;
    now.style.transform = `translate(${Math.max(0, Math.min(left, box.clientWidth - now.offsetWidth))}px, ${top}px)`;
  }
  const label = box.querySelector<HTMLElement>(".lowest");
  const leader = box.querySelector<HTMLElement>(".leader");
  if (label && leader && model.lowest) {
    const { start, end, price } = model.lowest;
    const dot = { x: chart.x((start + end) / 2), y: chart.y(price) };
    const height = label.offsetHeight;
    const { left, top: from, isClear } = placeLabel(
      dot,
      { width: label.offsetWidth, height },
      price < 0,
      {
        area: { left: first, top: top + roomAbove(scene) - LOWEST, right: pendingLeft ?? right, bottom },
        bars: chart.bars,
        lines: chart.lines,
      },
    );
    // What would lie on a line goes unsaid: the dot shows it, and a tip says it.
    label.style.visibility = isClear ? "" : "hidden";
    label.style.transform = `translate(${left}px, ${from}px)`;
    // Where dearer neighbours keep it away from its dot, a line leads there.
    const [above, below] = from < dot.y ? [from + height, dot.y] : [dot.y, from];
    Object.assign(leader.style, px({ left: dot.x - 0.5, top: above, height: below - above }));
    leader.hidden = !isClear || below - above < 12;
  }
  const column = box.querySelector<HTMLElement>(".cursor");
  const bubble = box.querySelector<HTMLElement>(".tip");
  if (!column || !bubble || cursor === undefined) return;
  const step = stepAt(scene, cursor);
  const left = Math.max(first, chart.x(step.start));
  const until = chart.x(step.end);
  Object.assign(column.style, px({ left, top, width: until - left, height: bottom - top }));
  // Beside the half hour, on the side that has room.
  const space = box.clientWidth;
  const width = bubble.offsetWidth;
  const x = until + 8 + width <= space ? until + 8 : Math.max(0, left - 8 - width);
  bubble.style.transform = `translate(${Math.min(x, space - width)}px, ${top + 22}px)`;
}

function px(values: Record<string, number>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, `${value}px`]));
}

/** So far and so quickly a finger has to go, in pixels and milliseconds, not to be looking at prices. */
const FAR = 40;
const QUICK = 300;

/** From where a finger is put down: what tells, where it is lifted, which way it has stroked. */
export function swipe(down: PointerEvent): ((up: PointerEvent) => "left" | "right" | undefined) | undefined {
  if (down.pointerType === "mouse") return undefined;
  return (up) => {
    const by = up.clientX - down.clientX;
    if (up.timeStamp - down.timeStamp > QUICK || Math.abs(by) < FAR) return undefined;
    if (Math.abs(up.clientY - down.clientY) > Math.abs(by)) return undefined;
    return by > 0 ? "right" : "left";
  };
}
