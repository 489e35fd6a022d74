// A round of flashcards.

import assert from "node:assert/strict";
import { test } from "node:test";

import flashcards from "../../qa_lesson/quiz/flashcards/flashcards.js";
import { isShown, keysThatLeak, open } from "./page.js";

const FRONT = {
  position: "Card 1 of 2, from 04 metrics",
  front: "<p>What is <code>EM</code>?</p>",
  back: "",
  grades: [],
  status: "",
  problem: "",
  note: "",
};
const BACK = {
  ...FRONT,
  back: "<p>Exact match</p>",
  grades: [
    { grade: 1, name: "Again: at the end of this round" },
    { grade: 3, name: "Good: in 3 days" },
  ],
};

const start = (shown = FRONT) => open(flashcards, { shown });

test("the front first: no answer and no grades before it is asked for", () => {
  const { all, one, buttons } = start();
  assert.equal(one(".qal-position").textContent, FRONT.position);
  assert.equal(one("code").textContent, "EM");
  assert.deepEqual(buttons(), ["Show the answer"]);
  assert.equal(isShown(one("[role=region]")), false);
  assert.deepEqual(keysThatLeak(all("button")[0]), []);
});

test("show, grade, and on to the next card", async () => {
  const { model, one, button, buttons } = start();
  button("Show the answer").click();
  await model.reply({ shown: BACK });
  const answer = one("[role=region]");
  assert.equal(answer.textContent, "Exact match");
  assert.equal(document.activeElement, answer);
  assert.deepEqual(buttons(), ["Again: at the end of this round", "Good: in 3 days"]);
  button("Good: in 3 days").click();
  assert.deepEqual(model.sent, [{ action: "show" }, { action: "grade", grade: 3 }]);
  await model.reply({
    shown: {
      ...FRONT,
      position: "Card 2 of 2",
      front: "<p>Next</p>",
      status: "Saved: good. The card comes back in 3 days.",
    },
  });
  assert.equal(document.activeElement.textContent, "Card 2 of 2");
  assert.match(one(".qal-quiz").textContent, /NextShow the answer.*Saved: good/s);
  assert.deepEqual(buttons(), ["Show the answer"]);
});

test("a card that couldn't be saved stays, and the page says why", async () => {
  const { model, one, button } = start(BACK);
  const side = one("code");
  button("Again: at the end of this round").click();
  await model.reply({ shown: { ...BACK, problem: "The disk is full.", note: "a <b>note</b>" } });
  assert.equal(one("[role=alert]").textContent, "The disk is full.");
  assert.equal(one("code"), side, "what is the same isn't drawn again");
  assert.match(one(".qal-quiz").innerHTML, /a &lt;b&gt;note&lt;\/b&gt;/);
  assert.notEqual(document.activeElement, one(".qal-position"));
});

test("the end of the round has no buttons", () => {
  const { buttons } = start({ ...FRONT, front: "", position: "That was all: 2 cards known." });
  assert.deepEqual(buttons(), []);
});

test("after the end nothing is heard", () => {
  const { model, end } = start();
  end();
  assert.deepEqual(model.heard, []);
});
