// The annotation widget, above all that its positions are the UTF-16 units that Python expects.

import assert from "node:assert/strict";
import { test } from "node:test";

import annotation from "../../qa_lesson/views/annotation.js";
import { guessKind, wordsOf } from "../../qa_lesson/views/annotating/keys.js";
import { isShown, keysThatLeak, open, press, select, stopClock, texts, type } from "./page.js";

const { tick } = stopClock();

// two units each: the wave, the island and the mathematical a; "e" with a combining accent: two units, one character
const PASSAGE = "🌊 Bram keeps the light on 🏝 Skelm. Cafe\u0301 Skelm has 𝒶 cake.";

function start(traits = {}) {
  const page = open(annotation, {
    file_name: "own.jsonl",
    n_passages: 0,
    index: -1,
    passage: PASSAGE,
    document: "Harbour",
    pasted: "",
    source: "",
    question: "",
    span: [],
    answer: "",
    kept: [],
    kind: "",
    place: "",
    reach: "",
    no_answer: false,
    editing: "",
    form_version: 0,
    caption: "",
    entries: [],
    message: "",
    message_kind: "",
    message_version: 0,
    ...traits,
  });
  const field = (label) => {
    const found = page.all("label").filter((each) => each.textContent === label);
    assert.equal(found.length, 1, label);
    return document.getElementById(found[0].htmlFor);
  };
  const passage = page.one("[role=group]");
  const hint = () => document.getElementById(field("Answer").getAttribute("aria-describedby")).firstChild.textContent;
  return { ...page, field, passage, hint, lastForm: () => page.model.sent.at(-1)?.form };
}

/** Selects a part of the passage with the mouse; `from` says which occurrence. */
function drag(page, part, from = 0) {
  const begin = PASSAGE.indexOf(part, from);
  assert.ok(begin >= 0);
  select(page.passage, ...boundary(page.passage, begin), ...boundary(page.passage, begin + part.length));
  return [begin, begin + part.length];
}

/** The text node of `root` with a position of its text, and the position in that node. */
function boundary(root, position) {
  let left = position;
  const walker = document.createTreeWalker(root, 4); // 4: text
  while (walker.nextNode()) {
    if (left <= walker.currentNode.length) return [walker.currentNode, left];
    left -= walker.currentNode.length;
  }
  throw new Error("past the end");
}

test("every field has a name, and no key reaches JupyterLab", () => {
  const { all, one } = start();
  for (const input of all("input, textarea")) assert.equal(input.labels.length, 1);
  assert.equal(
    one("[role=group]").getAttribute("aria-label"),
    "Passage: select the answer with the mouse, or with the arrow keys",
  );
  for (const control of all("input, textarea, button, [role=group]")) assert.deepEqual(keysThatLeak(control), []);
});

for (const part of ["Bram", "Skelm", "🏝", "on 🏝 Skelm", "Cafe\u0301", "𝒶 cake", "🌊"]) {
  test(`selecting ${part} gives its position in UTF-16 units`, () => {
    const page = start();
    const span = drag(page, part);
    assert.deepEqual(page.lastForm().span, span);
    assert.equal(PASSAGE.slice(...page.lastForm().span), part);
    assert.equal(page.lastForm().answer, part);
    assert.equal(page.model.sent.at(-1).action, "draft");
    assert.equal(page.field("Answer").value, part);
    assert.equal(page.one("mark").textContent, part);
    assert.equal(page.passage.textContent, PASSAGE, "marking doesn't change the text");
    assert.equal(document.getSelection().rangeCount, 0);
  });
}

test("a selection across the mark of an earlier one is counted from the beginning of the passage", () => {
  const page = start();
  drag(page, "the light");
  const span = drag(page, "keeps the light on 🏝");
  assert.deepEqual(page.lastForm().span, span);
  assert.equal(page.one("mark").textContent, "keeps the light on 🏝");
  const after = drag(page, "𝒶 cake");
  assert.deepEqual(page.lastForm().span, after);
  assert.equal(page.one("mark").textContent, "𝒶 cake");
});

test("a selection that leaves the passage, or is empty, changes nothing", () => {
  const page = start();
  select(page.passage, page.one("strong").firstChild, 0, page.passage.firstChild, 5);
  select(page.passage, page.passage.firstChild, 5, page.passage.firstChild, 5);
  assert.deepEqual(page.model.sent, []);
  assert.deepEqual(page.all("mark"), []);
});

test("the second of two equal words keeps its own position", () => {
  const page = start();
  const second = PASSAGE.lastIndexOf("Skelm");
  assert.deepEqual(drag(page, "Skelm", second), [second, second + 5]);
  assert.deepEqual(page.lastForm().span, [second, second + 5]);
  assert.equal(page.hint(), "occurrence 2 of 2 is marked");
});

test("a typed answer is looked for, and the occurrences can be gone through", () => {
  const page = start();
  const [first, second] = [PASSAGE.indexOf("Skelm"), PASSAGE.lastIndexOf("Skelm")];
  type(page.field("Answer"), "Skelm");
  assert.equal(page.hint(), "occurrence 1 of 2 is marked");
  assert.deepEqual(page.model.sent, [], "not before a pause");
  tick(300);
  assert.deepEqual(page.lastForm().span, [first, first + 5]);
  page.button("Next occurrence").click();
  assert.deepEqual(page.lastForm().span, [second, second + 5]);
  page.button("Next occurrence").click();
  assert.deepEqual(page.lastForm().span, [first, first + 5]);
});

test("an answer is compared letter by letter: é as one character isn't e with an accent", () => {
  const page = start();
  type(page.field("Answer"), "Caf\u00e9");
  assert.equal(page.hint(), "this does not stand in the passage, letter by letter");
  assert.deepEqual(page.all("mark"), []);
  assert.equal(isShown(page.all("button").find((button) => button.textContent === "Next occurrence")), false);
  type(page.field("Answer"), "Cafe\u0301");
  assert.equal(page.hint(), "marked");
  tick(300);
  assert.equal(PASSAGE.slice(...page.lastForm().span), "Cafe\u0301");
});

test("no answer empties the answer, and an answer takes it back", () => {
  const page = start();
  drag(page, "Bram");
  const noAnswer = page.field("The passage does not answer the question");
  noAnswer.click();
  const rest = { pasted: "", source: "", question: "", kept: [], kind: "" };
  assert.deepEqual(page.lastForm(), { ...rest, answer: "", span: [], no_answer: true });
  assert.equal(page.hint(), "none");
  assert.deepEqual(page.all("mark"), []);
  type(page.field("Answer"), "Bram");
  assert.equal(noAnswer.checked, false);
  noAnswer.click();
  drag(page, "Skelm");
  assert.equal(noAnswer.checked, false);
  assert.equal(page.lastForm().no_answer, false);
});

test("Save and Enter save the whole form, and only Python says that it is saved", async () => {
  const page = start();
  type(page.field("Question"), "Who keeps it?");
  const span = drag(page, "Bram");
  page.button("Save").click();
  const rest = { pasted: "", source: "", kept: [], no_answer: false };
  const form = { ...rest, question: "Who keeps it?", kind: "person", answer: "Bram", span };
  assert.deepEqual(page.model.sent.at(-1), { action: "save", form });
  assert.equal(page.one("[role=status]").textContent, "saving …");
  press(page.field("Question"), "Enter", { isComposing: true });
  assert.equal(page.model.sent.length, 2);
  press(page.field("Question"), "Enter");
  press(page.field("Answer"), "Enter");
  assert.equal(page.model.sent.length, 4);
  tick(300);
  assert.equal(page.model.sent.length, 4, "what was put off went with it");
  await page.model.update({ message: "saved: <Who>?", message_kind: "saved", message_version: 1 });
  assert.equal(page.one("[role=status]").textContent, "saved: <Who>?");
  assert.equal(page.one("[role=status]").dataset.kind, "saved");
});

test("a form that Python sets is shown: a draft after a restart, a question to edit", async () => {
  const page = start();
  const at = PASSAGE.indexOf("🏝");
  await page.model.update({ question: "Where?", span: [at, at + 2], answer: "🏝", editing: "id-1", form_version: 1 });
  assert.equal(page.field("Question").value, "Where?");
  assert.equal(page.one("mark").textContent, "🏝");
  assert.ok(page.button("Save the change"));
  await page.model.update({ question: "", span: [], answer: "", no_answer: true, editing: "", form_version: 2 });
  assert.equal(page.field("The passage does not answer the question").checked, true);
  assert.ok(page.button("Save"));
});

test("Python cuts white space off a selection, unless the answer is being typed", async () => {
  const page = start();
  const [begin, end] = drag(page, " Skelm.");
  await page.model.update({ span: [begin + 1, end], caption: "answer: 'Skelm.'" });
  assert.equal(page.field("Answer").value, "Skelm.");
  assert.equal(page.one("mark").textContent, "Skelm.");
  assert.ok(page.all(".qa-annotation-hint").some((each) => each.textContent === "answer: 'Skelm.'"));
  page.field("Answer").focus();
  type(page.field("Answer"), "Skelm ");
  const typed = PASSAGE.indexOf("Skelm ");
  await page.model.update({ span: [typed, typed + 5] });
  assert.equal(page.field("Answer").value, "Skelm ");
  assert.equal(page.one("mark").textContent, "Skelm");
});

test("a late echo of another selection is passed over", async () => {
  const page = start();
  const span = drag(page, "Bram");
  await page.model.update({ span: [20, 25] });
  assert.equal(page.one("mark").textContent, "Bram");
  page.button("Save").click();
  assert.deepEqual(page.lastForm().span, span);
});

test("without a passage one is pasted, with the document it comes from", async () => {
  const page = start({ passage: "", document: "" });
  assert.deepEqual(page.buttons(), ["Use this passage"]);
  type(page.field("Passage"), PASSAGE);
  type(page.field("Document it comes from"), "Harbour");
  tick(300);
  assert.equal(page.model.sent.length, 1);
  page.button("Use this passage").click();
  assert.equal(page.model.sent.at(-1).action, "use");
  assert.equal(page.lastForm().pasted, PASSAGE);
  assert.equal(page.lastForm().source, "Harbour");
  await page.model.update({ passage: PASSAGE, document: "Harbour", form_version: 1 });
  assert.deepEqual(page.buttons(), ["Another passage", "Save", "Also accept another answer", "Clear", "Keys"]);
  page.button("Another passage").click();
  page.button("Clear").click();
  assert.deepEqual(
    page.model.sent.slice(-2).map(({ action }) => action),
    ["another", "clear"],
  );
});

test("given passages are paged through", async () => {
  const page = start({ n_passages: 2, index: 0 });
  assert.equal(page.button("Previous passage").disabled, true);
  assert.ok(texts(page.all(".qa-annotation-hint")).includes("passage 1 of 2, Harbour"));
  page.button("Next passage").click();
  assert.equal(page.model.sent.at(-1).step, 1);
  await page.model.update({ index: 1, form_version: 1 });
  assert.equal(page.button("Next passage").disabled, true);
  page.button("Previous passage").click();
  assert.equal(page.model.sent.at(-1).step, -1);
});

/** What is marked in the passage after these keys. */
function afterKeys(page, ...keys) {
  for (const key of keys) press(page.passage, key.replace("Shift+", ""), { shiftKey: key.startsWith("Shift+") });
  return page.all("mark").map((mark) => mark.textContent)[0];
}

test("in the passage, arrow keys select words and extend the selection", () => {
  const page = start();
  assert.equal(afterKeys(page, "ArrowRight"), "🌊");
  assert.equal(afterKeys(page, "ArrowRight"), "Bram");
  assert.equal(afterKeys(page, "Shift+ArrowRight", "Shift+ArrowRight"), "Bram keeps the");
  assert.equal(afterKeys(page, "Shift+ArrowLeft"), "Bram keeps");
  assert.equal(afterKeys(page, "Shift+ArrowLeft", "Shift+ArrowLeft"), "🌊 Bram", "to the other side of its start");
  assert.equal(afterKeys(page, "End"), "cake");
  assert.equal(afterKeys(page, "ArrowRight"), "cake", "there is no further word");
  assert.equal(afterKeys(page, "Home", "ArrowLeft"), "🌊");
  tick(300);
  assert.deepEqual(page.lastForm().span, [0, 2]);
});

test("letters go to the word that begins with them, and on to the next one", () => {
  const page = start();
  assert.equal(afterKeys(page, "k"), "keeps");
  tick(1000);
  const second = PASSAGE.lastIndexOf("Skelm");
  assert.equal(afterKeys(page, "s"), "Skelm");
  tick(1000);
  assert.equal(afterKeys(page, "s", "k"), "Skelm");
  tick(1000);
  assert.equal(page.lastForm().span[0], second);
  assert.equal(afterKeys(page, "c", "a", "k"), "cake");
  tick(1000);
  assert.equal(afterKeys(page, "z"), "cake", "no such word");
  assert.equal(afterKeys(page, "ArrowLeft", "b"), "Bram", "an arrow key ends what was typed");
});

test("keys go on from what the mouse selected", () => {
  const page = start();
  drag(page, "light on");
  assert.equal(afterKeys(page, "Shift+ArrowRight"), "light on 🏝");
  assert.equal(afterKeys(page, "ArrowRight"), "Skelm");
});

test("words end before punctuation, and are found in scripts without spaces", () => {
  const words = (text) => wordsOf(text).map((span) => text.slice(...span));
  assert.deepEqual(words("“Salt Road”, at 9:30 – it’s 3.50 € (e-mail)."), [
    "Salt", "Road", "at", "9:30", "it’s", "3.50", "€", "e-mail",
  ]); // prettier-ignore
  assert.ok(words("灯台守は毎晩、灯をともす。").length > 3);
  assert.deepEqual(words(" – "), []);
});

test("one question from the keyboard: Enter, keys in the passage, Enter", () => {
  const page = start();
  page.field("Question").focus();
  type(page.field("Question"), "Who keeps the light?");
  press(page.field("Question"), "Enter");
  assert.equal(document.activeElement, page.passage);
  assert.equal(afterKeys(page, "b"), "Bram");
  press(page.passage, "Enter");
  assert.equal(page.model.sent.at(-1).action, "save");
  assert.deepEqual([page.lastForm().answer, page.lastForm().kind], ["Bram", "person"]);
  assert.equal(document.activeElement, page.field("Question"));
});

test("shortcuts: another answer, no answer, the next passage, save and go on", async () => {
  const page = start({ n_passages: 2, index: 0 });
  const alt = (code) => press(page.field("Question"), "x", { altKey: true, code });
  const sent = () => page.model.sent.at(-1).action;
  drag(page, "Bram");
  alt("KeyA");
  assert.equal(sent(), "keep");
  const bram = page.lastForm().span;
  await page.model.update({ kept: [bram], span: [], answer: "", form_version: 1 });
  assert.deepEqual(texts(page.all(".qa-annotation-kept li")), ["Bram Remove"]);
  drag(page, "Skelm");
  assert.deepEqual(page.lastForm().kept, [bram]);
  page.button("Remove").click();
  assert.deepEqual(page.lastForm().kept, []);
  alt("KeyN");
  assert.deepEqual([page.lastForm().no_answer, page.lastForm().span], [true, []]);
  alt("KeyN");
  assert.equal(page.lastForm().no_answer, false);
  alt("KeyJ");
  assert.deepEqual([sent(), page.model.sent.at(-1).step], ["go", 1]);
  const count = page.model.sent.length;
  alt("KeyK");
  assert.equal(page.model.sent.length, count, "there is no passage before");
  press(page.field("Question"), "Enter", { ctrlKey: true });
  assert.equal(sent(), "save_and_go");
});

test("the keys are listed when asked for", () => {
  const page = start();
  const line = page.all("div").find((each) => each.textContent.startsWith("Alt+A keeps"));
  assert.equal(isShown(line), false);
  page.button("Keys").click();
  assert.equal(isShown(line), true);
  assert.equal(page.button("Keys").getAttribute("aria-expanded"), "true");
});

test("the type of a question is guessed until it is chosen", () => {
  const page = start();
  type(page.field("Question"), "When does it open?");
  assert.equal(page.field("Type of question").value, "date");
  page.field("Type of question").value = "condition";
  page.field("Type of question").dispatchEvent(new Event("change", { bubbles: true }));
  type(page.field("Question"), "Where is it?");
  assert.equal(page.field("Type of question").value, "condition");
});

for (const [question, guess] of [
  ["Who?", "person"],
  ["How much does a ticket cost?", "price"],
  ["How many boats are there?", "quantity"],
  ["How long is it open?", "duration"],
  ["Why?", "reason"],
  ["Where is it kept?", "place"],
  ["On which day is it closed?", "date"],
  ["What is it?", ""],
  ["What happens to old clothes?", "action"],
]) {
  // prettier-ignore
  test(`"${question}" is ${guess ? `about a ${guess}` : "not guessed"}`, () => assert.equal(guessKind(question), guess));
}

const ENTRIES = [
  { id: "1", question: "Who <keeps> it?", answer: "Bram", start: 2 },
  { id: "2", question: "Until when?", answer: null, start: null },
];

test("saved questions are listed as text, edited, and deleted only after being asked twice", async () => {
  const page = start();
  assert.equal(page.one("strong").textContent, "0 questions saved in own.jsonl");
  assert.equal(isShown(page.one("ol")), false);
  await page.model.update({ entries: ENTRIES.slice(0, 1) });
  assert.equal(page.one("strong").textContent, "1 question saved in own.jsonl");
  await page.model.update({ entries: ENTRIES });
  assert.deepEqual(texts(page.all("li")), [
    "Who <keeps> it?Bram (from character 2)EditDelete",
    "Until when?no answer in the passageEditDelete",
  ]);
  const [first, second] = page.all("li").map((item) => [...item.querySelectorAll("button")]);
  assert.equal(first[0].getAttribute("aria-description"), "Edit the question Who <keeps> it?");
  first[0].click();
  assert.deepEqual([page.model.sent.at(-1).action, page.model.sent.at(-1).id], ["edit", "1"]);
  const sent = page.model.sent.length;
  second[1].click();
  assert.equal(page.model.sent.length, sent);
  assert.equal(second[1].textContent, "Really delete?");
  second[1].click();
  assert.deepEqual([page.model.sent.at(-1).action, page.model.sent.at(-1).id], ["delete", "2"]);
});

test("after the end nothing is sent or heard", () => {
  const page = start();
  type(page.field("Question"), "Who?");
  page.end();
  tick(300);
  assert.deepEqual(page.model.sent, []);
  assert.deepEqual(page.model.heard, []);
});
