// The helpers of every widget, and the slider.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  focusIn,
  hideStill,
  keepKeys,
  make,
  onEnter,
  replaceIfNew,
  selectedRange,
  setText,
} from "../../qa_lesson/look/dom.js";
import { redrawOn } from "../../qa_lesson/look/model.js";
import slider from "../../qa_lesson/look/slider.js";
import { FakeModel, keysThatLeak, open, press, redrawn, select } from "./page.js";

test("make sets text as text, html as html, and attributes by their value", () => {
  const pressed = [];
  const node = make(
    "p",
    {
      id: "x",
      text: "<b>a</b>",
      hidden: true,
      title: false,
      lang: null,
      dir: undefined,
      onclick: () => pressed.push(1),
    },
    make("i", { html: "<b>c</b>" }),
    null,
    " and <d>",
  );
  assert.equal(node.outerHTML, '<p id="x" hidden="">&lt;b&gt;a&lt;/b&gt;<i><b>c</b></i> and &lt;d&gt;</p>');
  node.click();
  assert.deepEqual(pressed, [1]);
});

test("what is the same already stays, so that it isn't announced again", () => {
  const node = make("div", {}, make("p", { text: "a" }), "b");
  const [paragraph, text] = node.childNodes;
  replaceIfNew(node, [make("p", { text: "a" }), "b"]);
  assert.equal(node.firstChild, paragraph);
  replaceIfNew(node, [make("p", { text: "c" })]);
  assert.equal(node.innerHTML, "<p>c</p>");
  const line = make("p", { text: "a" });
  const { firstChild } = line;
  setText(line, "a");
  assert.equal(line.firstChild, firstChild);
  setText(line, "<b>");
  assert.equal(line.innerHTML, "&lt;b&gt;");
  assert.equal(text.textContent, "b");
});

test("keys stay inside", () => {
  const inside = make("input");
  document.body.replaceChildren(inside);
  assert.equal(keysThatLeak(inside).length, 12);
  document.body.replaceChildren(keepKeys(make("div", {}, inside)));
  assert.deepEqual(keysThatLeak(inside), []);
});

test("Enter acts, but not while a character is being composed, and no other key does", () => {
  const field = make("input");
  let n = 0;
  onEnter(field, () => (n += 1));
  assert.equal(press(field, "Enter").defaultPrevented, true);
  assert.equal(press(field, "Enter", { isComposing: true }).defaultPrevented, false);
  assert.equal(press(field, "a").defaultPrevented, false);
  assert.equal(n, 1);
});

test("a selection counts if all of it is inside", () => {
  const passage = make("div", {}, "one ", make("mark", { text: "two" }), " three");
  document.body.replaceChildren(passage, make("p", { text: "outside" }));
  document.getSelection().removeAllRanges();
  assert.equal(selectedRange(passage), null);
  const [one, mark, three] = passage.childNodes;
  select(passage, one, 1, three, 3);
  assert.equal(selectedRange(passage).toString(), "ne two th");
  select(passage, mark.firstChild, 1, mark.firstChild, 1);
  assert.equal(selectedRange(passage), null);
  select(passage, one, 1, document.querySelector("p").firstChild, 2);
  assert.equal(selectedRange(passage), null);
});

test("focusIn goes to the first match and stays if there is none", () => {
  const node = make("div", {}, make("button", { text: "a" }), make("button", { text: "b" }));
  document.body.replaceChildren(node);
  focusIn(node, "button");
  assert.equal(document.activeElement.textContent, "a");
  focusIn(node, "input");
  assert.equal(document.activeElement.textContent, "a");
});

test("changes that arrive together are drawn once, and not after the end", async () => {
  const model = new FakeModel({ a: 1, b: 2, c: 3 });
  let drawn = 0;
  const end = redrawOn(model, ["a", "b"], () => (drawn += 1));
  await model.update({ a: 2, b: 3, c: 4 });
  assert.equal(drawn, 1);
  await model.update({ c: 5 });
  assert.equal(drawn, 1);
  await model.update({ b: 5 });
  assert.equal(drawn, 2);
  end();
  model.set("a", 9);
  await redrawn();
  assert.equal(drawn, 2);
  assert.deepEqual(model.heard, []);
});

const SLIDER = { name: "Threshold", value: 0.5, min: -2, max: 2, step: 0.25 };

test("the slider shows the value, its limits and its name", async () => {
  const { one, model } = open(slider, SLIDER);
  const input = one("input[type=range]");
  assert.equal(input.getAttribute("aria-label"), "Threshold");
  assert.deepEqual([input.min, input.max, input.step, input.value], ["-2", "2", "0.25", "0.5"]);
  await model.update({ value: -1.25 });
  assert.equal(input.value, "-1.25");
  assert.equal(model.saves, 0);
});

test("moving the slider sends a number", () => {
  const { one, model, end } = open(slider, SLIDER);
  const input = one("input");
  input.value = "1.75";
  input.dispatchEvent(new Event("input"));
  assert.equal(model.get("value"), 1.75);
  assert.equal(model.saves, 1);
  assert.deepEqual(keysThatLeak(input), []);
  end();
  assert.deepEqual(model.heard, []);
});

test("the still picture before a widget is hidden, and no other", () => {
  const [earlier, own, later] = ["a", "b", "c"].map((text) => make("div", { class: "qa-still", text }));
  const widget = make("section");
  const area = make("div", {}, make("div", {}, own), make("div", {}, make("div", {}, widget)));
  document.body.replaceChildren(make("div", {}, earlier), area, make("div", {}, later));
  hideStill(widget);
  assert.deepEqual(
    [earlier, own, later].map((still) => still.hasAttribute("hidden")),
    [false, true, false],
  );
});

test("a widget that is not on the page yet is looked for again", async () => {
  const still = make("div", { class: "qa-still" });
  const widget = make("section");
  document.body.replaceChildren(still);
  hideStill(widget);
  assert.equal(still.hasAttribute("hidden"), false);
  document.body.append(widget);
  await new Promise((done) => setTimeout(done, 80));
  assert.equal(still.hasAttribute("hidden"), true);
});
