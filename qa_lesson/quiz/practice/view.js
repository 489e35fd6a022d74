// The page side of a practice quiz. Python holds the state, marks and records. This module draws it and reports what is
// pressed.

import { focusIn, hideStill, make, replaceIfNew, setHtml, setText } from "../../look/dom.js";
import { redrawOn } from "../../look/model.js";
import { answerInputs } from "../kinds/index.js";
import { button, frame, newUid, overviewBar } from "../pages/frame.js";
import { conversation, draftKeeper } from "../pages/kernel.js";

const CONFIDENCE = [
  ["I am guessing", 1 / 3],
  ["fairly sure", 2 / 3],
  ["certain", 0.95],
];
const MARKS = {
  open: { sign: "", word: "not answered" },
  right: { sign: "✓", word: "right" },
  wrong: { sign: "✗", word: "not right yet" },
};
const TYPING = 300; // milliseconds after the last key before a draft travels to the kernel

// A link to the section that answers a question. If the notebook on this page has it, the page goes there; otherwise the
// lesson opens in a tab of its own.
function sectionLink({ section, section_address: address }) {
  if (!address) return make("span", { text: section });
  const link = make("a", { href: address, target: "_blank", rel: "noopener", text: section });
  link.addEventListener("click", (event) => {
    const wanted = decodeURIComponent(address.split("#")[1] ?? "");
    /** @type {NodeListOf<HTMLElement>} */
    const headings = document.querySelectorAll(".jp-RenderedMarkdown :is(h1, h2, h3, h4)");
    const found = [...headings].find(({ id, dataset }) => id === wanted || dataset.jupyterId === wanted);
    if (!found) return;
    event.preventDefault();
    found.scrollIntoView({ block: "start" });
  });
  return link;
}

/** @param {import("../../look/model.js").Page} page */
function render({ model, el }) {
  const uid = newUid();
  const get = (name) => model.get(name);
  let drawnQuestion = ""; // what the question area shows, to leave it alone while someone types into it

  // ------------------------------------------------------------------ talking to the kernel
  const question = () => get("questions")[get("current")];
  const answer = () => get("answers")[get("current")];
  const drafts = draftKeeper(model, "drafts", TYPING);
  const draft = () => drafts.get(question().id) ?? { response: null, confidence: null };
  const setDraft = (change, typing = false) => drafts.set(question().id, { ...draft(), ...change }, typing);

  function ask(action) {
    drafts.flush();
    talk.ask({ action, question: question().id, ...draft() });
  }

  function replied({ done: action }) {
    draw();
    if (action === "start_again") goTo(0);
    else if (action === "hint") focusIn(help, "li.hint:last-of-type");
    else if (action === "steps") focusIn(help, ".steps");
    else if (action === "try_again") focusIn(fieldset, "input, textarea, button:not([aria-disabled])");
    else feedback.focus();
  }

  function goTo(index, focus = true) {
    const last = get("questions").length - 1;
    model.set("current", Math.max(0, Math.min(last, index)));
    drafts.flush();
    draw();
    if (focus) position.focus();
  }

  // ------------------------------------------------------------------ the parts that stay
  const heading = make("p", { class: "qal-heading", id: `${uid}-heading` });
  const overview = overviewBar(goTo);
  const position = make("p", { class: "qal-position", tabindex: "-1" });
  const prompt = make("div", { class: "qal-prompt", id: `${uid}-prompt` });
  const fieldset = make("fieldset", { class: "qal-answer", "aria-describedby": `${uid}-prompt` });
  const confidence = make("fieldset", { class: "qal-confidence" });
  const feedback = make("div", { class: "qal-feedback", role: "status", "aria-live": "polite", tabindex: "-1" });
  const help = make("div", { class: "qal-help" });
  const wait = make("p", { class: "qal-wait", role: "status" });
  const spoken = make("p", { class: "qal-spoken", role: "status" });

  const buttons = {
    check: button("Check", () => ask("check")),
    tryAgain: button("Try again", () => ask("try_again")),
    hint: button("Hint", () => ask("hint")),
    steps: button("Show the worked steps", () => ask("steps")),
    previous: button("Previous", () => goTo(get("current") - 1)),
    next: button("Next", () => goTo(get("current") + 1)),
    startAgain: button("Start the quiz again", () => ask("start_again")),
    save: button("Try to save again", () => ask("save")),
  };
  buttons.check.classList.add("qal-main");
  const actions = make("div", { class: "qal-row" }, buttons.check, buttons.tryAgain, buttons.hint, buttons.steps);
  const moves = make("div", { class: "qal-row" }, buttons.previous, buttons.next);
  const standing = make("p", { class: "qal-standing" });
  const unsaved = make("p", { class: "qal-alert", role: "alert" });
  const notes = make("div", { class: "qal-notes" });
  const footer = make(
    "div",
    { class: "qal-footer" },
    standing,
    make("div", { class: "qal-row" }, buttons.startAgain, buttons.save),
    unsaved,
    notes,
  );
  const root = frame(
    heading.id,
    heading,
    overview.bar,
    position,
    prompt,
    fieldset,
    confidence,
    wait,
    spoken,
    actions, // above the feedback, so that no button moves when it appears
    feedback,
    help,
    moves,
    footer,
  );
  const talk = conversation(model, root, wait, replied);

  // ------------------------------------------------------------------ the parts that change
  function drawOverview() {
    const states = get("questions").map((_, index) => get("answers")[index]?.status ?? "open");
    overview.update(
      states.map((status) => ({ ...MARKS[status], look: status })),
      get("current"),
    );
  }

  function perOption(id) {
    const text = answer().result?.per_option[id];
    return text ? make("span", { class: "qal-why", html: text }) : null;
  }

  const inputs = answerInputs(uid, fieldset, {
    question,
    response: () => draft().response,
    locked: () => answer().status !== "open",
    change: (response, typing) => setDraft({ response }, typing),
    enter: () => ask("check"),
    say: (text) => {
      spoken.textContent = text;
    },
    why: perOption,
    sign: (id) => answer().result?.signs[id] ?? null,
  });

  function drawQuestion() {
    const asked = question();
    const state = answer();
    const wanted = JSON.stringify([asked.id, state.status, state.closed, state.result, draft()]);
    if (wanted === drawnQuestion || (drawnQuestion && shows(asked, state))) {
      drawnQuestion = wanted;
      return;
    }
    drawnQuestion = wanted;
    const total = get("questions").length;
    const points = `${asked.points} ${asked.points === 1 ? "point" : "points"}`;
    position.textContent = `Question ${get("current") + 1} of ${total} · ${asked.difficulty} · ${points}`;
    if (prompt.dataset.of !== asked.id) setHtml(prompt, asked.prompt);
    prompt.dataset.of = asked.id;
    fieldset.dataset.status = state.status;
    fieldset.dataset.answer = JSON.stringify(state.result);
    inputs.draw();
    fieldset.disabled = state.status !== "open";
    confidence.disabled = state.status !== "open";
    confidence.replaceChildren(
      make("legend", { text: "How sure are you? (optional)" }),
      ...CONFIDENCE.map(([word, value]) => {
        const input = make("input", { type: "radio", name: `${uid}-confidence`, value });
        input.checked = draft().confidence === value;
        input.addEventListener("change", () => setDraft({ confidence: value }));
        return make("label", {}, input, make("span", { text: word }));
      }),
    );
  }

  // Whether the inputs hold the draft already, which they do when it comes from them.
  function shows(asked, state) {
    if (prompt.dataset.of !== asked.id || fieldset.dataset.status !== state.status) return false;
    if (fieldset.dataset.answer !== JSON.stringify(state.result)) return false;
    /** @type {HTMLInputElement | null} */
    const said = confidence.querySelector("input:checked");
    return (said ? Number(said.value) : null) === draft().confidence && inputs.hold();
  }

  function drawFeedback() {
    const { result, problem, saved, attempts_left: left, status } = answer();
    const parts = [];
    let tone = "none";
    if (result) {
      tone = status;
      parts.push(make("p", { class: "qal-headline", text: result.headline }), make("div", { html: result.feedback }));
      if (left !== null && status === "wrong") {
        const words = left === 0 ? "No attempts left in this round." : `Attempts left: ${left}.`;
        parts.push(make("p", { text: words }));
      }
      parts.push(make("p", { class: "qal-again" }, "To read again: ", sectionLink(answer())));
      const more = status === "wrong" ? another() : null;
      if (more !== null) parts.push(button(`One more on the same point: question ${more + 1}`, () => goTo(more)));
      parts.push(make("p", { class: "qal-saved", text: saved ? "Saved." : "Not saved, see below." }));
    }
    if (problem) {
      tone = result ? tone : "problem";
      parts.push(make("p", { class: "qal-problem", text: problem }));
    }
    replaceIfNew(feedback, parts);
    feedback.dataset.tone = tone;
  }

  // A question on the same objective that is still open, by its place; null if there is none.
  function another() {
    const { id, objective } = question();
    const open = (asked, index) => asked.id !== id && asked.objective === objective && isOpen(index);
    const found = get("questions").findIndex(open);
    return found < 0 ? null : found;
  }

  const isOpen = (index) => get("answers")[index]?.status === "open";

  function drawLessons() {
    const { quick_check: rule, mistakes } = answer();
    return [
      make("p", { html: `<strong>In short:</strong> ${rule}` }),
      make("p", { class: "qal-sub", text: mistakes.length === 1 ? "A common mistake:" : "Common mistakes:" }),
      make("ul", {}, ...mistakes.map((mistake) => make("li", { html: mistake }))),
    ];
  }

  function drawHelp() {
    const { hints, steps } = answer();
    const parts = answer().quick_check ? drawLessons() : [];
    if (hints.length) {
      parts.push(
        make("p", { class: "qal-sub", text: hints.length === 1 ? "Hint" : "Hints" }),
        make("ul", {}, ...hints.map((hint) => make("li", { class: "hint", tabindex: "-1", html: hint }))),
      );
    }
    if (steps.length) {
      parts.push(
        make(
          "div",
          { class: "steps", tabindex: "-1" },
          make("p", { class: "qal-sub", text: "Worked steps" }),
          make("ol", {}, ...steps.map((step) => make("li", { html: step }))),
        ),
      );
    }
    replaceIfNew(help, parts);
  }

  function drawActions() {
    const { status, closed, hints, steps, steps_free: free, attempts_left: left } = answer();
    buttons.check.hidden = status !== "open";
    buttons.check.textContent = left === null ? "Check" : `Check (${left} left)`;
    if (left !== null) buttons.check.setAttribute("aria-label", `Check, attempts left: ${left}`);
    else buttons.check.removeAttribute("aria-label");
    buttons.tryAgain.hidden = status !== "wrong" || closed;
    const nHints = question().n_hints;
    buttons.hint.hidden = closed || hints.length >= nHints;
    buttons.hint.textContent = `Hint ${hints.length + 1} of ${nHints}`;
    buttons.steps.hidden = steps.length > 0;
    buttons.steps.textContent = free ? "Show the worked steps" : "Show the worked steps (counts as seen: no points)";
    const last = get("questions").length - 1;
    buttons.previous.setAttribute("aria-disabled", String(get("current") === 0));
    buttons.next.setAttribute("aria-disabled", String(get("current") === last));
  }

  function drawFooter() {
    heading.textContent = get("heading");
    standing.textContent = get("standing");
    buttons.startAgain.hidden = !get("started");
    const problem = get("unsaved");
    buttons.save.hidden = !problem;
    const text = problem
      ? `Not saved: ${problem}. The answers are kept here while the kernel runs, and saving is tried again with the next one.`
      : "";
    setText(unsaved, text);
    notes.replaceChildren(...get("notes").map((note) => make("p", { text: note })));
  }

  function draw() {
    drawOverview();
    drawQuestion();
    drawFeedback();
    drawHelp();
    drawActions();
    drawFooter();
  }

  const watched = ["heading", "questions", "answers", "drafts", "current", "standing", "started", "unsaved", "notes"];
  const endRedraws = redrawOn(model, watched, draw);
  draw();
  el.append(root);
  hideStill(el);

  return () => {
    drafts.flush();
    talk.end();
    endRedraws();
  };
}

export default { render };
