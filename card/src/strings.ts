// Every text of the card, by language. To add one: a file in strings/ and a line in `languages`.

import { cy } from "./strings/cy.ts";
import { de } from "./strings/de.ts";
import { en, type Texts } from "./strings/en.ts";
import { es } from "./strings/es.ts";
import { fr } from "./strings/fr.ts";
import { pl } from "./strings/pl.ts";

export type Key = keyof typeof en;
export type Translate = (key: Key, values?: Record<string, string | number>) => string;

const known = { cy, de, en, es, fr, pl };

export type Language = keyof typeof known;
export const languages: Record<string, Texts> = known;

/** The texts of a language like "de" or "de-CH", English where there is none. */
export function translator(language = "en"): Translate {
  const texts = languages[language.split("-")[0] ?? ""] ?? en;
  return (key, values = {}) =>
    texts[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
