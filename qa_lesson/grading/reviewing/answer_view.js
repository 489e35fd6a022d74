// A question and one of its answers, as they are read on the review page.

import { make } from "../../look/dom.js";
import { countedPoints, isDecided, pointsText } from "./marking_state.js";

/** @typedef {import("./marking_state.js").Question} Question */
/** @typedef {import("./marking_state.js").Entry} Entry */

/**
 * The prompt, what belongs to it, and what is right. HTML comes from Python, which has made it safe.
 *
 * @param {string} name
 * @param {Question} question
 */
export function questionParts(name, question) {
  /** @type {HTMLElement[]} */
  const parts = [
    make("h2", { id: "question-heading", text: name }),
    make("p", { class: "muted", text: countedPoints(question.points) }),
    make("div", { html: question.prompt }),
  ];
  if (question.reason) parts.push(make("p", { class: "muted", text: `Why the answers wait: ${question.reason}.` }));
  if (question.material) parts.push(make("div", { class: "material", html: question.material }));
  if (question.key || question.solution) {
    const known = make("details", { open: true }, make("summary", { text: "What is right" }));
    if (question.key) known.append(make("p", { class: "key", text: question.key, dir: "auto" }));
    if (question.solution) known.append(make("div", { class: "solution", html: question.solution }));
    parts.push(known);
  }
  return parts;
}

/**
 * The answer itself, as plain text, and what is known of it.
 *
 * @param {Entry} entry
 */
export function answerParts({ question, answer, place }) {
  /** @type {HTMLElement[]} */
  const parts = [
    make("h2", { id: "answer-heading", text: `Answer ${place} of ${question.answers.length}` }),
    make("p", { class: "muted", text: factsOf(answer) }),
  ];
  if (answer.learners?.length) {
    parts.push(make("p", { class: "learners", dir: "auto", text: answer.learners.join(", ") }));
  }
  if (answer.settled !== null && !isDecided(answer.mark)) {
    const earned = `${pointsText(answer.settled * question.points)} of ${countedPoints(question.points)}`;
    const text = `An earlier review gave it ${earned}. Mark it here to have that in this file, too.`;
    parts.push(make("p", { class: "earlier", text }));
  }
  const { response } = answer;
  const kind = question.kind === "code" ? "response scrolls code" : "response scrolls";
  parts.push(
    make(
      "div",
      { class: kind, tabindex: "0", role: "group", "aria-label": "What the learner wrote" },
      typeof response === "string"
        ? make("pre", { dir: "auto", text: response.trim() ? response : "(empty)" })
        : make("ol", {}, ...response.map((text) => make("li", { dir: "auto", text }))),
    ),
  );
  return parts;
}

/** @param {import("./marking_state.js").Answer} answer */
function factsOf({ n, alike, reason }) {
  const who = n === 1 ? "From 1 learner" : `The same from ${n} learners`;
  const near = alike > 1 ? `, one of ${alike} answers that read alike` : "";
  return `${who}${near}.${reason ? ` Why it waits: ${reason}.` : ""}`;
}
