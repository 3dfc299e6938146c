// The same bills as a table, for those who listen.

import { html, type TemplateResult } from "lit";
import { bill, isKnown, type Month, type Tariff } from "./data.ts";
import { energy, gaps, meanPrice, money, notes, title, type Scene } from "./words.ts";

export function table(scene: Scene): TemplateResult {
  const { text, bills, shown } = scene;
  return html`<table>
    <caption>
      ${text("table_caption")}
    </caption>
    <thead>
      <tr>
        <th scope="col">${text("month")}</th>
        <th scope="col">${text("tariff")}</th>
        <th scope="col">${text("total")}</th>
        <th scope="col">${text("energy")}</th>
        <th scope="col">${text("mean_price")}</th>
        <th scope="col">${text("standing_charge")}</th>
        <th scope="col">${text("notes")}</th>
      </tr>
    </thead>
    <tbody>
      ${bills.months.map((month) => shown.map((tariff) => row(scene, month, tariff)))}
    </tbody>
  </table>`;
}

function row(scene: Scene, month: Month, { code, name }: Tariff): TemplateResult {
  const { language, text } = scene;
  const found = bill(month, code);
  const known = isKnown(found);
  return html`<tr>
    <th scope="row">${title(scene, month)}</th>
    <td>${name}</td>
    <td>${known ? money(language, found.total) : text("nothing_known")}</td>
    <td>${known ? energy(scene, found) : ""}</td>
    <td>${known ? meanPrice(scene, found) : ""}</td>
    <td>${known ? money(language, found.standing_charge) : ""}</td>
    <td>${[...notes(scene, month), ...(known ? gaps(scene, found) : [])].join(", ")}</td>
  </tr>`;
}
