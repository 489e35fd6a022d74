// A practice quiz, with a kernel that answers as the Python side does.

import assert from "node:assert/strict";
import { test } from "node:test";

import practice from "../../qa_lesson/quiz/practice/view.js";
import { isShown, keysThatLeak, open, press, redrawn, stopClock, texts, type } from "./page.js";

const { tick } = stopClock();

const QUESTIONS = [
  {
    id: "q1",
    kind: "single",
    objective: "f1",
    points: 1,
    difficulty: "easy",
    n_hints: 2,
    prompt: "<p>Which <code>one</code>?</p>",
    instruction: "Choose one.",
    options: [
      { id: "em", text: "EM" },
      { id: "f1", text: "F1" },
    ],
  },
  {
    id: "q2",
    kind: "text",
    objective: "f1",
    points: 2,
    difficulty: "hard",
    n_hints: 1,
    prompt: "<p>How?</p>",
    instruction: "Type a word.",
  },
];
const OPEN = {
  status: "open",
  closed: false,
  attempts_left: null,
  hints: [],
  steps: [],
  steps_free: false,
  problem: "",
  saved: false,
  result: null,
  quick_check: "",
  mistakes: [],
  section: "",
  section_address: "",
};
const WRONG = {
  ...OPEN,
  status: "wrong",
  saved: true,
  section: "05_metrics, section “1. Same?”",
  section_address: "05_metrics.ipynb#1.-Same?",
  result: {
    headline: "Not yet.",
    feedback: "<p>Read <em>again</em>.</p>",
    per_option: { em: "Too strict." },
    signs: { em: "wrong" },
  },
};
const RIGHT = {
  ...WRONG,
  status: "right",
  closed: true,
  result: { headline: "Solved: 1 point.", feedback: "<p>Yes.</p>", per_option: {}, signs: {} },
  quick_check: "Words <em>count</em>.",
  mistakes: ["Counting letters."],
};
const NOTHING = { response: null, confidence: null };

function start(traits = {}) {
  return open(practice, {
    heading: "Metrics",
    questions: QUESTIONS,
    answers: [OPEN, OPEN],
    drafts: { q1: NOTHING, q2: NOTHING },
    current: 0,
    standing: "0 of 2 questions mastered",
    started: false,
    unsaved: "",
    notes: [],
    ...traits,
  });
}

/** The answers with that of one question changed. */
const answers = (index, state) => [OPEN, OPEN].map((answer, i) => (i === index ? state : answer));

test("the first question as it is before an answer", () => {
  const { one, all, buttons } = start();
  assert.equal(one("section").getAttribute("aria-labelledby"), one(".qal-heading").id);
  assert.equal(one(".qal-heading").textContent, "Metrics");
  assert.equal(one(".qal-position").textContent, "Question 1 of 2 · easy · 1 point");
  assert.equal(one(".qal-prompt code").textContent, "one");
  assert.equal(one(".qal-answer").getAttribute("aria-describedby"), one(".qal-prompt").id);
  assert.deepEqual(texts(all(".qal-confidence label")), ["I am guessing", "fairly sure", "certain"]);
  assert.deepEqual(buttons(), [
    "Question 1, not answered",
    "Question 2, not answered",
    "Check",
    "Hint 1 of 2",
    "Show the worked steps (counts as seen: no points)",
    "Previous",
    "Next",
  ]);
  for (const control of all("input, button")) assert.deepEqual(keysThatLeak(control), []);
});

test("choose, say how sure you are, check: wrong; try again: right", async () => {
  const { model, one, all, button, buttons } = start();
  one("input[value=em]").click();
  all(".qal-confidence input")[2].click();
  assert.deepEqual(model.get("drafts").q1, { response: "em", confidence: 0.95 });
  button("Check").click();
  assert.deepEqual(model.sent, [{ action: "check", question: "q1", response: "em", confidence: 0.95 }]);
  assert.equal(one("section").getAttribute("aria-busy"), "true");

  await model.reply({ answers: answers(0, { ...WRONG, attempts_left: 2 }) });
  const feedback = one(".qal-feedback");
  assert.equal(document.activeElement, feedback);
  assert.equal(feedback.dataset.tone, "wrong");
  assert.deepEqual(texts(feedback.children), [
    "Not yet.",
    "Read again.",
    "Attempts left: 2.",
    "To read again: 05_metrics, section “1. Same?”",
    "One more on the same point: question 2",
    "Saved.",
  ]);
  const link = one(".qal-again a");
  assert.equal(link.getAttribute("href"), "05_metrics.ipynb#1.-Same?");
  const heading = document.createElement("div");
  heading.className = "jp-RenderedMarkdown";
  heading.innerHTML = '<h2 id="1.-Same?">1. Same?</h2>';
  let shown = 0;
  heading.firstElementChild.scrollIntoView = () => (shown += 1);
  document.body.append(heading);
  link.click();
  assert.equal(shown, 1, "this lesson: the page goes to the section");
  heading.remove();
  assert.deepEqual(texts(all(".qal-why")), ["Too strict."]);
  assert.deepEqual(texts(all("[data-sign=wrong] .qal-sign")), ["✗ wrong"]);
  assert.equal(one(".qal-answer").disabled, true);
  assert.equal(one(".qal-confidence").disabled, true);
  assert.equal(buttons()[0], "Question 1, not right yet");
  assert.ok(!buttons().some((name) => name.startsWith("Check")));

  button("Try again").click();
  await model.reply({ answers: answers(0, { ...OPEN, attempts_left: 2 }), drafts: { q1: NOTHING, q2: NOTHING } });
  assert.equal(document.activeElement, all(".qal-answer input")[0]);
  assert.equal(one(".qal-answer").disabled, false);
  assert.deepEqual(all("input:checked"), []);
  assert.equal(one(".qal-feedback").textContent, "");

  one("input[value=f1]").click();
  assert.equal(button("Check, attempts left: 2").textContent, "Check (2 left)");
  button("Check, attempts left: 2").click();
  await model.reply({ answers: answers(0, RIGHT), standing: "1 of 2 questions mastered", started: true });
  assert.equal(one(".qal-feedback").dataset.tone, "right");
  assert.equal(one(".qal-headline").textContent, "Solved: 1 point.");
  assert.equal(one(".qal-standing").textContent, "1 of 2 questions mastered");
  assert.deepEqual(texts(one(".qal-help").children), [
    "In short: Words count.",
    "A common mistake:",
    "Counting letters.",
  ]);
  assert.ok(buttons().includes("Start the quiz again"));
  assert.ok(!buttons().includes("Try again"));
  assert.ok(!buttons().some((name) => name.startsWith("Hint")));
});

test("no attempts left is said", () => {
  const { one } = start({ answers: answers(0, { ...WRONG, attempts_left: 0, closed: true }) });
  assert.match(one(".qal-feedback").textContent, /No attempts left in this round\./);
});

test("a hint gets the focus, and the worked steps too", async () => {
  const { model, one, all, button, buttons } = start();
  button("Hint 1 of 2").click();
  await model.reply({ answers: answers(0, { ...OPEN, hints: ["Think."] }) });
  assert.equal(document.activeElement.textContent, "Think.");
  assert.equal(one(".qal-help .qal-sub").textContent, "Hint");
  button("Hint 2 of 2").click();
  await model.reply({ answers: answers(0, { ...OPEN, hints: ["Think.", "Of <b>words</b>."] }) });
  assert.equal(document.activeElement.textContent, "Of words.");
  assert.ok(!buttons().some((name) => name.startsWith("Hint")));
  await model.update({ answers: answers(0, { ...OPEN, hints: ["Think.", "Of <b>words</b>."], steps_free: true }) });
  button("Show the worked steps").click();
  await model.reply({ answers: answers(0, { ...OPEN, steps: ["<p>First.</p>", "<p>Then.</p>"] }) });
  assert.equal(document.activeElement, one(".steps"));
  assert.deepEqual(texts(all(".steps li")), ["First.", "Then."]);
  assert.ok(!buttons().some((name) => name.startsWith("Show")));
});

test("a draft that is typed travels after a pause, and an echo meanwhile leaves it and the field alone", async () => {
  const { model, one } = start({ current: 1 });
  const field = one(".qal-field input");
  field.focus();
  type(field, "trai");
  await model.update({ drafts: { q1: NOTHING, q2: { response: "t", confidence: null } } });
  assert.equal(one(".qal-field input"), field);
  assert.equal(field.value, "trai");
  assert.equal(model.get("drafts").q2.response, "t");
  type(field, "train");
  tick(300);
  assert.equal(model.get("drafts").q2.response, "train");
  await redrawn();
  assert.equal(one(".qal-field input"), field);
  assert.equal(document.activeElement, field);
});

test("a draft that code has set is shown", async () => {
  const { model, one } = start({ current: 1 });
  await model.update({ drafts: { q1: NOTHING, q2: { response: 0.5, confidence: 1 / 3 } } });
  assert.equal(one(".qal-field input").value, "0.5");
  assert.equal(one(".qal-confidence input:checked").nextSibling.textContent, "I am guessing");
});

test("Enter checks what was typed, without waiting for the pause", () => {
  const { model, one } = start({ current: 1 });
  type(one(".qal-field input"), "train");
  press(one(".qal-field input"), "Enter");
  assert.deepEqual(model.sent, [{ action: "check", question: "q2", response: "train", confidence: null }]);
  assert.equal(model.get("drafts").q2.response, "train");
});

test("going to another question keeps the draft and moves the focus", () => {
  const { model, one, all, button } = start();
  assert.equal(button("Previous").getAttribute("aria-disabled"), "true");
  button("Next").click();
  assert.equal(model.get("current"), 1);
  assert.equal(document.activeElement, one(".qal-position"));
  assert.equal(one(".qal-position").textContent, "Question 2 of 2 · hard · 2 points");
  assert.equal(button("Next").getAttribute("aria-disabled"), "true");
  type(one(".qal-field input"), "abc");
  button("Question 1, not answered").click();
  assert.equal(model.get("drafts").q2.response, "abc");
  assert.equal(all(".qal-answer input").length, 2);
  button("Next").click();
  assert.equal(one(".qal-field input").value, "abc");
  button("Previous").click();
  assert.equal(model.get("current"), 0);
});

test("starting again goes to the first question", async () => {
  const { model, one, button } = start({ current: 1, started: true });
  button("Start the quiz again").click();
  await model.reply({ started: false });
  assert.equal(model.get("current"), 0);
  assert.equal(document.activeElement, one(".qal-position"));
});

test("an answer that couldn't be saved is told, and saving can be tried again", async () => {
  const { model, one, button, buttons } = start({
    answers: answers(0, { ...WRONG, saved: false }),
    unsaved: "disk full",
  });
  assert.equal(one(".qal-saved").textContent, "Not saved, see below.");
  assert.match(one("[role=alert]").textContent, /^Not saved: disk full\./);
  button("Try to save again").click();
  await model.reply({ unsaved: "", answers: answers(0, WRONG), notes: ["Kept in <another> file"] });
  assert.equal(one("[role=alert]").textContent, "");
  assert.equal(one(".qal-saved").textContent, "Saved.");
  assert.equal(one(".qal-notes").innerHTML, "<p>Kept in &lt;another&gt; file</p>");
  assert.ok(!buttons().includes("Try to save again"));
});

test("a problem with an answer is told as text", async () => {
  const { model, one, button } = start();
  button("Check").click();
  await model.reply({ answers: answers(0, { ...OPEN, problem: "Choose <one> first." }) });
  assert.equal(one(".qal-feedback").dataset.tone, "problem");
  assert.equal(one(".qal-problem").textContent, "Choose <one> first.");
  assert.ok(isShown(button("Check")));
});

test("moving an item is read aloud", async () => {
  const items = ["a", "b"].map((id) => ({ id, text: id, name: id }));
  const question = { ...QUESTIONS[0], kind: "ordering", items, options: undefined };
  const { model, one, button } = start({ questions: [question, QUESTIONS[1]] });
  button("Move down: a").click();
  await redrawn();
  assert.equal(one(".qal-spoken").textContent, "a: now 2 of 2");
  assert.deepEqual(model.get("drafts").q1.response, ["b", "a"]);
  assert.equal(document.activeElement, button("Move up: a"), "a redraw keeps the focus");
});

test("at the end what was typed travels, and nothing is heard any more", () => {
  const { model, one, end } = start({ current: 1 });
  type(one(".qal-field input"), "abc");
  end();
  assert.equal(model.get("drafts").q2.response, "abc");
  assert.deepEqual(model.heard, []);
});
