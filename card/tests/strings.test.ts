import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../src/strings/en.ts";
import { languages, translator, type Key } from "../src/strings.ts";

function placeholders(text: string): string[] {
  return (text.match(/\{\w+\}/g) ?? []).sort();
}

for (const [language, texts] of Object.entries(languages)) {
  test(`${language} says only what there is in English, with the same values in it`, () => {
    for (const [key, words] of Object.entries(texts)) {
      assert.ok(key in en, key);
      assert.deepEqual(placeholders(words), placeholders(en[key as Key]), key);
      assert.equal(words.trim(), words, key);
      assert.notEqual(words, "", key);
    }
  });
}

test("a country's own form is the language's, and what isn't there is English", () => {
  assert.equal(translator("de-CH")("today"), "Heute");
  assert.equal(translator("tlh")("today"), "Today");
  assert.equal(translator(undefined)("in_time", { time: "2 h" }), "in 2 h");
});
