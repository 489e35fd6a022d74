// What the pages of quizzes share: talking to the kernel, drafts, the frame and the overview.

import assert from "node:assert/strict";
import { test } from "node:test";

import { make } from "../../qa_lesson/look/dom.js";
import { button, frame, newUid, overviewBar } from "../../qa_lesson/quiz/pages/frame.js";
import { conversation, draftKeeper, PATIENCE, SILENT } from "../../qa_lesson/quiz/pages/kernel.js";
import { FakeModel, keysThatLeak, press, stopClock, texts } from "./page.js";

const { tick } = stopClock();

function talk() {
  const model = new FakeModel({});
  const [root, wait] = [make("section"), make("p")];
  const replies = [];
  return { model, root, wait, replies, ...conversation(model, root, wait, (message) => replies.push(message)) };
}

test("one question at a time: a second press before the reply is dropped", async () => {
  const { model, root, replies, ask } = talk();
  ask({ action: "check", question: "a" });
  ask({ action: "hint" });
  assert.deepEqual(model.sent, [{ action: "check", question: "a" }]);
  assert.equal(root.getAttribute("aria-busy"), "true");
  await model.reply({}, { n: 1 });
  assert.deepEqual(replies, [{ done: "check", n: 1 }]);
  assert.equal(root.hasAttribute("aria-busy"), false);
  ask({ action: "hint" });
  assert.equal(model.sent.length, 2);
});

test("a reply to something else, or to nothing, isn't taken for ours", async () => {
  const { model, replies, ask } = talk();
  ask({ action: "check" });
  await model.reply();
  await model.reply();
  assert.equal(replies.length, 1);
  ask({ action: "hint" });
  await model.reply({}, { done: "check" });
  assert.equal(replies.length, 1);
});

test("a silent kernel is explained after a while, until it replies", async () => {
  const { model, wait, ask } = talk();
  ask({ action: "check" });
  tick(PATIENCE - 1);
  assert.equal(wait.textContent, "");
  tick(1);
  assert.equal(wait.textContent, SILENT);
  await model.reply();
  assert.equal(wait.textContent, "");
});

test("a kernel that is gone is told at once, and the next press tries again", () => {
  const { model, wait, root, ask } = talk();
  model.gone = true;
  ask({ action: "check" });
  assert.match(wait.textContent, /^The kernel is gone/);
  assert.equal(root.hasAttribute("aria-busy"), false);
  model.gone = false;
  ask({ action: "check" });
  assert.equal(model.sent.length, 1);
});

test("after the end nothing is heard and nothing is explained", () => {
  const { model, wait, ask, end } = talk();
  ask({ action: "check" });
  end();
  tick(PATIENCE);
  assert.equal(wait.textContent, "");
  assert.deepEqual(model.heard, []);
});

test("what is being typed waits for a pause, what is chosen does not", () => {
  const model = new FakeModel({ drafts: { a: "old" } });
  const drafts = draftKeeper(model, "drafts", 300);
  assert.equal(drafts.get("a"), "old");
  drafts.set("a", "n", true);
  tick(299);
  drafts.set("a", "ne", true);
  tick(299);
  assert.deepEqual(model.get("drafts"), { a: "old" });
  assert.equal(drafts.get("a"), "ne");
  assert.equal(model.saves, 0);
  tick(1);
  assert.deepEqual(model.get("drafts"), { a: "ne" });
  assert.equal(model.saves, 1);
  drafts.set("b", ["x"]);
  assert.deepEqual(model.get("drafts"), { a: "ne", b: ["x"] });
  assert.equal(model.saves, 2);
});

test("an echo of an earlier state doesn't overwrite what was typed since", async () => {
  const model = new FakeModel({ drafts: {} });
  const drafts = draftKeeper(model, "drafts", 300);
  drafts.set("a", "20 km", true);
  await model.update({ drafts: { a: "2", b: "kept" } });
  assert.equal(drafts.get("a"), "20 km");
  drafts.flush();
  assert.deepEqual(model.get("drafts"), { a: "20 km", b: "kept" });
  await model.update({ drafts: { a: "from Python" } });
  assert.equal(drafts.get("a"), "from Python");
  tick(1000);
  assert.equal(model.saves, 1, "flush cancels what was put off");
});

test("a button does nothing while it is disabled, and stays in the tab order", () => {
  let n = 0;
  const made = button("Next", () => (n += 1));
  made.click();
  made.setAttribute("aria-disabled", "true");
  made.click();
  made.setAttribute("aria-disabled", "false");
  made.click();
  assert.equal(n, 2);
  assert.equal(made.type, "button");
});

test("the frame is named by its heading and keeps its keys", () => {
  const field = make("input");
  const root = frame("h", make("p", { id: "h", text: "Metrics" }), field);
  document.body.replaceChildren(root);
  assert.equal(root.getAttribute("aria-labelledby"), "h");
  assert.deepEqual(keysThatLeak(field), []);
});

test("uids differ", () => {
  assert.equal(new Set(Array.from({ length: 100 }, newUid)).size, 100);
});

const STATES = [
  { sign: "✓", word: "right", look: "right" },
  { sign: "", word: "not answered", look: "open" },
  { sign: "✗", word: "not right yet", look: "wrong" },
];

function overview() {
  const gone = [];
  const { bar, update } = overviewBar((index) => gone.push(index));
  document.body.replaceChildren(bar);
  update(STATES, 1);
  const tabStops = () => [...bar.children].map((mark) => mark.tabIndex);
  return { bar, update, gone, tabStops, marks: [...bar.children] };
}

test("the overview says how each question is, and which one is shown", () => {
  const { bar, gone, marks, tabStops, update } = overview();
  assert.deepEqual(texts(marks), ["1✓", "2", "3✗"]);
  assert.deepEqual(
    marks.map((mark) => mark.getAttribute("aria-label")),
    ["Question 1, right", "Question 2, not answered", "Question 3, not right yet"],
  );
  assert.deepEqual(
    marks.map((mark) => mark.getAttribute("aria-current")),
    [null, "true", null],
  );
  assert.deepEqual(tabStops(), [-1, 0, -1]);
  marks[2].click();
  assert.deepEqual(gone, [2]);
  update(STATES.slice(0, 2), 0);
  assert.deepEqual(texts(bar.children), ["1✓", "2"]);
  assert.equal(bar.children[0], marks[0], "the same buttons, or the focus would be lost");
  assert.deepEqual(tabStops(), [0, -1]);
});

test("arrow keys, Home and End move through the overview and around its ends", () => {
  const { marks, tabStops, update } = overview();
  marks[1].focus();
  const visited = ["ArrowRight", "ArrowRight", "ArrowLeft", "Home", "End"].map((key) => {
    assert.equal(press(document.activeElement, key).defaultPrevented, true);
    return marks.indexOf(document.activeElement);
  });
  assert.deepEqual(visited, [2, 0, 2, 0, 2]);
  assert.deepEqual(tabStops(), [-1, -1, 0]);
  assert.equal(press(document.activeElement, "a").defaultPrevented, false);
  update(STATES, 1);
  assert.deepEqual(tabStops(), [-1, -1, 0], "a redraw doesn't move the tab stop away from the focus");
});
