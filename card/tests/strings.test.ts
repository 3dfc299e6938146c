import assert from "node:assert/strict";
import { test } from "node:test";
import { languages as billsLanguages } from "../src/bills/strings.ts";
import { languages, translator } from "../src/strings.ts";

/** Texts that are the same as in English everywhere, or in one language. All others are to be translated. */
const NAMES_AND_UNITS = [
  "Octopus Agile", "p/kWh", "{price}p", "{hours} h", "{minutes} min", "{hours} h {minutes} min", "{words}: {reason}",
  "{price} p/kWh", "{energy} kWh",
];
const SAME: Record<string, string[]> = {
  cy: ["Tariff"],
  de: ["Boost", "in {time}"],
  es: ["Total"],
  fr: ["Boost", "Impossible", "Total"],
  pl: [],
};

function placeholders(text: string): string[] {
  return (text.match(/\{\w+\}/g) ?? []).sort();
}

const cards: [string, Record<string, Record<string, string>>][] = [["card", languages], ["bills", billsLanguages]];

test("both cards speak the same languages", () => {
  assert.deepEqual(Object.keys(billsLanguages), Object.keys(languages));
  assert.deepEqual(Object.keys(SAME), Object.keys(languages).filter((language) => language !== "en"));
});

test("nothing is allowed to be as in English that isn't", () => {
  for (const [language, allowed] of Object.entries(SAME)) {
    const words = cards.flatMap(([, spoken]) => Object.values(spoken[language]!));
    assert.deepEqual(allowed.filter((text) => !words.includes(text)), [], language);
  }
});

for (const [card, spoken] of cards) {
  const english = spoken["en"]!;
  for (const [language, texts] of Object.entries(spoken).filter(([name]) => name !== "en")) {
    test(`the ${card} in ${language} says everything, in its own words and with the same values in it`, () => {
      assert.deepEqual(Object.keys(texts), Object.keys(english));
      for (const [key, words] of Object.entries(texts)) {
        const original = english[key]!;
        assert.deepEqual(placeholders(words), placeholders(original), key);
        assert.equal(words.trim(), words, key);
        assert.notEqual(words, "", key);
        const isOwn = words !== original || NAMES_AND_UNITS.includes(words) || SAME[language]!.includes(words);
        assert.ok(isOwn, `${key} is still in English: ${words}`);
      }
    });
  }
}

test("a country's own form is the language's, and what isn't there is English", () => {
  assert.equal(translator("de-CH")("today"), "Heute");
  assert.equal(translator("tlh")("today"), "Today");
  assert.equal(translator(undefined)("in_time", { time: "2 h" }), "in 2 h");
});
