// The form in which one answer is marked: a rubric's levels or a credit, and a comment.

import { make } from "../../look/dom.js";
import { countedPoints, pointsText, typedCredit, unmarked, withLevel } from "./marking_state.js";

/**
 * @typedef {import("./marking_state.js").Marked} Marked
 * @typedef {import("./marking_state.js").Question} Question
 */

const SHARES = [
  { share: 0, name: "None" },
  { share: 0.25, name: "Quarter" },
  { share: 0.5, name: "Half" },
  { share: 0.75, name: "Three quarters" },
  { share: 1, name: "All" },
];
const TYPING = 700; // milliseconds after the last letter until a comment is saved
const MOST_OFFERED = 9; // comments, one for each digit

/**
 * Choices of which at most one holds: one stop of the Tab key, left and right between them.
 *
 * @param {string} id of the element that names it
 * @param {{ html?: string, text?: string, points: number }[]} choices
 * @param {number | undefined} chosen
 * @param {(place: number) => void} choose
 */
function choiceGroup(id, choices, chosen, choose) {
  const buttons = choices.map(({ html, text, points }, place) =>
    make(
      "button",
      { type: "button", role: "radio", "aria-checked": "false", class: "choice", onclick: () => choose(place) },
      make("kbd", { text: place < 9 ? String(place + 1) : "", "aria-hidden": "true" }),
      make("span", html === undefined ? { text } : { html }),
      make("span", { class: "points", text: countedPoints(points) }),
    ),
  );
  const group = make("div", { role: "radiogroup", class: "choices", "aria-labelledby": id }, ...buttons);
  group.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = buttons.findIndex((button) => button === document.activeElement);
    buttons[(at + step + buttons.length) % buttons.length].focus();
    event.preventDefault();
  });
  /** @param {number | undefined} place */
  function show(place) {
    buttons.forEach((button, number) => {
      button.setAttribute("aria-checked", String(number === place));
      button.tabIndex = number === (place ?? 0) ? 0 : -1;
    });
  }
  show(chosen);
  return { group, buttons, show };
}

/**
 * @param {object} parts
 * @param {Question} parts.question
 * @param {Marked | null} parts.mark
 * @param {() => string[]} parts.comments those used before, the latest first
 * @param {(mark: Marked, typing: boolean) => void} parts.changed
 */
export function markingForm({ question, mark, comments, changed }) {
  let now = mark ?? unmarked();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {Marked} next @param {boolean} [typing] */
  function set(next, typing = false) {
    now = next;
    showAll();
    changed(now, typing);
  }

  const groups = question.rubric.map((criterion, place) => {
    const id = `criterion-${place}`;
    const choices = criterion.levels.map(({ points, text }) => ({ html: text, points }));
    const made = choiceGroup(id, choices, undefined, (level) => {
      flush();
      set(withLevel(question, now, criterion.id, level));
    });
    const show = () => made.show(now.levels?.[criterion.id]);
    const node = make("div", { class: "criterion" }, make("h3", { id, html: criterion.text }), made.group);
    return { ...made, show, node, isOpen: () => now.levels?.[criterion.id] === undefined };
  });

  const typed = make("input", { id: "typed", type: "text", inputmode: "decimal", size: "6", autocomplete: "off" });
  const complaint = make("p", { class: "complaint", id: "typed-complaint", role: "alert" });
  if (!question.rubric.length) {
    const choices = SHARES.map(({ share, name }) => ({ text: name, points: share * question.points }));
    const made = choiceGroup("credit-name", choices, undefined, (place) => {
      flush();
      set({ ...now, credit: SHARES[place].share });
    });
    made.group.classList.add("shares");
    const find = () => SHARES.findIndex(({ share }) => share === now.credit);
    const show = () => made.show(find() < 0 ? undefined : find());
    typed.addEventListener("change", () => {
      const credit = typedCredit(typed.value, question.points);
      complaint.textContent =
        credit === null ? `Type a number of points from 0 to ${pointsText(question.points)}. It isn't saved yet.` : "";
      typed.setAttribute("aria-invalid", String(credit === null));
      if (credit !== null && credit !== now.credit) set({ ...now, credit });
    });
    typed.setAttribute("aria-describedby", "typed-complaint");
    const other = make(
      "p",
      { class: "typed" },
      make("label", { for: "typed", text: `Or type the points, of ${pointsText(question.points)}` }),
      typed,
    );
    const name = make("h3", { id: "credit-name", text: "How much of it is right?" });
    const node = make("div", { class: "criterion" }, name, made.group, other, complaint);
    groups.push({ ...made, show, node, isOpen: () => now.credit === null });
  }

  const sum = make("p", { class: "sum" });
  const clear = make("button", { type: "button", class: "quiet", text: "Clear the mark" });
  clear.addEventListener("click", () => {
    flush();
    set({ ...now, levels: null, credit: null });
    focusOpen();
  });

  const comment = make("textarea", { id: "comment", rows: "2", maxlength: "20000", dir: "auto" });
  comment.value = now.comment;
  const offered = make("ul", { class: "offered" });
  /** @type {string[]} */
  let offeredTexts = [];
  const before = make("details", { class: "before" }, make("summary", { text: "Comments used before" }), offered);
  comment.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(flush, TYPING);
    grow();
    offer();
  });
  comment.addEventListener("change", flush);

  /** Saves what is typed but not saved. */
  function flush() {
    clearTimeout(timer);
    if (comment.value !== now.comment) set({ ...now, comment: comment.value }, true);
  }

  function grow() {
    comment.style.height = "auto";
    comment.style.height = `${Math.min(comment.scrollHeight + 4, 400)}px`;
  }

  /** @param {number} place */
  function insert(place) {
    const text = offeredTexts[place];
    if (text === undefined) return;
    const start = comment.value.trim();
    comment.value = start ? `${start}\n${text}` : text;
    grow();
    clearTimeout(timer);
    set({ ...now, comment: comment.value });
  }

  function offer() {
    const here = comment.value.trim();
    offeredTexts = comments()
      .filter((text) => text !== here)
      .slice(0, MOST_OFFERED);
    before.hidden = offeredTexts.length === 0;
    offered.replaceChildren(
      ...offeredTexts.map((text, place) =>
        make(
          "li",
          {},
          make(
            "button",
            { type: "button", class: "quiet", dir: "auto", onclick: () => insert(place) },
            make("kbd", { text: `Alt+${place + 1}`, "aria-hidden": "true" }),
            make("span", { text }),
          ),
        ),
      ),
    );
  }

  function showAll() {
    for (const group of groups) group.show();
    const points = now.credit === null ? null : now.credit * question.points;
    sum.textContent = points === null ? "Not marked yet" : `${pointsText(points)} of ${countedPoints(question.points)}`;
    sum.classList.toggle("open", points === null);
    clear.hidden = now.credit === null && !Object.keys(now.levels ?? {}).length;
    const isOther = points !== null && !SHARES.some(({ share }) => share === now.credit);
    if (document.activeElement !== typed) typed.value = isOther && points !== null ? pointsText(points) : "";
  }

  /** The group that digits are for: the one with the focus, otherwise the first that is open. */
  function current() {
    const focused = groups.find(({ group }) => group.contains(document.activeElement));
    return focused ?? groups.find(({ isOpen }) => isOpen()) ?? groups[0];
  }

  /** Puts the focus where the next digit counts. */
  function focusOpen() {
    const { buttons } = groups.find(({ isOpen }) => isOpen()) ?? groups[0];
    (buttons.find((button) => button.tabIndex === 0) ?? buttons[0]).focus({ preventScroll: true });
  }

  showAll();
  offer();
  const node = make(
    "form",
    { class: "marking", "aria-label": "Mark", onsubmit: (/** @type {Event} */ event) => event.preventDefault() },
    ...groups.map((group) => group.node),
    make("div", { class: "result" }, sum, clear),
    make("label", { for: "comment", text: "Comment for the learner" }),
    comment,
    before,
  );

  return {
    node,
    comment,
    focusOpen,
    flush,
    offer,
    insert,
    grow,
    /** Presses the choice with this digit. @param {number} digit */
    press(digit) {
      const { buttons } = current();
      const button = buttons[digit - 1];
      button?.focus({ preventScroll: true });
      button?.click();
    },
    /** Takes over a whole mark. @param {Marked} other */
    take(other) {
      clearTimeout(timer);
      comment.value = other.comment;
      set({ ...other });
      grow();
    },
  };
}
