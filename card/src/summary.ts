// The card's upper part: the price now and next, and the chosen plan.

import { html, nothing, type TemplateResult } from "lit";
import { length, money, plain, price } from "./format.ts";
import type { EntityState, HomeAssistant } from "./hass.ts";
import { colour, levels } from "./colours.ts";
import type { Scene } from "./marks.ts";
import { at, currentOrNext, number, type Plan } from "./model.ts";

/** A few of Material Design's shapes, so that nothing is loaded for them. */
const RISE = "M7 17 17 7M9 7h8v8";
const FALL = "M7 7l10 10M17 9v8H9";
const STEADY = "M5 12h14M13 6l6 6-6 6";

export function planName({ text, clock }: Scene, hass: HomeAssistant, plan: Plan): string {
  const hours = number(plan.entities.duration ? hass.states[plan.entities.duration] : undefined);
  if (plan.entities.name) return plan.entities.name;
  if (hours === undefined) return text("main_plan");
  return text("main_plan_hours", { hours: text("hours", { hours: plain(clock.language, hours) }) });
}

/** A button for each plan: it chooses the one that is shown in full. */
export function planChoice(scene: Scene, hass: HomeAssistant, choose: (device: string) => void): TemplateResult {
  const { plans } = scene.model;
  return html`<div class="plans" role="group" aria-label=${scene.text("plan_choice")}>
    ${plans.map((plan, index) => {
      const colour = scene.palette.plans[index % scene.palette.plans.length];
      return html`<button
        style="--plan:${colour}"
        aria-pressed=${index === scene.chosen ? "true" : "false"}
        @click=${() => choose(plan.entities.device)}
      >
        <i class="bar" style="background:${colour}"></i><span>${planName(scene, hass, plan)}</span>
      </button>`;
    })}
  </div>`;
}

export function priceSummary(scene: Scene, onClick: () => void): TemplateResult {
  const { model, now, text, clock, palette } = scene;
  const slot = at(model.slots, now);
  const { language } = clock;
  const next = slot && at(model.slots, slot.end);
  const isAfterGap = !slot && model.next !== undefined;
  return html`<button class="figure" @click=${onClick}>
    <span class="overline">${slot ? text("now_until", { time: clock.time(slot.end) }) : text("now")}</span>
    <span class="big">
      ${slot
        ? html`<i class="dot" style="background:${colour(palette, levels(model.slots), slot.price)}"></i><b
              data-current=${slot.price}
              >${price(language, slot.price)}</b
            ><small>${text("unit")}</small>`
        : html`<b class="none">${text("no_price")}</b>`}
    </span>
    <span class="detail">
      ${slot && slot.price < 0 ? html`<em class="paid">${text("paid")}</em>` : nothing}
      ${slot && next
        ? trend(scene, next.price - slot.price, text("next", { price: price(language, next.price), time: clock.time(next.start) }))
        : isAfterGap
          ? text("next", { price: price(language, model.next ?? 0), time: "" })
          : text("next_unknown")}
    </span>
  </button>`;
}

function trend({ text }: Scene, change: number, words: string): TemplateResult {
  const [shape, name] =
    change > 0 ? [RISE, "rising" as const] : change < 0 ? [FALL, "falling" as const] : [STEADY, "steady" as const];
  return html`<span class="next"
    ><svg class="trend ${name}" viewBox="0 0 24 24" role="img" aria-label=${text(name)}><path d=${shape} /></svg
    >${words}</span
  >`;
}

export function planSummary(scene: Scene, hass: HomeAssistant, onClick: () => void): TemplateResult | typeof nothing {
  const { model, chosen, text, clock, now, palette } = scene;
  const plan = model.plans[chosen];
  if (!plan) return nothing;
  const session = currentOrNext(plan.sessions, now);
  const status = plan.entities.status ? hass.states[plan.entities.status] : undefined;
  const further = session ? plan.sessions.filter((other) => other.start > session.start).length : 0;
  const isOtherDay = session && session.start >= model.days[1];
  const details = [
    plan.price !== undefined && session ? text("pence", { price: price(clock.language, plan.price) }) : "",
    plan.cost !== undefined && session ? money(clock.language, plan.cost) : "",
  ].filter(Boolean);
  return html`<button class="figure plan" @click=${onClick}>
    <span class="overline"
      ><i class="bar" style="background:${palette.plans[chosen % palette.plans.length]}"></i
      ><span>${planName(scene, hass, plan)}${isOtherDay ? `, ${dayWord(scene, session.start).toLocaleLowerCase(clock.language)}` : ""}</span></span
    >
    <span class="big times">
      ${session
        ? html`<b>${clock.time(session.start)}–${clock.time(session.end)}</b
            >${further ? html`<small>${text("more_sessions", { count: further })}</small>` : nothing}`
        : html`<b class="none">${statusWords(scene, hass, status) ?? text("no_session")}</b>`}
    </span>
    <span class="detail">
      ${session ? html`<span><span class="when">${when(scene, session)}</span>${details.map((detail) => ` · ${detail}`)}</span>` : nothing}
      ${session ? note(statusWords(scene, hass, status)) : nothing}
    </span>
  </button>`;
}

function note(words: string | undefined): TemplateResult | typeof nothing {
  return words ? html`<span class="status">${words}</span>` : nothing;
}

export function dayWord({ clock, model, text }: Scene, instant: number): string {
  const [today, tomorrow, after] = model.days;
  if (instant < today || instant >= after) return clock.day(instant);
  return text(instant < tomorrow ? "today" : "tomorrow");
}

function when({ now, text }: Scene, { start, end }: { start: number; end: number }): string {
  if (now >= end) return text("over");
  return now < start
    ? text("in_time", { time: length(text, start - now) })
    : text("ends_in", { time: length(text, end - now) });
}

/** What is to be said of a plan's status beyond its times; the reason where it can't be met. */
function statusWords({ text }: Scene, hass: HomeAssistant, state: EntityState | undefined): string | undefined {
  switch (state?.state) {
    case "provisional":
      return text("status_provisional");
    case "waiting_for_prices":
      return text("status_waiting_for_prices");
    case "off":
      return text("status_off");
    case "impossible":
      return state.attributes.reason && hass.formatEntityAttributeValue
        ? hass.formatEntityAttributeValue(state, "reason")
        : text("status_impossible");
    default:
      return undefined;
  }
}
