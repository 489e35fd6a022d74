// What learners' browsers get: one module for each widget that needs nothing else.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { keysThatLeak, open } from "./page.js";

const FOLDER = new URL("../../qa_lesson/look/built_widgets/", import.meta.url);
const ROOT = new URL("../..", import.meta.url).pathname;
const code = (name) => readFileSync(new URL(name, FOLDER), "utf8");
// from its text alone, as anywidget does it, so that it can't find its neighbors
const load = async (name) => (await import(`data:text/javascript,${encodeURIComponent(code(name))}`)).default;
const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith(".js"));

test("there is one for each widget", () => {
  assert.deepEqual(
    NAMES.sort(),
    [
      "annotation",
      "annotation_page",
      "explorable",
      "flashcards",
      "graded_quiz",
      "practice_quiz",
      "review_page",
      "slider",
    ].map((name) => `${name}.js`),
  );
});

for (const name of NAMES) {
  test(`${name}: imports nothing, says where it comes from, and is the same on every machine`, async () => {
    assert.match(code(name), /^\/\/ Built from qa_lesson\/\S+\.js by "make bundle"\. Do not edit\.\n/);
    assert.doesNotMatch(code(name), /^import\b|\bimport\(|\brequire\(/m);
    assert.ok(!code(name).includes(ROOT));
    assert.deepEqual(Object.keys(await load(name)), ["render"]);
  });
}

test("a built widget works", async () => {
  const { one, model } = open(await load("slider.js"), { name: "Threshold", value: 0.5, min: 0, max: 1, step: 0.25 });
  one("input").value = "0.75";
  one("input").dispatchEvent(new Event("input"));
  assert.equal(model.get("value"), 0.75);
  assert.deepEqual(keysThatLeak(one("input")), []);
});
