// Tables of the page about a class can be sorted by every column, with the mouse and with the keyboard.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { JSDOM } from "jsdom";

const SCRIPT = readFileSync(new URL("../../qa_lesson/grading/overview/templates/sorting.js", import.meta.url), "utf8");
const HEAD = "<thead><tr><th>who</th><th>right</th></tr></thead>";
const ROWS = [
  ["Cem", 10, "10 of 10"],
  ["ann", 9, "9 of 9"],
  ["Bo", 0.5, "-"],
].map(([who, key, shown]) => `<tr><th>${who}</th><td data-sort="${key}">${shown}</td></tr>`);
const PAGE = `<table class="sortable">${HEAD}<tbody>${ROWS.join("")}</tbody></table><table>${HEAD}</table>`;

function opened(page = PAGE) {
  const { window } = new JSDOM(page, { runScripts: "outside-only" });
  window.eval(SCRIPT);
  return window.document;
}

const names = (document) => [...document.querySelectorAll("tbody th")].map((cell) => cell.textContent);
const pressed = (document, place) => document.querySelectorAll("th button")[place].click();
const sorts = (document) => [...document.querySelectorAll("thead th")].map((head) => head.getAttribute("aria-sort"));

test("numbers sort by size, by what the cell says to sort by, and back", () => {
  const document = opened();
  assert.deepEqual(names(document), ["Cem", "ann", "Bo"]);
  pressed(document, 1);
  assert.deepEqual(names(document), ["Bo", "ann", "Cem"]);
  assert.deepEqual(sorts(document), [null, "ascending", null, null]);
  pressed(document, 1);
  assert.deepEqual(names(document), ["Cem", "ann", "Bo"]);
  assert.equal(sorts(document)[1], "descending");
});

test("texts sort by the alphabet, whatever their capitals", () => {
  const document = opened();
  pressed(document, 0);
  assert.deepEqual(names(document), ["ann", "Bo", "Cem"]);
  pressed(document, 1);
  assert.deepEqual(sorts(document), [null, "ascending", null, null]); // one column at a time
});

test("a heading is a button with its own words; other tables stay as they are", () => {
  const document = opened();
  const buttons = [...document.querySelectorAll("button")];
  assert.deepEqual(
    buttons.map((button) => [button.textContent, button.type]),
    [
      ["who", "button"],
      ["right", "button"],
    ],
  );
});

test("a table without rows or heading does no harm", () => {
  const document = opened('<table class="sortable"><tbody></tbody></table>');
  assert.equal(document.querySelectorAll("button").length, 0);
});
