// What the review page does: one answer after another, and everything saved at once.

import { make } from "../../look/dom.js";
import { answerParts, questionParts } from "./answer_view.js";
import { bothMarks, comparisonParts } from "./comparison_view.js";
import { markingForm } from "./marking_form.js";
import { entriesOf, isShown, markBefore, neighbor, nextUnmarked } from "./marking_state.js";
import { keyButton, nameOf, pageFrame } from "./page_frame.js";
import { ask, savingQueue } from "./saving.js";
import { actionOf } from "./shortcuts.js";

/** @typedef {import("./marking_state.js").Entry} Entry */
/** @typedef {import("./marking_state.js").Filter} Filter */
/** @typedef {import("./marking_state.js").Marked} Marked */
/** @typedef {import("./comparison_view.js").Comparison} Comparison */

const NONE = {
  all: "No answer waits for a person.",
  unmarked: "Every answer is marked.",
  mine: "You haven't marked an answer yet.",
  differing: "The markers differ on no answer that you have marked.",
};

/**
 * @param {HTMLElement} root
 * @param {(path: string, body?: object) => Promise<any>} send
 */
export async function openReview(root, send = ask) {
  const page = await send("items");
  /** @type {Entry[]} */
  const entries = entriesOf(page.questions);
  const byReview = new Map(entries.map((entry) => [entry.answer.review, entry]));
  /** @type {Entry | null} */
  let current = null;
  /** @type {Filter} */
  let filter = "all";
  /** @type {Comparison | null} */
  let comparison = null;
  /** @type {ReturnType<typeof markingForm> | null} */
  let form = null;
  let comments = page.comments;

  const asked = make("section", { class: "question", "aria-labelledby": "question-heading" });
  const given = make("section", { class: "answer", "aria-labelledby": "answer-heading" });
  const frame = pageFrame(page, {
    undo: takeBack,
    retry: () => void queue.retry(),
    filter: useFilter,
    opened(name) {
      if (name === "comparing") compare(false, showComparison);
    },
    choose: (question) => go(entries.find((one) => one.question === question && fits(one)) ?? firstOf(question)),
  });
  const queue = savingQueue(send, frame.showSaving);
  root.replaceChildren(...frame.nodes, make("div", { class: "columns" }, asked, given), frame.said);

  // ------------------------------------------------------------------ what is decided

  /** @param {Entry} entry @param {Marked} mark @param {boolean} typing */
  function save(entry, mark, typing) {
    const agreed = filter === "differing";
    keep(entry, mark, agreed);
    const levels = entry.question.rubric.length ? (mark.levels ?? {}) : null;
    const body = { review: entry.answer.review, levels, credit: mark.credit, comment: mark.comment, typing, agreed };
    void queue.add("decide", body, takeOver);
  }

  /** @param {Entry} entry @param {Marked} mark @param {boolean} agreed */
  function keep(entry, mark, agreed) {
    const joint = differingOf(entry);
    if (!agreed) entry.answer.mark = mark;
    else if (joint) joint.agreed = mark;
    frame.showProgress(current?.question ?? null);
  }

  /** @param {{ undo: number, comments: string[] }} told */
  function takeOver(told) {
    ({ comments } = told);
    frame.canUndo(told.undo > 0);
    form?.offer();
  }

  function takeBack() {
    form?.flush();
    void queue.add("undo", {}, (told) => {
      takeOver(told);
      const entry = byReview.get(told.review);
      if (!entry) return frame.announce("There is nothing to undo.");
      keep(entry, told.mark, told.agreed);
      form = null; // it still has what was undone
      if (told.agreed !== (filter === "differing")) setFilter(told.agreed ? "differing" : "all");
      go(entry);
      return frame.announce(`Undone: ${nameOf(page.questions, entry.question)}, answer ${entry.place}`);
    });
  }

  // ------------------------------------------------------------------ what is shown

  /** @param {Entry} entry */
  const differingOf = (entry) => comparison?.differing?.find(({ review }) => review === entry.answer.review);

  /** @param {Entry} entry */
  const fits = (entry) => isShown(entry, filter, new Set(comparison?.differing?.map(({ review }) => review)));

  /** @param {import("./marking_state.js").Question} question */
  const firstOf = (question) => byReview.get(question.answers[0].review) ?? null;

  function showAnswer() {
    form = null;
    if (!current) {
      const heading = make("h2", { id: "answer-heading", text: "No answer here" });
      return given.replaceChildren(heading, make("p", { text: NONE[filter] }));
    }
    const entry = current;
    const joint = filter === "differing" ? differingOf(entry) : undefined;
    form = markingForm({
      question: entry.question,
      mark: joint ? joint.agreed : entry.answer.mark,
      comments: () => comments,
      changed: (mark, typing) => save(entry, mark, typing),
    });
    const parts = answerParts(entry);
    if (joint) {
      const told = make("p", { text: "You differ here. What you choose now counts for all of you." });
      parts.push(make("div", { class: "settling" }, told, bothMarks(entry, joint)));
    }
    const moves = make(
      "div",
      { class: "moves" },
      keyButton("Previous", "k", () => move(-1)),
      keyButton("Next", "j", () => move(1)),
      keyButton("Next unmarked", "n", toUnmarked),
    );
    given.replaceChildren(...parts, form.node, moves);
    return form.grow();
  }

  /** @param {Entry | null} entry */
  function go(entry) {
    form?.flush();
    if (entry?.question !== current?.question) {
      const parts = entry ? questionParts(nameOf(page.questions, entry.question), entry.question) : [];
      asked.replaceChildren(...parts);
      asked.hidden = entry === null;
    }
    current = entry;
    showAnswer();
    frame.showProgress(entry?.question ?? null);
    form?.focusOpen();
    given.scrollIntoView?.({ block: "nearest" });
    if (!entry) return frame.announce(NONE[filter]);
    const place = `answer ${entry.place} of ${entry.question.answers.length}`;
    return frame.announce(`${nameOf(page.questions, entry.question)}, ${place}`);
  }

  /** @param {1 | -1} step */
  function move(step) {
    const entry = neighbor(entries, current?.answer.review ?? null, step, fits);
    if (entry) go(entry);
    else frame.announce(step > 0 ? "This is the last answer." : "This is the first answer.");
  }

  function toUnmarked() {
    form?.flush();
    const entry = nextUnmarked(entries, current?.answer.review ?? null);
    if (!entry) return frame.announce("Every other answer is marked.");
    if (filter !== "unmarked") setFilter("all");
    return go(entry);
  }

  /** @param {Filter} wanted */
  function setFilter(wanted) {
    filter = wanted;
    frame.showFilter(wanted);
  }

  /** @param {Filter} wanted */
  function useFilter(wanted) {
    form?.flush();
    const show = () => go(current && fits(current) ? current : (entries.find(fits) ?? null));
    if (wanted !== "differing") {
      setFilter(wanted);
      return show();
    }
    frame.showFilter(filter); // until it is known whether the comparison is open
    return compare(false, (found) => {
      if (!found.open) return frame.openPanel("comparing");
      setFilter("differing");
      return show();
    });
  }

  // ------------------------------------------------------------------ two markers

  /** @param {boolean} look @param {(found: Comparison) => void} done */
  function compare(look, done) {
    form?.flush();
    void queue.add("agreement", { look }, (found) => {
      comparison = found;
      done(found);
    });
  }

  /** @param {Comparison} found */
  function showComparison(found) {
    const parts = comparisonParts({
      found,
      marker: page.marker,
      entryOf: (review) => byReview.get(review),
      look: () => compare(true, showComparison),
      settle(review) {
        form?.flush();
        setFilter("differing");
        frame.openPanel(null);
        go(byReview.get(review) ?? null);
      },
    });
    frame.fillComparison(parts);
  }

  // ------------------------------------------------------------------ keys and leaving

  /** @type {Record<string, (digit: number) => void>} */
  const actions = {
    next: () => move(1),
    previous: () => move(-1),
    unmarked: toUnmarked,
    undo: takeBack,
    help: () => frame.openPanel("keys"),
    comment: () => form?.comment.focus(),
    leave: () => form?.focusOpen(),
    insert: (digit) => form?.insert(digit - 1),
    press: (digit) => form?.press(digit),
    same() {
      const before = current && markBefore(current);
      if (before) form?.take(before);
      else frame.announce("No answer before this one is marked.");
    },
  };
  document.addEventListener("keydown", (event) => {
    const found = actionOf(event);
    if (!found) return;
    event.preventDefault();
    actions[found.action](found.digit ?? 0);
  });
  window.addEventListener("beforeunload", (event) => {
    form?.flush();
    if (!queue.isEmpty) event.preventDefault();
  });

  frame.canUndo(page.undo > 0);
  go(nextUnmarked(entries, null) ?? entries[0] ?? null);
}
