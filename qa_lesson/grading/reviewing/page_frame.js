// What surrounds question and answer on the review page: progress, the state of saving, buttons, panels.

import { make, setText } from "../../look/dom.js";
import { isDecided, progressOf } from "./marking_state.js";
import { shortcutList } from "./shortcuts.js";

/** @typedef {import("./marking_state.js").Question} Question */
/** @typedef {import("./marking_state.js").Filter} Filter */
/** @typedef {import("./saving.js").SavingState} SavingState */
/** @typedef {"keys" | "comparing"} PanelName */

/** @type {[Filter, string][]} */
const FILTERS = [
  ["all", "all answers"],
  ["unmarked", "not marked yet"],
  ["mine", "marked by me"],
  ["differing", "markers differ"],
];

/**
 * A button, with its key beside the text.
 *
 * @param {string} text
 * @param {string} key may be empty
 * @param {() => void} onclick
 */
export function keyButton(text, key, onclick) {
  return make(
    "button",
    { type: "button", onclick },
    text,
    key ? make("kbd", { text: key, "aria-hidden": "true" }) : null,
  );
}

/**
 * The name of a question; where learners were asked different variants of it, with a letter.
 *
 * @param {Question[]} questions
 * @param {Question} question
 */
export function nameOf(questions, question) {
  const same = questions.filter((one) => one.number === question.number);
  const letter = same.length > 1 ? `, variant ${same.indexOf(question) + 1}` : "";
  return `Question ${question.number}${letter}`;
}

/**
 * @param {{ title: string, marker: string, names: boolean, questions: Question[] }} page
 * @param {object} calls
 * @param {() => void} calls.undo
 * @param {() => void} calls.retry try to save again
 * @param {(name: PanelName) => void} calls.opened
 * @param {(filter: Filter) => void} calls.filter
 * @param {(question: Question) => void} calls.choose
 */
export function pageFrame(page, calls) {
  const bar = make("progress", { "aria-label": "Answers marked" });
  const progress = make("span");
  const saved = make("p", { class: "saved", role: "status", text: "Everything is saved at once" });
  const problem = make("div", { class: "problem", role: "alert", hidden: true });
  const undo = keyButton("Undo", "u", calls.undo);
  const filters = make("select", { id: "filter" }, ...FILTERS.map(([value, text]) => make("option", { value, text })));
  filters.addEventListener("change", () => calls.filter(/** @type {Filter} */ (filters.value)));
  const questions = make("nav", { "aria-label": "Questions", class: "questions" });
  const said = make("p", { class: "unseen", role: "status" });
  const panels = {
    comparing: panel("Compare markers", "", () => openPanel("comparing")),
    keys: panel("Shortcuts", "?", () => openPanel("keys")),
  };
  panels.keys.body.append(shortcutList());

  const header = make(
    "header",
    {},
    make("h1", { text: page.title }),
    make(
      "p",
      { class: "who" },
      "You mark as ",
      make("b", { text: page.marker, dir: "auto" }),
      page.names ? ". Names are shown." : ". Names are hidden.",
    ),
    make("div", { class: "state" }, bar, progress, saved),
    make(
      "div",
      { class: "tools" },
      undo,
      panels.comparing.opener,
      panels.keys.opener,
      make("label", { for: "filter", text: "Show" }),
      filters,
    ),
    problem,
  );

  /** @param {string} name @param {string} key @param {() => void} open */
  function panel(name, key, open) {
    const opener = keyButton(name, key, open);
    opener.setAttribute("aria-expanded", "false");
    const body = make("div");
    const close = make("button", { type: "button", class: "quiet", text: "Close", onclick: () => openPanel(null) });
    const properties = { class: "panel", "aria-label": name, tabindex: "-1", hidden: true };
    return { opener, body, node: make("section", properties, make("h2", { text: name }), body, close) };
  }

  /** @type {HTMLElement | null} */
  let before = null; // where the focus was when a panel was opened

  /** Opens a panel and closes the other; one that is open is closed. @param {PanelName | null} wanted */
  function openPanel(wanted) {
    const focused = document.activeElement;
    for (const name of /** @type {PanelName[]} */ (["comparing", "keys"])) {
      const { node, opener } = panels[name];
      const opens = name === wanted && node.hidden;
      const returns = !opens && node.contains(focused);
      node.hidden = !opens;
      if (returns) (before?.isConnected ? before : opener).focus();
      opener.setAttribute("aria-expanded", String(opens));
      if (opens) {
        if (focused instanceof HTMLElement && !focused.closest(".panel")) before = focused;
        node.focus();
        calls.opened(name);
      }
    }
  }

  return {
    nodes: [header, questions, panels.keys.node, panels.comparing.node],
    said,
    openPanel,
    /** Fills the comparison. @param {Node[]} parts */
    fillComparison: (parts) => panels.comparing.body.replaceChildren(...parts),
    /** Tells a screen reader. @param {string} text */
    announce: (text) => setText(said, text),
    /** @param {boolean} can */
    canUndo(can) {
      undo.disabled = !can;
    },
    /** @param {Filter} filter */
    showFilter(filter) {
      filters.value = filter;
    },
    /** @param {SavingState} state */
    showSaving({ kind, waiting, text }) {
      if (kind === "saving" && !problem.hidden) return; // trying again is not worth an announcement
      setText(saved, { saved: "Saved", saving: "Saving …", failed: "Not saved", refused: "Not saved" }[kind]);
      saved.classList.toggle("not", kind === "failed" || kind === "refused");
      problem.hidden = kind === "saved" || kind === "saving";
      if (problem.hidden) problem.replaceChildren();
      const changes = waiting === 1 ? "1 change isn't" : `${waiting} changes aren't`;
      const told =
        kind === "failed"
          ? `${changes} saved: ${text}. What you entered is kept on this page, and saving is tried again every few seconds. If the program was stopped, leave this page open, start the program again, and enter what is missing on its new page.`
          : `Not saved: ${text}`;
      if (problem.hidden || problem.firstChild?.textContent === told) return;
      problem.replaceChildren(make("p", { text: told }));
      if (kind === "failed") {
        problem.append(make("button", { type: "button", text: "Try again", onclick: calls.retry }));
      }
    },
    /** @param {Question | null} current */
    showProgress(current) {
      const { answers, total, text } = progressOf(page.questions);
      bar.max = total;
      bar.value = answers;
      setText(progress, text);
      const at = [...questions.children].findIndex((button) => button === document.activeElement);
      const buttons = page.questions.map((question) => {
        const all = question.answers.length;
        const done = question.answers.filter(({ mark }) => isDecided(mark)).length;
        const name = nameOf(page.questions, question);
        return make(
          "button",
          {
            type: "button",
            "aria-current": question === current ? "true" : null,
            class: done === all ? "done" : null,
            onclick: () => calls.choose(question),
          },
          make("span", { text: name }),
          " ",
          make("span", { class: "count", text: `${done} of ${all} marked` }),
        );
      });
      questions.replaceChildren(...buttons);
      buttons[at]?.focus();
    },
  };
}
