// The same prices and plans in words, for those who listen.

import { html, nothing, type TemplateResult } from "lit";
import { money, price } from "./format.ts";
import type { HomeAssistant } from "./hass.ts";
import type { Scene } from "./marks.ts";
import { at, type Period, type Plan } from "./model.ts";
import { remark, remarkWords } from "./status.ts";
import { dayWord, heading } from "./summary.ts";
import { expectedWords, pendingWords, slotNotes } from "./tip.ts";

/** "Cheapest 4 h by 07:00: Tomorrow 01:00 to 05:00, £4.82" */
function planWords(scene: Scene, hass: HomeAssistant, plan: Plan): string {
  const { text, clock } = scene;
  const times = plan.sessions.map(({ start, end }) =>
    text("slot", { day: dayWord(scene, start), start: clock.time(start), end: clock.time(end) }),
  );
  const { cost } = plan;
  const costs = cost === undefined || !times.length ? [] : [costWords(scene, cost, plan.isExport)];
  const said = remark(scene, hass, plan);
  const all = [...(times.length ? times : [text("no_session")]), ...costs, ...(said ? [remarkWords(scene, said)] : [])];
  return `${heading(scene, hass, plan)}: ${all.join(", ")}`;
}

function costWords({ text, clock }: Scene, cost: number, isExport: boolean): string {
  if (isExport) return `${text("earnings")} ${money(clock.language, cost)}`;
  return cost < 0 ? text("you_are_paid", { money: money(clock.language, -cost) }) : money(clock.language, cost);
}

export function table(scene: Scene, hass: HomeAssistant): TemplateResult {
  const { model, text, clock } = scene;
  const pending = pendingWords(scene);
  const hasExport = model.exported.length > 0;
  const row = (period: Period, costs: string) => {
    const { start, end } = period;
    const paid = at(model.exported, start);
    return html`<tr>
      <th scope="row">${text("slot", { day: dayWord(scene, start), start: clock.time(start), end: clock.time(end) })}</th>
      <td>${costs}</td>
      ${hasExport ? html`<td>${paid && price(clock.language, paid.price)}</td>` : nothing}
      <td>${slotNotes(scene, hass, period).map(({ words }) => words).join(", ")}</td>
    </tr>`;
  };
  return html`<ul aria-label=${text("plan_choice")}>
      ${model.plans.map((plan) => html`<li>${planWords(scene, hass, plan)}</li>`)}
    </ul>
    ${pending ? html`<p>${pending}</p>` : nothing}
    <table>
      <caption>
        ${text("table_caption")}
      </caption>
      <thead>
        <tr>
          <th scope="col">${text("time")}</th>
          <th scope="col">${text("price")}</th>
          ${hasExport ? html`<th scope="col">${text("export_pays")}</th>` : nothing}
          <th scope="col">${text("notes")}</th>
        </tr>
      </thead>
      <tbody>
        ${model.slots.map((slot) => row(slot, price(clock.language, slot.price)))}
        ${model.ahead.map((expected) => row(expected, expectedWords(scene, expected)))}
      </tbody>
    </table>`;
}
