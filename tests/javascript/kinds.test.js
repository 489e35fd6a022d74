// Every kind of question: how it is drawn, answered and shown again, and what its keys do.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { make } from "../../qa_lesson/look/dom.js";
import { answerInputs, KINDS } from "../../qa_lesson/quiz/kinds/index.js";
import { frame } from "../../qa_lesson/quiz/pages/frame.js";
import { finders, keysThatLeak, press, select, texts, type } from "./page.js";

const OPTIONS = [
  { id: "f1", text: "<code>F1</code>" },
  { id: "em", text: "exact match" },
  { id: "loss", text: "the loss" },
];
const ITEMS = [
  { id: "train", text: "<em>train</em>", name: "train" },
  { id: "split", text: "split", name: "split" },
  { id: "score", text: "score", name: "score" },
];
const ASKED = {
  single: { kind: "single", instruction: "Choose one.", options: OPTIONS },
  multi: { kind: "multi", instruction: "Choose all that apply.", options: OPTIONS },
  numeric: { kind: "numeric", instruction: "Type a number.", unit: "fraction" },
  text: { kind: "text", instruction: "Type a word." },
  span: { kind: "span", instruction: "Copy the answer.", context: "Ana said:  “20 °C <b>” 🌊 to Zoë." },
  ordering: { kind: "ordering", instruction: "Put in order.", items: ITEMS },
  free_text: {
    kind: "free_text",
    instruction: "In your own words.",
    criteria: [
      { text: "Names the <em>cause</em>.", points: 2 },
      { text: "Names a remedy.", points: 1 },
    ],
    max_words: 4,
    lines: 6,
  },
  code: { kind: "code", instruction: "Write the code.", template: "if a < 1:\n    return ___ + 1" },
};

/** A question on the page, with what the page around it has been told. */
function draw(kind, response = null, { locked = false, more = {}, why = () => null } = {}) {
  const question = { id: `q-${kind}`, ...ASKED[kind], ...more };
  const told = { responses: [], typing: [], entered: 0, said: [], response };
  const fieldset = make("fieldset");
  document.body.replaceChildren(frame("x", fieldset));
  const inputs = answerInputs("uid", fieldset, {
    question: () => question,
    response: () => told.response,
    locked: () => locked,
    change(given, typing) {
      told.response = given;
      told.responses.push(given);
      told.typing.push(typing);
    },
    enter: () => (told.entered += 1),
    say: (text) => told.said.push(text),
    why,
    sign: () => null,
  });
  inputs.draw();
  return { fieldset, told, inputs, ...finders(fieldset) };
}

/** Ids of the items from top to bottom. */
const order = ({ all }) => texts(all("li .qal-text"));
const field = ({ one }) => one(".qal-field input, .qal-field textarea");

test("the page knows the kinds of the published schema of the quiz bank, and no others", () => {
  const schema = JSON.parse(readFileSync(new URL("../../quizzes/schema.json", import.meta.url), "utf8"));
  const kinds = Object.values(schema.$defs).flatMap(({ properties }) => properties?.kind?.const ?? []);
  assert.deepEqual(Object.keys(KINDS).sort(), kinds.sort());
  assert.deepEqual(Object.keys(ASKED).sort(), kinds.sort());
});

for (const kind of Object.keys(KINDS)) {
  test(`${kind}: the instruction names the group, and no key reaches JupyterLab`, () => {
    const { fieldset, all } = draw(kind);
    assert.equal(fieldset.firstChild.tagName, "LEGEND");
    assert.equal(fieldset.firstChild.textContent, ASKED[kind].instruction);
    const controls = all("input, textarea, button");
    assert.ok(controls.length > 0);
    for (const control of controls) assert.deepEqual(keysThatLeak(control), []);
  });

  test(`${kind}: every input has a name of its own to be read aloud`, () => {
    const { all } = draw(kind);
    for (const input of all("input, textarea")) assert.ok(input.labels.length === 1 && input.labels[0].textContent);
    const names = all("button").map((button) => button.getAttribute("aria-label"));
    assert.equal(new Set(names).size, names.length);
  });

  test(`${kind}: freshly drawn inputs hold the response, and not another one`, () => {
    const responses = { single: "em", multi: ["f1", "loss"], ordering: ["score", "train", "split"] };
    const shown = draw(kind, responses[kind] ?? "20 °C");
    assert.equal(shown.inputs.hold(), true);
    shown.told.response = null;
    assert.equal(shown.inputs.hold(), false);
    shown.inputs.draw();
    assert.equal(shown.inputs.hold(), true);
    assert.deepEqual(shown.told.responses, [], "drawing is not answering");
  });
}

test("single: one option at a time, its id is the response", () => {
  const { all, told, one } = draw("single");
  assert.deepEqual(texts(all("label")), ["F1", "exact match", "the loss"]);
  assert.equal(one("label code").textContent, "F1", "texts of options are HTML");
  assert.equal(new Set(all("input[type=radio]").map((input) => input.name)).size, 1);
  all("input")[2].click();
  all("input")[0].click();
  assert.deepEqual(told.responses, ["loss", "f1"]);
  assert.deepEqual(told.typing, [false, false]);
  assert.deepEqual(
    all("input:checked").map((input) => input.value),
    ["f1"],
  );
});

test("single: the response comes back checked", () => {
  const { one } = draw("single", "em");
  assert.equal(one("input:checked").value, "em");
});

test("multi: the ids of all checked options in the order of the page, null without any", () => {
  const { all, told } = draw("multi", ["em"]);
  const [f1, em, loss] = all("input[type=checkbox]");
  assert.deepEqual([f1.checked, em.checked, loss.checked], [false, true, false]);
  loss.click();
  f1.click();
  for (const input of [em, f1, loss]) input.click();
  assert.deepEqual(told.responses, [["em", "loss"], ["f1", "em", "loss"], ["f1", "loss"], ["loss"], null]);
});

test("options: what the page says of an option stands below it", () => {
  const why = (id) => (id === "em" ? make("span", { class: "why", text: "Too strict." }) : null);
  const { all } = draw("single", "em", { why });
  assert.deepEqual(
    all(".qal-option").map((option) => option.querySelector(".why")?.textContent),
    [undefined, "Too strict.", undefined],
  );
});

for (const kind of ["text", "numeric", "span", "code", "free_text"]) {
  test(`${kind}: typing is told as typing, leaving the field is not, and an empty field is no response`, () => {
    const shown = draw(kind, "0.5");
    const input = field(shown);
    assert.equal(input.value, "0.5");
    type(input, "0,75");
    type(input, "1", true);
    type(input, "");
    assert.deepEqual(shown.told.responses, ["0,75", "1", "1", null]);
    assert.deepEqual(shown.told.typing, [true, true, false, true]);
    assert.equal(shown.inputs.hold(), true);
    for (const name of ["spellcheck", "autocomplete", "autocapitalize"]) assert.ok(input.hasAttribute(name));
  });
}

for (const kind of ["text", "numeric", "span"]) {
  test(`${kind}: Enter is up to the page, but not while a character is being composed`, () => {
    const shown = draw(kind);
    press(field(shown), "Enter", { isComposing: true });
    assert.equal(shown.told.entered, 0);
    assert.equal(press(field(shown), "Enter").defaultPrevented, true);
    assert.equal(shown.told.entered, 1);
  });
}

test("numeric: the label has the unit, and a number that code has set is shown", () => {
  const shown = draw("numeric", 54);
  assert.equal(field(shown).labels[0].textContent, "Number (fraction)");
  assert.equal(field(shown).value, "54");
  assert.equal(field(shown).getAttribute("inputmode"), "decimal");
  assert.equal(shown.inputs.hold(), true);
  assert.equal(field(draw("numeric", null, { more: { unit: "" } })).labels[0].textContent, "Number");
  assert.equal(field(draw("numeric", 0)).value, "0");
});

test("text: HTML in a response stays text", () => {
  assert.equal(field(draw("text", "<i>a</i>")).value, "<i>a</i>");
});

test("span: the context is plain text, and a selection in it becomes the response", () => {
  const shown = draw("span");
  const context = shown.one("blockquote");
  assert.equal(context.innerHTML, "Ana said:  “20 °C &lt;b&gt;” 🌊 to Zoë.");
  const text = context.firstChild;
  const at = (part) => text.data.indexOf(part);
  select(context, text, at("20"), text, at(" <b>"));
  select(context, text, at(" 🌊"), text, at("to"));
  assert.deepEqual(shown.told.responses, ["20 °C", "🌊"], "without spaces at the ends");
  assert.equal(field(shown).value, "🌊");
});

test("span: no selection, one that leaves the context, and one in a closed question change nothing", () => {
  const shown = draw("span", "20 °C");
  const context = shown.one("blockquote");
  select(context, context.firstChild, 3, context.firstChild, 3);
  select(context, shown.one("legend").firstChild, 0, context.firstChild, 3);
  assert.deepEqual(shown.told.responses, []);
  const closed = draw("span", "20 °C", { locked: true });
  const { firstChild } = closed.one("blockquote");
  select(closed.one("blockquote"), firstChild, 0, firstChild, 3);
  assert.deepEqual(closed.told.responses, []);
  assert.equal(field(closed).value, "20 °C");
});

test("code: the template is plain text with its blank marked, and Enter begins a new line", () => {
  const shown = draw("code", "a\nb");
  assert.equal(shown.one("pre").textContent, ASKED.code.template);
  assert.equal(shown.one("pre .qal-blank").textContent, "___");
  assert.equal(field(shown).tagName, "TEXTAREA");
  assert.equal(field(shown).value, "a\nb");
  assert.equal(press(field(shown), "Enter").defaultPrevented, false);
  assert.equal(shown.told.entered, 0);
});

test("ordering: items begin in the order of the page, or in that of the response", () => {
  const shown = draw("ordering");
  assert.deepEqual(order(shown), ["train", "split", "score"]);
  assert.equal(shown.one("li em").textContent, "train", "texts of items are HTML");
  assert.deepEqual(order(draw("ordering", ["score", "train", "split"])), ["score", "train", "split"]);
});

test("ordering: an arrow moves its item, the focus goes with it, and the place is read aloud", () => {
  const shown = draw("ordering");
  shown.button("Move down: train").click();
  assert.deepEqual(order(shown), ["split", "train", "score"]);
  assert.deepEqual(shown.told.responses, [["split", "train", "score"]]);
  assert.equal(document.activeElement, shown.button("Move down: train"));
  document.activeElement.click();
  assert.deepEqual(shown.told.response, ["split", "score", "train"]);
  assert.equal(document.activeElement, shown.button("Move up: train"), "there is no further down");
  document.activeElement.click();
  document.activeElement.click();
  assert.deepEqual(shown.told.response, ["train", "split", "score"]);
  assert.equal(document.activeElement, shown.button("Move down: train"), "there is no further up");
  assert.deepEqual(shown.told.said, [
    "train: now 2 of 3",
    "train: now 3 of 3",
    "train: now 2 of 3",
    "train: now 1 of 3",
  ]);
  assert.deepEqual(shown.told.typing, [false, false, false, false]);
});

test("ordering: the inputs hold the new order when the page is told of it", () => {
  const shown = draw("ordering");
  let held = null;
  shown.told.responses.push = () => (held = shown.inputs.hold());
  shown.button("Move up: score").click();
  assert.equal(held, true, "or the page would draw them again, and the focus would be lost");
});

test("ordering: arrows at the ends do nothing and stay in the tab order", () => {
  const shown = draw("ordering");
  for (const name of ["Move up: train", "Move down: score"]) {
    assert.equal(shown.button(name).getAttribute("aria-disabled"), "true");
    assert.equal(shown.button(name).disabled, false);
    shown.button(name).click();
  }
  assert.deepEqual(shown.told.responses, []);
});

test("ordering: a closed question has no arrows and says something of each item", () => {
  const shown = draw("ordering", ["score", "train", "split"], {
    locked: true,
    why: (id) => make("span", { text: `:${id}` }),
    sign: () => null,
  });
  assert.deepEqual(shown.all("button"), []);
  assert.deepEqual(texts(shown.all("li")), ["score:score", "train:train", "split:split"]);
});

test("ordering: the response that the page keeps isn't changed behind its back", () => {
  const response = ["score", "train", "split"];
  const shown = draw("ordering", response);
  shown.button("Move down: score").click();
  assert.deepEqual(response, ["score", "train", "split"]);
});

test("free_text: learners see what is judged and how much it can earn, and the field is described by it", () => {
  const { all, one } = draw("free_text");
  assert.deepEqual(texts(all("li")), ["Names the cause. (up to 2 points)", "Names a remedy. (up to 1 point)"]);
  assert.equal(one("li em").textContent, "cause", "criteria are HTML");
  const area = one("textarea");
  assert.equal(area.rows, 6);
  assert.equal(area.getAttribute("spellcheck"), "true");
  const described = area.getAttribute("aria-describedby").split(" ");
  assert.deepEqual(
    described.map((id) => document.getElementById(id).tagName),
    ["UL", "P"],
  );
});

test("free_text: without criteria there is no list, and without a limit the words are counted only", () => {
  const shown = draw("free_text", "one\n two", { more: { criteria: [], max_words: null } });
  assert.deepEqual(shown.all("ul"), []);
  assert.equal(shown.one("textarea").getAttribute("aria-describedby"), shown.one(".qal-count").id);
  assert.equal(shown.one(".qal-count").textContent, "2 words");
  type(field(shown), "one");
  assert.equal(shown.one(".qal-count").textContent, "1 word");
  assert.deepEqual(shown.told.said, []);
});

test("free_text: the count follows the typing, and more words than asked for are told once and not refused", () => {
  const shown = draw("free_text");
  const count = shown.one(".qal-count");
  assert.equal(count.textContent, "0 of at most 4 words");
  const long = "5 words: 1 more than the 4 asked for. You can still hand it in.";
  for (const [typed, told, isLong] of [
    ["a b c d", "4 of at most 4 words", "false"],
    ["a b c d\n\ne ", long, "true"],
    ["a b c d e f", "6 words: 2 more than the 4 asked for. You can still hand it in.", "true"],
    ["a", "1 of at most 4 words", "false"],
  ]) {
    type(field(shown), typed);
    assert.equal(count.textContent, told);
    assert.equal(count.dataset.long, isLong);
    assert.equal(shown.told.response, typed, "as it was typed");
  }
  assert.deepEqual(shown.told.said, [long, "1 of at most 4 words"], "only when the limit is crossed");
});

test("free_text: an answer that is too long when it is drawn is marked, and nothing is read aloud", () => {
  const shown = draw("free_text", "a b c d e");
  assert.equal(shown.one(".qal-count").dataset.long, "true");
  assert.deepEqual(shown.told.said, []);
});

test("free_text: Enter begins a new line, and lines of other systems are held", () => {
  const shown = draw("free_text", "a\r\nb\rc");
  assert.equal(shown.inputs.hold(), true);
  assert.equal(press(field(shown), "Enter").defaultPrevented, false);
  assert.equal(shown.told.entered, 0);
});
