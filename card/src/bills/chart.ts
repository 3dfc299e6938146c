// The picture of bills: a column for each month, a bar in it for each tariff.

import { html, nothing, type TemplateResult } from "lit";
import { bill, isKnown, ticks, type Bill, type Month } from "./data.ts";
import { difference, energy, gaps, isPart, meanPrice, money, monthName, notes, pounds, title, type Scene } from "./words.ts";

/** More months than this have no room for their letters on a narrow card. */
const MOST_LETTERS = 18;

/** Where the axis begins and ends, in GBP, and its marks. */
export interface Axis {
  low: number;
  high: number;
  marks: number[];
}

export function axis({ bills, shown }: Scene): Axis {
  const totals = bills.months.flatMap((month) => shown.flatMap(({ code }) => bill(month, code)?.total ?? []));
  const marks = ticks(Math.min(0, ...totals), Math.max(1, ...totals));
  return { low: marks[0] ?? 0, high: marks.at(-1) ?? 1, marks };
}

function percent({ low, high }: Axis, value: number): number {
  return ((value - low) / (high - low)) * 100;
}

export function plot(scene: Scene, colours: string[], cursor: number | undefined): TemplateResult {
  const { bills, language } = scene;
  const scale = axis(scene);
  return html`<div class="plot">
      ${scale.marks.map(
        (mark) =>
          html`<div class="line ${mark === 0 ? "zero" : ""}" style="bottom:${percent(scale, mark)}%">
            <span>${pounds(language, mark)}</span>
          </div>`,
      )}
      <div class="months">
        ${bills.months.map(
          (month, index) =>
            html`<div class="month ${index === cursor ? "at" : ""}">${bars(scene, colours, scale, month)}</div>`,
        )}
      </div>
    </div>
    <div class="names ${bills.months.length > MOST_LETTERS ? "many" : ""}">
      ${bills.months.map(
        ({ month }) =>
          html`<span
            ><i class="long">${monthName(language, month, { month: "short" })}</i
            ><i class="short">${monthName(language, month, { month: "narrow" })}</i>${month.endsWith("-01")
              ? html`<i class="year">${month.slice(0, 4)}</i>`
              : nothing}</span
          >`,
      )}
    </div>`;
}

function bars(scene: Scene, colours: string[], scale: Axis, month: Month): TemplateResult[] {
  const zero = percent(scale, 0);
  return scene.shown.map(({ code }, index) => {
    const found = bill(month, code);
    if (!isKnown(found)) return html`<div></div>`;
    const value = percent(scale, found.total);
    const [from, to] = [Math.min(zero, value), Math.max(zero, value)];
    return html`<div>
      <div class="bar ${isPart(month, found) ? "part" : ""}" style="bottom:${from}%;height:${to - from}%;--bar:${colours[index]}"></div>
    </div>`;
  });
}

export function tip(scene: Scene, colours: string[], month: Month): TemplateResult {
  const { shown, language, text } = scene;
  const bills = shown.map(({ code }) => bill(month, code));
  // The same on all tariffs, unless there are hours without a price on one.
  const most = bills.filter(isKnown).reduce((a, b) => (b.energy > a.energy ? b : a), { energy: 0 } as Bill);
  return html`<div class="title">${title(scene, month)}${most.energy ? html`, ${energy(scene, most)}` : nothing}</div>
    ${shown.map((tariff, index) => {
      const found = bills[index];
      const known = isKnown(found);
      const more = known
        ? [
            found.energy < most.energy ? energy(scene, found) : "",
            meanPrice(scene, found),
            text("charge", { amount: money(language, found.standing_charge) }),
          ]
        : [text("nothing_known")];
      return html`<div class="value">
          ${dot(colours[index])}<span>${tariff.name}</span>${known
            ? html`<b>${money(language, found.total)}</b><small>${difference(scene, month, tariff)}</small>`
            : nothing}
        </div>
        <div class="with">${more.filter(Boolean).join(", ")}</div>
        ${known ? gaps(scene, found).map((words) => html`<div class="with">${words}</div>`) : nothing}`;
    })}
    ${notes(scene, month).map((words) => html`<div class="with note">${words}</div>`)}`;
}

export function dot(colour: string | undefined): TemplateResult {
  return html`<i class="dot" style="background:${colour}"></i>`;
}

/** Where a key leads from a month, or from the last if none is pointed at; undefined for other keys. */
export function moved(key: string, cursor: number | undefined, count: number): number | undefined {
  const from = cursor ?? count - 1;
  // The first press only shows where one is.
  const by = cursor === undefined ? 0 : 1;
  const moves: Record<string, number> = {
    ArrowRight: from + by,
    ArrowUp: from + by,
    ArrowLeft: from - by,
    ArrowDown: from - by,
    Home: 0,
    End: count - 1,
  };
  const to = moves[key];
  return to === undefined ? undefined : Math.min(count - 1, Math.max(0, to));
}
