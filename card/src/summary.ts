// The card's upper part: the price now and next, and the chosen plan.

import { html, nothing, type TemplateResult } from "lit";
import { colour } from "./colours.ts";
import { length, money, plain, price } from "./format.ts";
import type { CardConfig, HomeAssistant } from "./hass.ts";
import type { Locale } from "./locale.ts";
import type { Scene } from "./marks.ts";
import { at, currentOrNext, number, type Period, type Plan } from "./model.ts";
import { remark, remarkWords } from "./status.ts";

/** A few of Material Design's shapes, so that nothing is loaded for them. */
const RISE = "M7 17 17 7M9 7h8v8";
const FALL = "M7 7l10 10M17 9v8H9";
const STEADY = "M5 12h14M13 6l6 6-6 6";
const WARNING = "M12 4 2.5 20h19zM12 10v4M12 17v.01";

/** A number with its sign and unit, never torn apart at the end of a line. */
function whole(words: string): TemplateResult {
  return html`<span class="n">${words}</span>`;
}

export function planName({ text, clock }: Locale, hass: HomeAssistant, { entities }: Pick<Plan, "entities">): string {
  const hours = number(entities.duration ? hass.states[entities.duration] : undefined);
  if (entities.name) return entities.name;
  if (!hours) return text("main_plan");
  return text("main_plan_hours", { hours: text("hours", { hours: plain(clock.language, hours) }) });
}

/** A plan with the end of its window: "Cheapest 4 h by 07:00". */
export function heading(scene: Scene, hass: HomeAssistant, plan: Plan): string {
  const { text, clock, model } = scene;
  const status = plan.entities.status ? hass.states[plan.entities.status] : undefined;
  const until = Date.parse(String(status?.attributes.ready_by));
  const name = planName(scene, hass, plan);
  if (Number.isNaN(until)) return name;
  // That it is tomorrow goes without saying, a later day doesn't.
  const time = until < model.days[2] ? clock.time(until) : `${clock.day(until)} ${clock.time(until)}`;
  return text("plan_by", { plan: name, time });
}

/** Why a plan waits, falls short or can't be met; with a sign where that is trouble. */
export function remarkLine(words: string, isTrouble: boolean): TemplateResult {
  return html`<span class="status"
    >${isTrouble ? html`<svg class="trouble" viewBox="0 0 24 24" aria-hidden="true"><path d=${WARNING} /></svg>` : nothing}<span
      >${words}</span
    ></span
  >`;
}

/**
 * A button for each plan, with what is to be known of it: it opens the plan above and below the chart. What
 * is said there already isn't said again.
 */
export function planChoice(
  scene: Scene,
  hass: HomeAssistant,
  config: CardConfig,
  choose: (device: string) => void,
): TemplateResult {
  const { plans } = scene.model;
  return html`<div class="plans" role="group" aria-label=${scene.text("plan_choice")}>
    ${plans.map((plan, index) => {
      const colour = scene.palette.plans[index % scene.palette.plans.length];
      const isTold = config.show_reasons === false || (index === scene.chosen && config.show_summary !== false);
      const said = isTold ? undefined : remark(scene, hass, plan);
      return html`<button
        style="--plan:${colour}"
        aria-pressed=${index === scene.chosen ? "true" : "false"}
        @click=${() => choose(plan.entities.device)}
      >
        <i class="bar" style="background:${colour}"></i
        ><span class="words"><span class="name">${planName(scene, hass, plan)}</span>${said && !said.isQuiet
            ? remarkLine(remarkWords(scene, said), said.isTrouble)
            : nothing}</span>
      </button>`;
    })}
  </div>`;
}

export function priceSummary(scene: Scene, onClick: () => void): TemplateResult {
  const { model, now, text, clock, palette, level } = scene;
  const slot = at(model.slots, now);
  const { language } = clock;
  const next = model.slots.find(({ start }) => start > now);
  const words = next && text("next", { price: price(language, next.price), time: clock.time(next.start) });
  return html`<button class="figure" @click=${onClick}>
    <span class="overline">${slot ? text("now_until", { time: clock.time(slot.end) }) : text("now")}</span>
    <span class="big">
      ${slot
        ? html`<i class="dot" style="background:${colour(palette, level, slot.price)}"></i><b data-current=${slot.price}
              >${price(language, slot.price)}</b
            ><small>${text("unit")}</small>`
        : html`<b class="none">${text("no_price")}</b>`}
    </span>
    <span class="detail">
      ${slot && slot.price < 0 ? html`<em class="paid">${text("paid")}</em>` : nothing}
      ${!next || !words
        ? text("next_unknown")
        : slot?.end === next.start
          ? trend(scene, next.price - slot.price, words)
          : whole(words)}
    </span>
  </button>`;
}

function trend({ text }: Scene, change: number, words: string): TemplateResult {
  const [shape, name] =
    change > 0 ? [RISE, "rising" as const] : change < 0 ? [FALL, "falling" as const] : [STEADY, "steady" as const];
  return html`<span class="next"
    ><svg class="trend ${name}" viewBox="0 0 24 24" role="img" aria-label=${text(name)}><path d=${shape} /></svg
    >${whole(words)}</span
  >`;
}

export function planSummary(scene: Scene, hass: HomeAssistant, onClick: () => void): TemplateResult | typeof nothing {
  const { model, chosen, text, now, palette } = scene;
  const plan = model.plans[chosen];
  if (!plan) return nothing;
  const session = currentOrNext(plan.sessions, now);
  const said = remark(scene, hass, plan);
  return html`<button class="figure plan" @click=${onClick}>
    <span class="overline"
      ><i class="bar" style="background:${palette.plans[chosen % palette.plans.length]}"></i
      ><span>${heading(scene, hass, plan)}</span></span
    >
    ${session
      ? planned(scene, plan, session)
      : html`<span class="big"><b class="none">${said?.head ?? text("no_session")}</b></span>`}
    ${said && (session || said.more)
      ? html`<span class="detail">${remarkLine(session ? remarkWords(scene, said) : (said.more ?? ""), said.isTrouble)}</span>`
      : nothing}
  </button>`;
}

/** The money first, or the price where no energy is known; then when. */
function planned(scene: Scene, plan: Plan, session: Period): TemplateResult {
  const { text, clock } = scene;
  const further = plan.sessions.filter((other) => other.start > session.start).length;
  const { cost } = plan;
  const mean = plan.price === undefined ? undefined : price(clock.language, plan.price);
  return html`<span class="big">
      ${cost !== undefined
        ? plan.isExport
          ? html`<b>${money(clock.language, cost)}</b><small>${text("earnings")}</small>`
          : moneyWords(scene, cost)
        : mean !== undefined
          ? html`<b>${mean}</b><small>${text("unit")}</small>`
          : html`<b class="none">${text("no_cost")}</b>`}
    </span>
    <span class="when"
      >${dayWord(scene, session.start)} <span class="times n">${clock.time(session.start)}–${clock.time(session.end)}</span>${further
        ? html` <span class="n">${text("more_sessions", { count: further })}</span>`
        : nothing}</span
    >
    <span class="detail"
      >${whole(whenWords(scene, session))}${cost !== undefined && mean !== undefined
        ? html`<span class="n">${mean}${text("unit")}</span>`
        : nothing}</span
    >`;
}

function moneyWords({ text, clock }: Scene, pounds: number): TemplateResult {
  const sum = html`<b>${money(clock.language, Math.abs(pounds))}</b>`;
  if (pounds >= 0) return sum;
  const [before, after] = text("you_are_paid").split("{money}").map((part) => part.trim());
  return html`${before ? html`<small>${before}</small>` : nothing}${sum}${after ? html`<small>${after}</small>` : nothing}`;
}

export function dayWord({ clock, model, text }: Scene, instant: number): string {
  const [today, tomorrow, after] = model.days;
  if (instant < today || instant >= after) return clock.day(instant);
  return text(instant < tomorrow ? "today" : "tomorrow");
}

export function whenWords({ now, text }: Scene, { start, end }: Period): string {
  if (now >= end) return text("over");
  return now < start
    ? text("in_time", { time: length(text, start - now) })
    : text("ends_in", { time: length(text, end - now) });
}
