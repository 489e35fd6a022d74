// What practice quizzes, graded quizzes and flashcards look alike in: the frame, buttons, the overview of questions.

import { keepKeys, make } from "../../look/dom.js";

let instances = 0;

/** A beginning for ids that no other widget on the page has: each kind of widget is a module with a counter of its own. */
export function newUid() {
  return `qal${Date.now().toString(36)}${instances++}`;
}

/**
 * A button. With aria-disabled it stays in the tab order and does nothing.
 *
 * @param {string} text
 * @param {() => void} press
 */
export function button(text, press) {
  const made = make("button", { type: "button", text, class: "qal-button" });
  made.addEventListener("click", () => {
    if (made.getAttribute("aria-disabled") !== "true") press();
  });
  return made;
}

/**
 * The frame of a quiz, which keeps its keys to itself.
 *
 * @param {string} labelledBy the id of its heading
 * @param {...Node} children
 */
export function frame(labelledBy, ...children) {
  const properties = { class: "qal-quiz", "aria-labelledby": labelledBy, "data-lm-suppress-shortcuts": "true" };
  return keepKeys(make("section", properties, ...children));
}

/**
 * A row of numbered buttons to go to each question: one tab stop, with arrow keys, Home and End inside.
 *
 * @param {(index: number) => void} goTo
 */
export function overviewBar(goTo) {
  const bar = make("div", { class: "qal-overview", role: "toolbar", "aria-label": "Questions of this quiz" });
  const marks = () => /** @type {HTMLElement[]} */ ([...bar.children]);
  bar.addEventListener("keydown", (event) => {
    const all = marks();
    const here = all.findIndex((mark) => mark === document.activeElement);
    /** @type {Record<string, number>} */
    const steps = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: all.length - 1 };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const target = all[(to + all.length) % all.length];
    for (const mark of all) mark.tabIndex = mark === target ? 0 : -1;
    target.focus();
  });

  /**
   * @param {{ sign: string, word: string, look: string }[]} states of the questions
   * @param {number} current
   */
  function update(states, current) {
    while (bar.children.length > states.length) bar.lastChild?.remove();
    while (bar.children.length < states.length) {
      const index = bar.children.length;
      bar.append(make("button", { type: "button", onclick: () => goTo(index) }));
    }
    const focused = bar.contains(document.activeElement);
    for (const [index, mark] of marks().entries()) {
      const { sign, word, look } = states[index];
      mark.textContent = `${index + 1}${sign}`;
      mark.className = `qal-mark qal-${look}`;
      mark.setAttribute("aria-label", `Question ${index + 1}, ${word}`);
      if (index === current) mark.setAttribute("aria-current", "true");
      else mark.removeAttribute("aria-current");
      if (!focused) mark.tabIndex = index === current ? 0 : -1;
    }
  }
  return { bar, update };
}
