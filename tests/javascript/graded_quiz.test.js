// A graded quiz, with a kernel that answers as the Python side does.

import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";

import graded from "../../qa_lesson/grading/sitting/view.js";
import { PATIENCE, SILENT } from "../../qa_lesson/quiz/pages/kernel.js";
import { isShown, keysThatLeak, open, press, redrawn, stopClock, texts, type } from "./page.js";

process.env.TZ = "Europe/Berlin";
const { tick } = stopClock(Date.parse("2026-12-01T12:00:00Z"));
afterEach(() => mock.restoreAll());

const QUESTIONS = [
  {
    id: "first",
    kind: "multi",
    points: 2,
    prompt: "<p>Which <em>ferries</em>?</p>",
    instruction: "Choose all that apply.",
    options: [
      { id: "early", text: "the early one" },
      { id: "late", text: "the late one" },
    ],
  },
  {
    id: "minutes",
    kind: "numeric",
    points: 1,
    prompt: "<p>How long?</p>",
    instruction: "Type a number.",
    unit: "minutes",
  },
  {
    id: "boarding",
    kind: "ordering",
    points: 1,
    prompt: "<p>Who boards when?</p>",
    instruction: "Put in order.",
    items: ["cars", "bicycles", "walkers"].map((id) => ({ id, text: id, name: id })),
  },
];
const EMPTY = { first: null, minutes: null, boarding: null };
const RECEIPT = { hash: "ab12", path: "ann.jsonl", at: "2026-12-01T11:58:30Z", late: false, again: true };

function start(traits = {}) {
  return open(graded, {
    heading: "The ferry",
    learner: "ann@uni.edu",
    named: "",
    deadline: "",
    attempt: { number: 1, of: 2 },
    questions: QUESTIONS,
    drafts: EMPTY,
    saved: {},
    current: 0,
    receipt: {},
    unsaved: "",
    problem: "",
    notes: [],
    ...traits,
  });
}

/** What Python does with drafts that it could save. */
const save = (model) =>
  model.update({
    saved: Object.fromEntries(Object.entries(model.get("drafts")).filter(([, given]) => given !== null)),
  });

test("who answers is asked first, and no question is shown before", () => {
  const { one, buttons } = start({ learner: "", drafts: {}, attempt: {} });
  assert.deepEqual(buttons(), ["Begin"]);
  assert.equal(isShown(one(".qal-prompt")), false);
  const field = one(".qal-who input");
  assert.match(field.labels[0].textContent, /e-mail address or number/);
  assert.deepEqual(keysThatLeak(field), []);
});

test("Begin and Enter sit down, and the page says who answers", async () => {
  for (const way of ["Begin", "Enter"]) {
    const { model, one, button } = start({ learner: "", drafts: {}, attempt: {} });
    one(".qal-who input").value = "ann@uni.edu";
    press(one(".qal-who input"), "Enter", { isComposing: true });
    if (way === "Enter") press(one(".qal-who input"), "Enter");
    else button("Begin").click();
    assert.deepEqual(model.sent, [{ action: "sit_down", learner: "ann@uni.edu" }]);
    await model.reply({ learner: "ann@uni.edu", drafts: EMPTY, attempt: { number: 1, of: 2 } });
    assert.equal(isShown(one(".qal-who")), false);
    assert.equal(one(".qal-facts").textContent, "Answering as ann@uni.edu, attempt 1 of 2.");
    assert.equal(document.activeElement, one(".qal-position"));
    assert.equal(one(".qal-position").textContent, "Question 1 of 3 · 2 points");
    assert.equal(one(".qal-prompt em").textContent, "ferries");
  }
});

test("a name that is new is confirmed once, before a question is shown", async () => {
  const { model, one, button, buttons } = start({ learner: "", drafts: {}, attempt: {} });
  one(".qal-who input").value = " anne@uni.edu";
  button("Begin").click();
  await model.reply({ named: "anne@uni.edu" });
  const sure = one("[role=group][aria-label='Is this you?']");
  assert.equal(document.activeElement, sure);
  assert.match(sure.textContent, /^You are anne@uni\.edu\. Is that right\?/);
  assert.deepEqual(buttons(), ["Yes, begin", "Change"]);
  assert.equal(isShown(one(".qal-prompt")), false);

  button("Change").click();
  assert.equal(model.get("named"), "");
  assert.deepEqual(buttons(), ["Begin"]);
  assert.equal(document.activeElement, one(".qal-who input"));
  assert.equal(document.activeElement.value, " anne@uni.edu", "what was typed is there to be changed");

  document.activeElement.value = "ann@uni.edu";
  button("Begin").click();
  await model.reply({ named: "ann@uni.edu" });
  button("Yes, begin").click();
  assert.deepEqual(model.sent.at(-1), { action: "sit_down", learner: "ann@uni.edu", sure: true });
  await model.reply({ named: "", learner: "ann@uni.edu", drafts: EMPTY, attempt: { number: 1, of: 2 } });
  assert.equal(isShown(one("[aria-label='Is this you?']")), false);
  assert.equal(document.activeElement, one(".qal-position"));
});

test("a name is shown as text, whatever is in it", async () => {
  const { model, one } = start({ learner: "", drafts: {}, attempt: {} });
  await model.update({ named: "<b>ann</b>" });
  assert.equal(one("[aria-label='Is this you?'] strong").innerHTML, "&lt;b&gt;ann&lt;/b&gt;");
});

test("a name that Python refuses is told, with the focus on why", async () => {
  const { model, one, button } = start({ learner: "", drafts: {}, attempt: {} });
  button("Begin").click();
  await model.reply({ problem: "Nobody has <no> name." });
  const alert = document.activeElement;
  assert.equal(alert.getAttribute("role"), "alert");
  assert.equal(alert.textContent, "Nobody has <no> name.");
  assert.ok(isShown(one(".qal-who")));
});

test("an answer is saved, and the page says so only when it is", async () => {
  const { model, one, all, buttons } = start();
  const state = () => one(".qal-state").textContent;
  assert.equal(state(), "Not answered yet.");
  assert.ok(!buttons().includes("Clear my answer"));
  all(".qal-answer input")[1].click();
  assert.deepEqual(model.get("drafts").first, ["late"]);
  assert.equal(state(), "Saving …");
  await save(model);
  assert.equal(state(), "Saved.");
  assert.equal(buttons()[0], "Question 1, answered");
  assert.equal(all(".qal-mark")[0].textContent, "1●");
});

test("clearing an answer takes it back", async () => {
  const { model, one, all, button } = start({ drafts: { ...EMPTY, first: ["late"] }, saved: { first: ["late"] } });
  assert.equal(all("input:checked").length, 1);
  button("Clear my answer").click();
  assert.equal(model.get("drafts").first, null);
  assert.equal(all("input:checked").length, 0);
  await save(model);
  assert.equal(one(".qal-state").textContent, "Not answered yet.");
});

test("typing is saved after a pause, or by Enter, and spaces alone are no answer", () => {
  const { model, one } = start({ current: 1 });
  const field = one(".qal-answer .qal-field input");
  type(field, "5");
  type(field, "54");
  tick(999);
  assert.equal(model.get("drafts").minutes, null);
  tick(1);
  assert.equal(model.get("drafts").minutes, "54");
  type(field, "55");
  press(field, "Enter");
  assert.equal(model.get("drafts").minutes, "55");
  type(field, "  ", true);
  assert.equal(model.get("drafts").minutes, null);
});

test("an echo of an earlier state leaves what is being typed alone", async () => {
  const { model, one } = start({ current: 1 });
  const field = one(".qal-answer .qal-field input");
  field.focus();
  type(field, "54");
  await model.update({ drafts: { ...EMPTY, minutes: "5" }, saved: { minutes: "5" } });
  assert.equal(one(".qal-answer .qal-field input"), field);
  assert.equal(field.value, "54");
  assert.equal(document.activeElement, field);
});

test("a kernel that doesn't save is explained, until it does", async () => {
  const { model, one, all } = start();
  all(".qal-answer input")[0].click();
  await redrawn();
  tick(PATIENCE);
  assert.equal(one(".qal-state").textContent, `Not saved yet. ${SILENT}`);
  await save(model);
  assert.equal(one(".qal-state").textContent, "Saved.");
});

test("an answer that can't be saved is told, and saving can be tried again", async () => {
  const { model, one, all, button, buttons } = start({ drafts: { ...EMPTY, first: ["late"] }, unsaved: "disk full" });
  assert.equal(one(".qal-state").textContent, "Not saved, see below.");
  assert.ok(texts(all("[role=alert]")).some((text) => text.startsWith("Not saved: disk full.")));
  button("Try to save again").click();
  assert.deepEqual(model.sent, [{ action: "save" }]);
  await model.reply({ unsaved: "", saved: { first: ["late"] } });
  assert.ok(!buttons().includes("Try to save again"));
  assert.equal(one(".qal-state").textContent, "Saved.");
});

test("notes about the file are plain text", () => {
  const { one } = start({ notes: ["Saved in <b> instead"] });
  assert.equal(one(".qal-notes").innerHTML, "<p>Saved in &lt;b&gt; instead</p>");
  assert.equal(isShown(start().one(".qal-footer")), false);
});

test("an order that is right already can be taken as it is", () => {
  const { model, one, button, buttons } = start({ current: 2 });
  button("Take this order as my answer").click();
  assert.deepEqual(model.get("drafts").boarding, ["cars", "bicycles", "walkers"]);
  assert.ok(!buttons().includes("Take this order as my answer"));
  button("Move down: cars").click();
  assert.deepEqual(model.get("drafts").boarding, ["bicycles", "cars", "walkers"]);
  assert.equal(document.activeElement, button("Move down: cars"), "saving keeps the focus");
  assert.equal(one(".qal-spoken").textContent, "cars: now 2 of 3");
});

test("Previous and Next keep to the questions there are", () => {
  const { model, one, button } = start();
  assert.equal(button("Previous").getAttribute("aria-disabled"), "true");
  button("Next").click();
  button("Next").click();
  assert.equal(model.get("current"), 2);
  assert.equal(button("Next").getAttribute("aria-disabled"), "true");
  assert.ok(button("Hand in …").classList.contains("qal-main"), "the next thing to do after the last question");
  button("Question 1, not answered").click();
  assert.equal(document.activeElement, one(".qal-position"));
  assert.equal(model.get("current"), 0);
  assert.ok(!button("Hand in …").classList.contains("qal-main"));
});

test("handing in asks first, and says what is missing", () => {
  const { model, one, button, buttons } = start({ drafts: { ...EMPTY, minutes: "54" }, saved: { minutes: "54" } });
  button("Hand in …").click();
  const asked = one("[role=group][aria-label='Hand in']");
  assert.equal(document.activeElement, asked);
  assert.match(
    asked.textContent,
    /^2 questions have no answer:Question 1Question 3After handing in, this attempt cannot/,
  );
  assert.deepEqual(model.sent, []);
  button("Go on answering").click();
  assert.equal(document.activeElement, button("Hand in …"));
  button("Hand in …").click();
  button("Question 3").click();
  assert.equal(model.get("current"), 2);
  assert.ok(!buttons().includes("Hand in now"));
});

test("the last attempt, all answered: one press more hands in, and the receipt gets the focus", async () => {
  const drafts = { first: ["late"], minutes: "54", boarding: ["cars", "bicycles", "walkers"] };
  const { model, one, all, button, buttons } = start({ drafts, saved: drafts, attempt: { number: 2, of: 2 } });
  button("Hand in …").click();
  assert.match(one("[aria-label='Hand in']").textContent, /All questions have an answer\.This is your last attempt/);
  button("Hand in now").click();
  assert.deepEqual(model.sent, [{ action: "submit" }]);
  await model.reply({ receipt: { ...RECEIPT, again: false } });
  const receipt = document.activeElement;
  assert.match(receipt.textContent, /^Attempt 2 is closed\.Now give this one file to your instructor:ann\.jsonl/);
  assert.equal(one(".qal-receipt").textContent, "ab12");
  assert.match(receipt.textContent, /2026-12-01 11:58 UTC/);
  assert.equal(one(".qal-answer").disabled, true);
  assert.equal(one(".qal-state").textContent, "Handed in.");
  assert.equal(all("input:checked")[0].value, "late");
  for (const name of ["Hand in …", "Hand in now", "Clear my answer"]) assert.ok(!buttons().includes(name), name);
  assert.ok(!buttons().some((name) => name.startsWith("Begin attempt")));
});

test("a submission that fails stays open and says why", async () => {
  const { model, button } = start();
  button("Hand in …").click();
  button("Hand in now").click();
  await model.reply({ problem: "It could not be saved." });
  assert.equal(document.activeElement.textContent, "It could not be saved.");
  assert.ok(button("Hand in …"));
});

test("the next attempt begins with the answers of the last", async () => {
  const drafts = { ...EMPTY, minutes: "54" };
  const { model, one, button } = start({
    drafts,
    saved: { minutes: "54" },
    receipt: { ...RECEIPT, late: true },
    current: 1,
  });
  assert.match(one(".qal-headline").textContent, /after the deadline: it counts as late/);
  button("Begin attempt 2, with these answers").click();
  assert.deepEqual(model.sent, [{ action: "begin_again" }]);
  await model.reply({ receipt: {}, attempt: { number: 2, of: 2 } });
  assert.equal(one(".qal-answer").disabled, false);
  assert.equal(one(".qal-answer .qal-field input").value, "54");
  assert.ok(button("Hand in …"));
});

test("the file can be downloaded", async () => {
  const saved = [];
  mock.method(URL, "createObjectURL", (blob) => {
    saved.push(blob);
    return "blob:here";
  });
  const revoke = mock.method(URL, "revokeObjectURL", () => null);
  let name = null;
  mock.method(Object.getPrototypeOf(document.createElement("a")), "click", function click() {
    name = [this.download, this.href];
  });
  const { model, one, button } = start({ receipt: RECEIPT });
  button("Download the file").click();
  await model.reply({}, { name: "ann.jsonl", content: "{}\n" });
  assert.deepEqual(name, ["ann.jsonl", "blob:here"]);
  assert.equal(await saved[0].text(), "{}\n");
  tick(PATIENCE);
  assert.equal(revoke.mock.callCount(), 1);
  assert.notEqual(document.activeElement, one(".qal-position"));
});

test("a deadline is told in both clocks, and that it has passed, as soon as it has", () => {
  const { one } = start({ deadline: "2026-12-01T12:00:10Z" });
  const facts = () => one(".qal-facts").textContent;
  assert.match(
    facts(),
    /Hand in by Tuesday.* 1 December 2026 at 13:00 your time \(Europe\/Berlin\), 2026-12-01 12:00 UTC\./,
  );
  assert.doesNotMatch(facts(), /has passed/);
  tick(20_000);
  assert.match(facts(), /The deadline has passed\. You can still hand in; it counts as late\.$/);
});

test("without a limit you may hand in as often as you like", () => {
  const { one, button } = start({ attempt: { number: 3, of: 0 } });
  assert.match(one(".qal-facts").textContent, /attempt 3; you may hand in as often as you like/);
  button("Hand in …").click();
  assert.match(one("[aria-label='Hand in']").textContent, /you may begin another one/);
});

test("at the end what was typed travels, and no clock runs on", () => {
  const { model, one, end } = start({ current: 1, deadline: "2026-12-01T12:00:10Z" });
  type(one(".qal-answer .qal-field input"), "54");
  end();
  assert.equal(model.get("drafts").minutes, "54");
  assert.deepEqual(model.heard, []);
  tick(20_000);
  assert.doesNotMatch(one(".qal-facts").textContent, /has passed/);
});
