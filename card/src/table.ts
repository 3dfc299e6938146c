// The same prices as a table, for those who listen.

import { html, type TemplateResult } from "lit";
import { exactPrice } from "./format.ts";
import { slotNotes } from "./tip.ts";
import { dayWord } from "./summary.ts";
import type { HomeAssistant } from "./hass.ts";
import type { Scene } from "./marks.ts";

export function table(scene: Scene, hass: HomeAssistant): TemplateResult {
  const { model, text, clock } = scene;
  return html`<table>
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
            <td>${exactPrice(clock.language, slot.price)}</td>
            <td>${slotNotes(scene, hass, slot).map(({ words }) => words).join(", ")}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
