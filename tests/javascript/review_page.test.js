// The review page: what its keys do, what is sent, and that nothing is lost when the program doesn't answer.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import {
  creditOf,
  entriesOf,
  isShown,
  neighbor,
  nextUnmarked,
  pointsText,
  progressOf,
  typedCredit,
  withLevel,
} from "../../qa_lesson/grading/reviewing/marking_state.js";
import { openReview } from "../../qa_lesson/grading/reviewing/review_page.js";
import { ask, RefusedError, savingQueue } from "../../qa_lesson/grading/reviewing/saving.js";
import { actionOf, SHORTCUTS } from "../../qa_lesson/grading/reviewing/shortcuts.js";
import { finders, press, stopClock, texts, type } from "./page.js";

const { tick } = stopClock();
globalThis.window = document.defaultView;

const RUBRIC = [
  {
    id: "what",
    text: "Says <b>what</b>",
    levels: [
      { points: 0, text: "nothing" },
      { points: 0.5, text: "half" },
      { points: 1, text: "all" },
    ],
  },
  {
    id: "why",
    text: "Says why",
    levels: [
      { points: 0, text: "no" },
      { points: 1, text: "yes" },
    ],
  },
];

const answer = (review, response, more = {}) => ({
  review,
  response,
  n: 1,
  group: 1,
  alike: 1,
  reason: "",
  settled: null,
  mark: null,
  ...more,
});

const question = (number, rubric, answers, more = {}) => ({
  number,
  variant: "",
  kind: "free_text",
  points: 2,
  prompt: "<p>What?</p>",
  material: "",
  solution: "<p>That.</p>",
  key: "",
  reason: "",
  rubric,
  answers,
  ...more,
});

const items = () => ({
  title: "Metrics",
  marker: "Ada",
  names: false,
  undo: 0,
  comments: ["Well said."],
  markers: 1,
  questions: [
    question(2, RUBRIC, [
      answer("a1", "It leaks", { n: 3, alike: 2 }),
      answer("a2", "it leaks!", { alike: 2 }),
      answer("a3", "<img src=x onerror=alert(1)>"),
    ]),
    question(5, [], [answer("b1", "0.5"), answer("b2", ["y", "x"])], { kind: "code", points: 1, key: "1 / 2" }),
  ],
});

/** A program that answers as the test says. */
class Program {
  sent = [];
  gone = null; // the error that every request meets
  replies = {};

  constructor(page) {
    this.page = page;
  }

  send = (path, body) => {
    if (path === "items") return Promise.resolve(this.page);
    if (this.gone) return Promise.reject(this.gone);
    this.sent.push([path, body]);
    const reply = this.replies[path];
    if (reply) return Promise.resolve(reply);
    return Promise.resolve({ review: body.review, mark: null, agreed: false, undo: 1, comments: ["Well said."] });
  };

  get decisions() {
    return this.sent
      .filter(([path]) => path === "decide")
      .map(([, { review, levels, credit }]) => [review, levels ?? credit]);
  }
}

let close = () => {};

async function open(page = items()) {
  close();
  const heard = [];
  const add = document.addEventListener.bind(document);
  document.addEventListener = (kind, listener) => {
    heard.push(listener);
    add(kind, listener);
  };
  close = () => heard.forEach((listener) => document.removeEventListener("keydown", listener));
  document.body.replaceChildren();
  const root = document.createElement("main");
  document.body.append(root);
  const program = new Program(page);
  await openReview(root, program.send);
  document.addEventListener = add;
  const found = finders(root);
  return {
    program,
    ...found,
    /** A button of the page's head, beside whose text its key is shown. */
    tool: (name) => found.all("header button").find(({ textContent }) => textContent.startsWith(name)),
  };
}

/** Lets requests that are on their way arrive. */
async function settle() {
  for (let round = 0; round < 20; round += 1) await Promise.resolve();
}

async function keys(...names) {
  for (const name of names) press(document.activeElement, name);
  await settle();
}

const heading = (page) => page.one("#answer-heading").textContent;
const sum = (page) => page.one(".sum").textContent;

beforeEach(() => {
  globalThis.fetch = () => Promise.reject(new Error("no network in tests"));
});

// ------------------------------------------------------------------ what is known of the answers

test("levels make a credit once every criterion has one", () => {
  const [asked] = items().questions;
  const begun = withLevel(asked, null, "what", 1);
  assert.deepEqual(begun, { levels: { what: 1 }, credit: null, comment: "" });
  const whole = withLevel(asked, { ...begun, comment: "x" }, "why", 1);
  assert.deepEqual(whole, { levels: { what: 1, why: 1 }, credit: 0.75, comment: "x" });
  assert.equal(creditOf(asked, { what: 9, why: 0 }), null);
});

test("typed points are a share of the points, or nothing", () => {
  assert.equal(typedCredit("1", 4), 0.25);
  assert.equal(typedCredit(" 0,5 ", 2), 0.25);
  for (const text of ["", " ", "-1", "5", "x", "NaN", "Infinity"]) assert.equal(typedCredit(text, 4), null, text);
  assert.equal(pointsText(1 / 3), "0.333");
  assert.equal(pointsText(2), "2");
});

test("progress counts answers and whole questions", () => {
  const { questions } = items();
  assert.equal(progressOf(questions).text, "0 of 5 answers, 0 of 2 questions");
  for (const one of questions[1].answers) one.mark = { levels: null, credit: 0, comment: "" };
  questions[0].answers[0].mark = { levels: { what: 1 }, credit: null, comment: "" };
  assert.equal(progressOf(questions).text, "2 of 5 answers, 1 of 2 questions");
});

test("neighbors skip what a filter hides, and the next unmarked one may be before", () => {
  const { questions } = items();
  const entries = entriesOf(questions);
  questions[0].answers[1].mark = { levels: null, credit: 1, comment: "" };
  const open_ = (entry) => isShown(entry, "unmarked", new Set());
  assert.equal(neighbor(entries, "a1", 1, open_).answer.review, "a3");
  assert.equal(neighbor(entries, "a1", -1, open_), null);
  assert.equal(nextUnmarked(entries, "b2").answer.review, "a1");
  for (const { answer: one } of entries) one.mark = { levels: null, credit: 1, comment: "" };
  assert.equal(nextUnmarked(entries, "a1"), null);
  assert.deepEqual(
    entries.filter((entry) => isShown(entry, "differing", new Set(["b1"]))).map((entry) => entry.answer.review),
    ["b1"],
  );
});

// ------------------------------------------------------------------ saving

test("a later decision on the same answer replaces one that waits", async () => {
  const sent = [];
  let arrive = () => {};
  const send = (path, body) =>
    new Promise((resolve) => {
      sent.push(body.credit);
      arrive = () => resolve({});
    });
  const queue = savingQueue(send, () => {});
  for (const credit of [0, 0.5, 1]) queue.add("decide", { review: "a", agreed: false, credit }, () => {});
  queue.add("decide", { review: "b", agreed: false, credit: 0.25 }, () => {});
  for (let n = 0; n < 4; n += 1) {
    arrive();
    await settle();
  }
  assert.deepEqual(sent, [0, 1, 0.25]);
  assert.ok(queue.isEmpty);
});

test("the last decision is the one that holds, also after a failure and around an undo", async () => {
  const sent = [];
  let fail = () => {};
  let gone = true;
  const send = (path, body) =>
    gone
      ? new Promise((resolve, reject) => {
          fail = () => reject(new Error("gone"));
        })
      : Promise.resolve(sent.push(body.credit ?? path));
  const queue = savingQueue(send, () => {});
  const decide = (credit) => queue.add("decide", { review: "a", agreed: false, credit }, () => {});
  decide(0);
  decide(0.25); // while the first is on its way
  fail();
  await settle();
  decide(0.5);
  fail();
  await settle();
  queue.add("undo", {}, () => {});
  fail();
  await settle();
  decide(1);
  fail();
  await settle();
  gone = false;
  queue.retry();
  await settle();
  assert.deepEqual(sent, [0, 0.5, "undo", 1]);
});

test("what wasn't saved is tried again by itself and by hand, in order", async () => {
  const states = [];
  const sent = [];
  let gone = true;
  const send = (path, body) => {
    if (gone) return Promise.reject(new Error("failed to fetch"));
    sent.push(body.review);
    return Promise.resolve({});
  };
  const queue = savingQueue(send, ({ kind, waiting }) => states.push([kind, waiting]));
  queue.add("decide", { review: "a" }, () => {});
  await settle();
  queue.add("decide", { review: "b" }, () => {});
  await settle();
  assert.deepEqual(states.at(-1), ["failed", 2]);
  tick(3000);
  await settle();
  assert.deepEqual(states.at(-1), ["failed", 2]);
  gone = false;
  tick(3000);
  await settle();
  assert.deepEqual(states.at(-1), ["saved", 0]);
  assert.deepEqual(sent, ["a", "b"]);
});

test("what the program refuses is told, and doesn't hold up the rest", async () => {
  const states = [];
  const send = (path, body) =>
    body.review === "a" ? Promise.reject(new RefusedError("no such answer")) : Promise.resolve({});
  const queue = savingQueue(send, ({ kind, text }) => states.push([kind, text]));
  queue.add("decide", { review: "a" }, () => {});
  queue.add("decide", { review: "b" }, () => {});
  await settle();
  assert.deepEqual(states.at(-1), ["refused", "no such answer"]);
  assert.ok(queue.isEmpty);
});

test("errors of the program say what to do, and whether to try again", async () => {
  const reply = (status, body) => () =>
    Promise.resolve({ ok: status === 200, status, json: () => Promise.resolve(body) });
  globalThis.fetch = reply(422, { error: { what: "wrong", to_do: "reload" } });
  await assert.rejects(
    ask("decide", {}),
    (error) => error instanceof RefusedError && error.message === "wrong. To do: reload",
  );
  globalThis.fetch = reply(507, { error: { what: "disk full" } });
  await assert.rejects(ask("decide", {}), (error) => !(error instanceof RefusedError) && error.message === "disk full");
  globalThis.fetch = () =>
    Promise.resolve({ ok: false, status: 502, json: () => Promise.reject(new Error("no JSON")) });
  await assert.rejects(ask("items"), /error 502/);
  globalThis.fetch = reply(200, { a: 1 });
  assert.deepEqual(await ask("items"), { a: 1 });
});

// ------------------------------------------------------------------ keys

test("keys in a text are letters, and others act", () => {
  const field = document.createElement("textarea");
  const other = document.createElement("button");
  document.body.replaceChildren(field, other);
  const on = (node, key, more) => {
    let found;
    const listen = (event) => (found = actionOf(event));
    document.addEventListener("keydown", listen);
    press(node, key, more);
    document.removeEventListener("keydown", listen);
    return found;
  };
  for (const key of ["j", "k", "n", "u", "s", "c", "?", "1", "Enter", "ArrowDown"]) {
    assert.equal(on(field, key), null, key);
  }
  assert.deepEqual(on(field, "Enter", { ctrlKey: true }), { action: "unmarked" });
  assert.deepEqual(on(field, "Escape"), { action: "leave" });
  assert.deepEqual(on(field, "¹", { altKey: true, code: "Digit1" }), { action: "insert", digit: 1 });
  assert.deepEqual(on(other, "9"), { action: "press", digit: 9 });
  assert.deepEqual(on(other, "!", { code: "Digit1", shiftKey: true }), null);
  assert.deepEqual(on(other, "ArrowDown"), { action: "next" });
  for (const key of ["Enter", " ", "Tab", "x", "0"]) assert.equal(on(other, key), null, key);
  for (const modifier of ["ctrlKey", "metaKey"]) assert.equal(on(other, "n", { [modifier]: true }), null);
  assert.equal(on(other, "n", { isComposing: true }), null);
  assert.ok(SHORTCUTS.every(([key, what]) => key && what));
});

test("digits choose a level of the criterion with the focus", async () => {
  const page = await open();
  assert.equal(heading(page), "Answer 1 of 3");
  await keys("2");
  assert.equal(sum(page), "Not marked yet");
  page.all(".criterion:nth-child(2) [role=radio]")[0].focus();
  await keys("2");
  assert.equal(sum(page), "1.5 of 2 points");
  await keys("1");
  assert.equal(sum(page), "0.5 of 2 points");
  await keys("9");
  assert.deepEqual(page.program.decisions, [
    ["a1", { what: 1 }],
    ["a1", { what: 1, why: 1 }],
    ["a1", { what: 1, why: 0 }],
  ]);
  assert.equal(page.one(".saved").textContent, "Saved");
});

test("one stop of Tab for each criterion, arrows from level to level", async () => {
  const page = await open();
  const first = page.all(".criterion:nth-child(1) [role=radio]");
  assert.deepEqual(
    first.map((one) => one.tabIndex),
    [0, -1, -1],
  );
  assert.equal(document.activeElement, first[0]);
  await keys("ArrowRight");
  assert.equal(document.activeElement, first[1]);
  await keys("ArrowLeft", "ArrowLeft");
  assert.equal(document.activeElement, first[2]);
  assert.equal(heading(page), "Answer 1 of 3");
  assert.deepEqual(page.program.decisions, []);
  first[2].click();
  assert.deepEqual(
    first.map((one) => one.tabIndex),
    [-1, -1, 0],
  );
  assert.equal(first[2].getAttribute("aria-checked"), "true");
});

test("next, previous, next unmarked, and the same mark as before", async () => {
  const page = await open();
  await keys("3");
  page.all(".criterion:nth-child(2) [role=radio]")[1].click();
  await keys("n");
  assert.equal(heading(page), "Answer 2 of 3");
  await keys("s");
  assert.equal(sum(page), "2 of 2 points");
  assert.deepEqual(page.program.decisions.at(-1), ["a2", { what: 2, why: 1 }]);
  await keys("j", "j");
  assert.equal(page.one("#question-heading").textContent, "Question 5");
  await keys("j", "j");
  assert.equal(heading(page), "Answer 2 of 2");
  assert.equal(page.one(".unseen").textContent, "This is the last answer.");
  await keys("k", "n");
  assert.equal(heading(page), "Answer 2 of 2");
  await keys("n");
  assert.equal(heading(page), "Answer 3 of 3");
});

test("a credit is chosen or typed for questions without a rubric", async () => {
  const page = await open();
  page.button("Question 5 0 of 2 marked").click();
  await keys("3");
  assert.equal(sum(page), "0.5 of 1 point");
  const typed = page.one("#typed");
  type(typed, "0,3", true);
  await settle();
  assert.equal(sum(page), "0.3 of 1 point");
  type(typed, "2", true);
  assert.equal(typed.getAttribute("aria-invalid"), "true");
  assert.match(page.one(".complaint").textContent, /from 0 to 1/);
  type(typed, "1", true);
  await settle();
  assert.equal(page.one(".complaint").textContent, "");
  assert.deepEqual(
    page.program.decisions.map(([, credit]) => credit),
    [0.5, 0.3, 1],
  );
  page.button("Clear the mark").click();
  await settle();
  assert.equal(sum(page), "Not marked yet");
  assert.equal(page.program.sent.at(-1)[1].credit, null);
});

// ------------------------------------------------------------------ texts

test("an answer is text, whatever it says, and lists are lists", async () => {
  const page = await open();
  await keys("j", "j");
  assert.equal(page.one(".response pre").textContent, "<img src=x onerror=alert(1)>");
  assert.equal(page.all(".response img").length, 0);
  assert.equal(page.one(".response pre").getAttribute("dir"), "auto");
  await keys("j", "j");
  assert.deepEqual(texts(page.all(".response li")), ["y", "x"]);
});

test("how many learners, and how many similar answers", async () => {
  const page = await open();
  assert.match(page.one(".answer").textContent, /The same from 3 learners, one of 2 answers that read alike\./);
  assert.equal(page.all(".learners").length, 0);
});

test("what is right, and why the answers wait, is beside the answer", async () => {
  const { questions } = items();
  const page = await open({ ...items(), questions: [{ ...questions[1], reason: "the code is another one" }] });
  assert.equal(page.one(".key").textContent, "1 / 2");
  assert.equal(page.one(".solution").textContent, "That.");
  assert.match(page.one(".question").textContent, /Why the answers wait: the code is another one\./);
  const alone = { ...questions[1], answers: [answer("b1", "0.5", { reason: "it is long" })], key: "", solution: "" };
  const other = await open({ ...items(), questions: [alone] });
  assert.match(other.one(".answer").textContent, /From 1 learner\. Why it waits: it is long\./);
  assert.equal(other.all("details:not(.before)").length, 0);
});

test("what an earlier review gave is told until the answer is marked here", async () => {
  const { questions } = items();
  const answers = [answer("b1", "0.5", { settled: 0.25 }), answer("b2", "x")];
  const page = await open({ ...items(), questions: [{ ...questions[1], points: 2, answers }] });
  assert.match(page.one(".earlier").textContent, /gave it 0\.5 of 2 points/);
  await keys("1", "j");
  assert.equal(page.all(".earlier").length, 0);
  await keys("k");
  assert.equal(page.all(".earlier").length, 0);
});

test("a comment is saved after a pause, when it is left, and before another answer is shown", async () => {
  const page = await open();
  const said = () => page.program.sent.map(([, { comment, typing, review }]) => [review, comment, typing]);
  await keys("c");
  assert.equal(document.activeElement, page.one("#comment"));
  type(page.one("#comment"), "Go");
  tick(699);
  assert.deepEqual(said(), []);
  tick(1);
  await settle();
  assert.deepEqual(said(), [["a1", "Go", true]]);
  type(page.one("#comment"), "Go on");
  press(page.one("#comment"), "Enter", { ctrlKey: true });
  await settle();
  assert.deepEqual(said().at(-1), ["a1", "Go on", true]);
  assert.equal(heading(page), "Answer 2 of 3");
  assert.equal(page.one("#comment").value, "");
});

test("comments used before are inserted by click and by key", async () => {
  const page = await open();
  assert.deepEqual(texts(page.all(".offered span")), ["Well said."]);
  page.one(".offered button").click();
  assert.equal(page.one("#comment").value, "Well said.");
  type(page.one("#comment"), "More.");
  press(page.one("#comment"), "1", { altKey: true });
  await settle();
  assert.equal(page.one("#comment").value, "More.\nWell said.");
  assert.equal(page.program.sent.at(-1)[1].comment, "More.\nWell said.");
  press(page.one("#comment"), "2", { altKey: true });
  assert.equal(page.one("#comment").value, "More.\nWell said.");
});

// ------------------------------------------------------------------ trouble

test("when the program is gone the page says so, keeps what was entered, and saves it later", async () => {
  const page = await open();
  page.program.gone = new Error("Failed to fetch");
  await keys("1");
  page.all(".criterion:nth-child(2) [role=radio]")[0].click();
  await settle();
  const problem = page.one(".problem");
  assert.ok(!problem.hidden);
  assert.match(problem.textContent, /1 change isn't saved: Failed to fetch/);
  assert.equal(page.one(".saved").textContent, "Not saved");
  await keys("j");
  await keys("k");
  assert.equal(sum(page), "0 of 2 points");
  const leaving = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(leaving);
  assert.ok(leaving.defaultPrevented);
  const told = problem.firstChild;
  tick(3000);
  await settle();
  assert.equal(problem.firstChild, told, "the same again is not announced again");
  assert.equal(page.one(".saved").textContent, "Not saved");
  page.program.gone = null;
  page.button("Try again").click();
  await settle();
  assert.ok(problem.hidden);
  assert.deepEqual(page.program.decisions, [["a1", { what: 0, why: 0 }]]);
});

test("undo shows the answer as it was", async () => {
  const page = await open();
  assert.ok(page.tool("Undo").disabled);
  await keys("1", "j");
  assert.ok(!page.tool("Undo").disabled);
  page.program.replies.undo = {
    review: "a1",
    mark: { levels: null, credit: null, comment: "" },
    agreed: false,
    undo: 0,
    comments: [],
  };
  await keys("u");
  assert.equal(heading(page), "Answer 1 of 3");
  assert.equal(page.all("[aria-checked=true]").length, 0);
  assert.ok(page.tool("Undo").disabled);
  assert.match(page.one(".unseen").textContent, /^Undone: Question 2, answer 1/);
});

test("filters show what is asked for, or say that there is nothing", async () => {
  const page = await open();
  const filter = page.one("#filter");
  const use = async (value) => {
    filter.value = value;
    filter.dispatchEvent(new Event("change"));
    await settle();
  };
  await use("mine");
  assert.match(page.one(".answer").textContent, /haven't marked/);
  await use("all");
  page.button("Question 5 0 of 2 marked").click();
  await keys("1");
  await use("unmarked");
  assert.equal(page.one("#question-heading").textContent, "Question 2");
  await use("mine");
  assert.equal(page.one("#question-heading").textContent, "Question 5");
});

test("a question mark shows the shortcuts and gives the focus back", async () => {
  const page = await open();
  const at = document.activeElement;
  await keys("?");
  assert.ok(!page.one(".panel[aria-label=Shortcuts]").hidden);
  assert.equal(page.tool("Shortcuts").getAttribute("aria-expanded"), "true");
  await keys("?");
  assert.ok(page.one(".panel[aria-label=Shortcuts]").hidden);
  assert.equal(document.activeElement, at);
});

// ------------------------------------------------------------------ two markers

const DIFFERING = [
  {
    review: "b1",
    marks: [
      { marker: "Ada", levels: null, credit: 0.5, comment: "" },
      { marker: "Bo", levels: null, credit: 1, comment: "<b>Fine.</b>" },
    ],
    agreed: null,
  },
];
const PAIR = { markers: ["Ada", "Bo"], n: 8, same: 6, share: [0.75, 0.41, 0.93], kappa: [0.61, 0.2, 0.84], note: "" };

test("alone, the comparison says how a second person joins", async () => {
  const page = await open();
  page.program.replies.agreement = { open: false, done: { Ada: 1 }, total: 5 };
  page.tool("Compare markers").click();
  await settle();
  assert.match(page.one(".panel[aria-label='Compare markers']").textContent, /Only you \(Ada\)/);
});

test("the comparison opens when it is asked for, and what differs is settled for both", async () => {
  const page = await open();
  page.program.replies.agreement = { open: false, done: { Ada: 5, Bo: 2 }, total: 5 };
  page.one("#filter").value = "differing";
  page.one("#filter").dispatchEvent(new Event("change"));
  await settle();
  const panel = page.one(".panel[aria-label='Compare markers']");
  assert.ok(!panel.hidden);
  assert.equal(page.one("#filter").value, "all");
  assert.match(panel.textContent, /Ada 5 of 5, Bo 2 of 5/);
  page.program.replies.agreement = {
    open: true,
    done: { Ada: 5, Bo: 2 },
    total: 5,
    pairs: [PAIR],
    differing: structuredClone(DIFFERING),
  };
  page.button("Compare now").click();
  await settle();
  assert.deepEqual(page.program.sent.at(-1), ["agreement", { look: true }]);
  assert.match(panel.textContent, /6 of 8 answers: 75% \(95% interval 41% to 93%\)/);
  assert.match(panel.textContent, /0\.61 \(95% interval 0\.20 to 0\.84\)/);
  assert.equal(panel.querySelectorAll("b b").length, 0);
  page.button("Settle: Question 5, answer 1").click();
  assert.ok(panel.hidden);
  assert.match(page.one(".settling").textContent, /Bo: 1 of 1 point<b>Fine\.<\/b>/);
  assert.equal(sum(page), "Not marked yet");
  await keys("4");
  const [path, body] = page.program.sent.at(-1);
  assert.deepEqual([path, body.review, body.credit, body.agreed], ["decide", "b1", 0.75, true]);
  assert.equal(sum(page), "0.75 of 1 point");
  page.one("#filter").value = "all";
  page.one("#filter").dispatchEvent(new Event("change"));
  assert.equal(page.all(".settling").length, 0);
  assert.equal(sum(page), "Not marked yet", "the marker's own mark is another one");
});

test("nothing to mark is said", async () => {
  const page = await open({ ...items(), questions: [] });
  assert.match(page.one(".answer").textContent, /No answer waits/);
  await keys("j", "k", "n", "1", "c", "s");
  assert.deepEqual(page.program.sent, []);
});

test("variants of a question are told apart", async () => {
  const { questions } = items();
  const page = await open({ ...items(), questions: [questions[0], { ...questions[1], number: 2, variant: "b" }] });
  assert.deepEqual(
    page.all(".questions button").map((one) => one.textContent),
    ["Question 2, variant 1 0 of 3 marked", "Question 2, variant 2 0 of 2 marked"],
  );
});
