// The same prices and plans in words, for those who listen.

import { html, nothing, type TemplateResult } from "lit";
import { money, price } from "./format.ts";
import type { HomeAssistant } from "./hass.ts";
import type { Scene } from "./marks.ts";
import type { Plan } from "./model.ts";
import { remark, remarkWords } from "./status.ts";
import { dayWord, heading } from "./summary.ts";
import { pendingWords, slotNotes } from "./tip.ts";

/** "Cheapest 4 h by 07:00: Tomorrow 01:00 to 05:00, £4.82" */
function planWords(scene: Scene, hass: HomeAssistant, plan: Plan): string {
  const { text, clock } = scene;
  const times = plan.sessions.map(({ start, end }) =>
    text("slot", { day: dayWord(scene, start), start: clock.time(start), end: clock.time(end) }),
  );
  const { cost } = plan;
  const costs =
    cost === undefined || !times.length
      ? []
      : [cost < 0 ? text("you_are_paid", { money: money(clock.language, -cost) }) : money(clock.language, cost)];
  const said = remark(scene, hass, plan);
  const all = [...(times.length ? times : [text("no_session")]), ...costs, ...(said ? [remarkWords(scene, said)] : [])];
  return `${heading(scene, hass, plan)}: ${all.join(", ")}`;
}

export function table(scene: Scene, hass: HomeAssistant): TemplateResult {
  const { model, text, clock } = scene;
  const pending = pendingWords(scene);
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
          <th scope="col">${text("notes")}</th>
        </tr>
      </thead>
      <tbody>
        ${model.slots.map(
          (slot) =>
            html`<tr>
              <th scope="row">
                ${text("slot", { day: dayWord(scene, slot.start), start: clock.time(slot.start), end: clock.time(slot.end) })}
              </th>
              <td>${price(clock.language, slot.price)}</td>
              <td>${slotNotes(scene, hass, slot).map(({ words }) => words).join(", ")}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}
