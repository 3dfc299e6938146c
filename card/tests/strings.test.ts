import assert from "node:assert/strict";
import { test } from "node:test";
import { languages, translator, type Key } from "../src/strings.ts";

function placeholders(text: string): string[] {
  return (text.match(/\{\w+\}/g) ?? []).sort();
}

for (const [language, texts] of Object.entries(languages)) {
  test(`${language} says everything, with the same values in it`, () => {
    const english = languages["en"]!;
    assert.deepEqual(Object.keys(texts), Object.keys(english));
    for (const key of Object.keys(english) as Key[]) {
      assert.deepEqual(placeholders(texts[key]), placeholders(english[key]), key);
      assert.equal(texts[key].trim(), texts[key], key);
      assert.notEqual(texts[key], "", key);
    }
  });
}

test("a country's own form is the language's, and what isn't there is English", () => {
  assert.equal(translator("de-CH")("today"), "Heute");
  assert.equal(translator("tlh")("today"), "Today");
  assert.equal(translator(undefined)("in_time", { time: "2 h" }), "in 2 h");
});
