// The page that all explorable pictures share.

import assert from "node:assert/strict";
import { test } from "node:test";

import explorable from "../../qa_lesson/look/explorable.js";
import { keysThatLeak, open, texts, type } from "./page.js";

let resize = () => {};
globalThis.ResizeObserver = class {
  constructor(listener) {
    resize = listener;
  }
  observe() {}
  disconnect() {
    resize = () => {};
  }
};

const slider = { id: "stride", kind: "slider", label: "Stride", unit: "tokens", min: 0, max: 9, step: 3 };
const choice = { id: "model", kind: "choice", label: "Model", options: ["first", "last"] };
const words = {
  id: "words",
  kind: "buttons",
  label: "Words",
  buttons: [
    { text: "the", pressed: true },
    { text: "port", name: "add port", pressed: false },
    { text: "of", disabled: true },
  ],
};
const TRAITS = {
  name: "Windows",
  intro: "<b>Move</b>",
  controls: [slider, choice, words],
  values: { stride: 3, model: "last" },
  view: "<svg></svg>",
  said: "2 windows.",
};
const copy = () => structuredClone(TRAITS);

test("controls, picture and what is said have names and roles", () => {
  const { one, all, button } = open(explorable, copy());
  assert.equal(one("section").getAttribute("aria-label"), "Windows");
  assert.equal(one("[role=status]").textContent, "2 windows.");
  assert.equal(one("section b").textContent, "Move");
  assert.equal(one("label input[type=range]").closest("label").textContent, "Stride");
  assert.equal(one("input[type=range]").value, "3");
  assert.equal(one("input[type=range]").getAttribute("aria-valuetext"), "3 tokens");
  assert.equal(one("input[type=number]").getAttribute("aria-label"), "Stride, as a number");
  assert.deepEqual(texts(all("legend, fieldset label")), ["Model", "first", "last"]);
  assert.deepEqual(
    all("[type=radio]").map((each) => each.checked),
    [false, true],
  );
  assert.equal(one("[role=group]").getAttribute("aria-label"), "Words");
  assert.equal(button("the").getAttribute("aria-pressed"), "true");
  assert.equal(button("add port").textContent, "port");
  assert.equal(button("of").getAttribute("aria-disabled"), "true");
  assert.equal(one(".qax-view").innerHTML, "<svg></svg>");
  assert.deepEqual(keysThatLeak(one("input[type=range]")), []);
});

test("moving a control sends all values, and only numbers count in the number field", () => {
  const { one, all, model } = open(explorable, copy());
  type(one("input[type=range]"), "6");
  assert.deepEqual(model.get("values"), { stride: 6, model: "last" });
  type(one("input[type=number]"), "9", true);
  assert.deepEqual(model.get("values"), { stride: 9, model: "last" });
  type(one("input[type=number]"), "", true);
  assert.deepEqual(model.get("values"), { stride: 9, model: "last" });
  const [first] = all("[type=radio]");
  first.checked = true;
  first.dispatchEvent(new Event("change"));
  assert.deepEqual(model.get("values"), { stride: 9, model: "first" });
  assert.equal(model.saves, 3);
});

test("a button sends its place, and a disabled one nothing", () => {
  const { button, model } = open(explorable, copy());
  button("add port").click();
  button("of").click();
  assert.deepEqual(model.sent, [{ press: "words", at: 1 }]);
});

test("what Python changes is drawn, and the focus stays on what was used", async () => {
  const { one, button, model } = open(explorable, copy());
  button("add port").focus();
  const range = one("input[type=range]");
  const pressed = { ...words, buttons: [words.buttons[0], { text: "port", name: "take port away", pressed: true }] };
  await model.update({
    controls: [slider, choice, pressed],
    view: "<p>new</p>",
    said: "1 window.",
    values: { stride: 9 },
  });
  assert.equal(document.activeElement, button("take port away"));
  assert.equal(one("input[type=range]"), range, "a control that has not changed is not drawn again");
  assert.equal(range.value, "9");
  assert.equal(one(".qax-view").innerHTML, "<p>new</p>");
  assert.equal(one("[role=status]").textContent, "1 window.");
  button("take port away").focus();
  await model.update({ controls: [slider, { ...words, buttons: [words.buttons[0]] }] });
  assert.equal(document.activeElement, button("the"), "a button that has gone leaves the focus to the last one");
});

test("a control that has gone is taken away, and nothing is drawn after the end", async () => {
  const { all, one, model, end } = open(explorable, copy());
  await model.update({ controls: [words], values: {} });
  assert.equal(all("input").length, 0);
  end();
  await model.update({ said: "late" });
  assert.equal(one("[role=status]").textContent, "2 windows.");
  assert.deepEqual(model.heard, []);
});

test("radio buttons of two pictures do not share a name", () => {
  const first = open(explorable, copy()).all("fieldset input")[0].name;
  assert.notEqual(open(explorable, copy()).all("fieldset input")[0].name, first);
});

test("a picture that is wider than its place can be reached and has a name", () => {
  const view = open(explorable, copy()).one(".qax-view");
  assert.equal(view.hasAttribute("tabindex"), false);
  Object.defineProperty(view, "scrollWidth", { value: 500 });
  resize();
  assert.deepEqual([view.getAttribute("tabindex"), view.getAttribute("role")], ["0", "group"]);
  assert.equal(view.getAttribute("aria-label"), "Picture, scrolls sideways");
});
