// Every text of the bills card, by language. It has its own, so that its file stays small.

import { cy } from "./strings/cy.ts";
import { de } from "./strings/de.ts";
import { en, type Texts } from "./strings/en.ts";
import { es } from "./strings/es.ts";
import { fr } from "./strings/fr.ts";
import { pl } from "./strings/pl.ts";

export type Key = keyof typeof en;
export type Translate = (key: Key, values?: Record<string, string | number>) => string;

export const languages: Record<string, Texts> = { cy, de, en, es, fr, pl };

/** The texts of a language like "de" or "de-CH", English where there is none. */
export function translator(language = "en"): Translate {
  const texts = languages[language.split("-")[0] ?? ""] ?? en;
  return (key, values = {}) =>
    texts[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
