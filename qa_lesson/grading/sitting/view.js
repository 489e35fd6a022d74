// The page side of a graded quiz. Python saves and hands in. This module draws and reports what is pressed.

import { hideStill, make, onEnter, replaceIfNew, setHtml, setText } from "../../look/dom.js";
import { redrawOn } from "../../look/model.js";
import { answerInputs } from "../../quiz/kinds/index.js";
import { button, frame, newUid, overviewBar } from "../../quiz/pages/frame.js";
import { conversation, draftKeeper, PATIENCE, SILENT } from "../../quiz/pages/kernel.js";

const TYPING = 1000; // milliseconds after the last key before an answer is saved
const LATE_CHECK = 20000; // milliseconds between two looks at the clock

/** @param {import("../../look/model.js").Page} page */
function render({ model, el }) {
  const uid = newUid();
  const get = (name) => model.get(name);
  let drawnQuestion = ""; // what the question area shows, to leave it alone while someone types into it
  let confirming = false; // whether the page asks if to hand in

  // ------------------------------------------------------------------ talking to the kernel
  const question = () => get("questions")[get("current")];
  const drafts = draftKeeper(model, "drafts", TYPING);
  const response = () => drafts.get(question().id) ?? null;
  const locked = () => !get("learner") || Boolean(get("receipt").hash);
  const same = (left, right) => JSON.stringify(left ?? null) === JSON.stringify(right ?? null);
  const isSaved = (id) => same(drafts.get(id), get("saved")[id]);
  let waiting = 0; // runs while an answer waits to be saved
  let silent = false; // whether that has taken so long that the page explains it

  function change(answer, typing = false) {
    const blank = typeof answer === "string" && !answer.trim();
    drafts.set(question().id, blank ? null : answer, typing);
    draw();
  }

  // Only what has been sent counts: what is still being typed waits for a pause, and not for the kernel.
  function watchSaving() {
    if (get("unsaved") || get("questions").every(({ id }) => same(get("drafts")[id], get("saved")[id]))) {
      clearTimeout(waiting);
      waiting = 0;
      silent = false;
    } else if (!waiting) {
      waiting = setTimeout(() => {
        silent = true;
        draw();
      }, PATIENCE);
    }
  }

  function ask(action, more = {}) {
    drafts.flush();
    talk.ask({ action, ...more });
  }

  function replied(message) {
    if (message.done === "download" && message.content !== undefined) download(message);
    if (message.done === "submit") confirming = false;
    draw();
    if (get("problem")) problem.focus();
    else if (get("named")) sure.focus();
    else if (message.done === "submit") receipt.focus();
    else if (message.done !== "download" && message.done !== "save") position.focus();
  }

  function download({ name, content }) {
    const address = URL.createObjectURL(new Blob([content], { type: "application/x-ndjson" }));
    const link = make("a", { href: address, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), PATIENCE);
  }

  function goTo(index) {
    const last = get("questions").length - 1;
    model.set("current", Math.max(0, Math.min(last, index)));
    drafts.flush();
    confirming = false;
    draw();
    position.focus();
  }

  function askForLearner() {
    ask("sit_down", { learner: whoField.value });
  }

  function changeName() {
    model.set("named", "");
    model.save_changes();
    draw();
    whoField.focus();
    whoField.select();
  }

  function confirm(wanted) {
    drafts.flush();
    confirming = wanted;
    draw();
    (wanted ? confirmation : buttons.handIn).focus();
  }

  // ------------------------------------------------------------------ the parts that stay
  const heading = make("p", { class: "qal-heading", id: `${uid}-heading` });
  const facts = make("div", { class: "qal-facts" });
  const whoField = make("input", {
    id: `${uid}-who`,
    type: "text",
    class: "qal-wide",
    autocomplete: "email",
    autocapitalize: "off",
    spellcheck: "false",
    maxlength: "254",
  });
  onEnter(whoField, askForLearner);
  const who = make(
    "div",
    { class: "qal-who" },
    make("label", { for: `${uid}-who`, text: "Your e-mail address or number, as your instructor knows it" }),
    make("div", { class: "qal-field" }, whoField),
    make("p", { text: "Use the same one each time: it brings your answers back." }),
  );
  const sureName = make("strong");
  const sure = make(
    "div",
    { class: "qal-feedback", "data-tone": "problem", tabindex: "-1", role: "group", "aria-label": "Is this you?" },
    make("p", {}, "You are ", sureName, ". Is that right?"),
    make("p", { text: "Your answers are saved under this name, and it can't be changed later." }),
  );
  const receipt = make("div", { class: "qal-feedback", tabindex: "-1", role: "status" });
  const overview = overviewBar(goTo);
  const position = make("p", { class: "qal-position", tabindex: "-1" });
  const prompt = make("div", { class: "qal-prompt", id: `${uid}-prompt` });
  const fieldset = make("fieldset", { class: "qal-answer", "aria-describedby": `${uid}-prompt` });
  const state = make("p", { class: "qal-state", role: "status" });
  const spoken = make("p", { class: "qal-spoken", role: "status" });
  const confirmation = make("div", {
    class: "qal-feedback",
    "data-tone": "problem",
    tabindex: "-1",
    role: "group",
    "aria-label": "Hand in",
  });
  const problem = make("p", { class: "qal-alert", role: "alert", tabindex: "-1" });
  const unsaved = make("p", { class: "qal-alert", role: "alert" });
  const wait = make("p", { class: "qal-wait", role: "status" });
  const notes = make("div", { class: "qal-notes" });
  const buttons = {
    begin: button("Begin", askForLearner),
    yes: button("Yes, begin", () => ask("sit_down", { learner: get("named"), sure: true })),
    change: button("Change", changeName),
    keep: button("Take this order as my answer", () => change(question().items.map((item) => item.id))),
    clear: button("Clear my answer", () => change(null)),
    previous: button("Previous", () => goTo(get("current") - 1)),
    next: button("Next", () => goTo(get("current") + 1)),
    handIn: button("Hand in …", () => confirm(true)),
    save: button("Try to save again", () => ask("save")),
    download: button("Download the file", () => ask("download")),
    again: button("", () => ask("begin_again")),
  };
  for (const name of ["begin", "yes", "handIn", "download"]) buttons[name].classList.add("qal-main");
  who.append(make("div", { class: "qal-row" }, buttons.begin));
  sure.append(make("div", { class: "qal-row" }, buttons.yes, buttons.change));
  const work = make(
    "div",
    {},
    overview.bar,
    position,
    prompt,
    fieldset,
    state,
    spoken,
    make("div", { class: "qal-row" }, buttons.keep, buttons.clear),
    make("div", { class: "qal-row" }, buttons.previous, buttons.next, buttons.handIn),
    confirmation,
  );
  const footer = make("div", { class: "qal-footer" }, make("div", { class: "qal-row" }, buttons.save), unsaved, notes);
  const root = frame(heading.id, heading, facts, receipt, who, sure, work, problem, wait, footer);
  const talk = conversation(model, root, wait, replied);

  const inputs = answerInputs(uid, fieldset, {
    question,
    response,
    locked,
    change,
    enter: () => drafts.flush(),
    say: (text) => {
      spoken.textContent = text;
    },
    why: () => null,
    sign: () => null,
  });

  // ------------------------------------------------------------------ the parts that change
  function inWords(iso) {
    const time = new Date(iso);
    const local = time.toLocaleString("en-GB", { dateStyle: "full", timeStyle: "short" });
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    return `${local} your time${zone ? ` (${zone.replaceAll("_", " ")})` : ""}, ${iso.slice(0, 16).replace("T", " ")} UTC`;
  }

  function drawFacts() {
    const { number, of } = get("attempt");
    const deadline = get("deadline");
    const late = deadline && Date.now() > Date.parse(deadline);
    const lines = [];
    if (get("learner")) {
      const attempts = of ? `attempt ${number} of ${of}` : `attempt ${number}; you may hand in as often as you like`;
      lines.push(make("p", { text: `Answering as ${get("learner")}, ${attempts}.` }));
    }
    if (deadline) lines.push(make("p", { text: `Hand in by ${inWords(deadline)}.` }));
    if (late && !get("receipt").hash) {
      lines.push(
        make("p", { class: "qal-alert", text: "The deadline has passed. You can still hand in; it counts as late." }),
      );
    }
    replaceIfNew(facts, lines);
  }

  function drawOverview() {
    overview.update(
      get("questions").map(({ id }) => {
        const answered = drafts.get(id) !== null && drafts.get(id) !== undefined;
        return {
          sign: answered ? "●" : "",
          word: answered ? "answered" : "not answered",
          look: answered ? "answered" : "open",
        };
      }),
      get("current"),
    );
  }

  function drawQuestion() {
    const asked = question();
    const wanted = JSON.stringify([asked.id, get("learner"), locked(), response()]);
    const stays = prompt.dataset.of === asked.id && fieldset.dataset.of === `${get("learner")} ${locked()}`;
    if (wanted !== drawnQuestion && !(drawnQuestion && stays && inputs.hold())) {
      const points = `${asked.points} ${asked.points === 1 ? "point" : "points"}`;
      position.textContent = `Question ${get("current") + 1} of ${get("questions").length} · ${points}`;
      if (prompt.dataset.of !== asked.id) setHtml(prompt, asked.prompt);
      prompt.dataset.of = asked.id;
      fieldset.dataset.of = `${get("learner")} ${locked()}`;
      fieldset.disabled = locked();
      inputs.draw();
    }
    drawnQuestion = wanted;
  }

  function drawState() {
    const answered = response() !== null;
    let text = answered ? "Saved." : "Not answered yet.";
    if (get("receipt").hash) text = answered ? "Handed in." : "Not answered.";
    else if (silent) text = `Not saved yet. ${SILENT}`;
    else if (!isSaved(question().id)) text = get("unsaved") ? "Not saved, see below." : "Saving …";
    setText(state, text);
    buttons.keep.hidden = locked() || !question().items || answered;
    buttons.clear.hidden = locked() || !answered;
    const last = get("questions").length - 1;
    buttons.previous.setAttribute("aria-disabled", String(get("current") === 0));
    buttons.next.setAttribute("aria-disabled", String(get("current") === last));
    buttons.handIn.hidden = locked() || confirming;
    buttons.handIn.classList.toggle("qal-main", get("current") === last);
  }

  function drawConfirmation() {
    confirmation.hidden = !confirming || locked();
    if (confirmation.hidden) return;
    const open = get("questions")
      .map(({ id }, index) => [id, index])
      .filter(([id]) => (drafts.get(id) ?? null) === null);
    const { number, of } = get("attempt");
    const parts = [];
    if (open.length) {
      const told = open.length === 1 ? "One question has no answer:" : `${open.length} questions have no answer:`;
      parts.push(
        make("p", { class: "qal-headline", text: told }),
        make(
          "div",
          { class: "qal-row" },
          ...open.map(([, index]) => button(`Question ${index + 1}`, () => goTo(index))),
        ),
      );
    } else {
      parts.push(make("p", { class: "qal-headline", text: "All questions have an answer." }));
    }
    const left = of ? of - number : null;
    const after =
      left === 0
        ? "This is your last attempt: after handing in, nothing can be changed."
        : "After handing in, this attempt cannot be changed, but you may begin another one.";
    parts.push(make("p", { text: after }));
    const now = button("Hand in now", () => ask("submit"));
    now.classList.add("qal-main");
    parts.push(
      make(
        "div",
        { class: "qal-row" },
        now,
        button("Go on answering", () => confirm(false)),
      ),
    );
    const shown = JSON.stringify([open, number, of]);
    if (confirmation.dataset.of !== shown || !confirmation.firstChild) confirmation.replaceChildren(...parts);
    confirmation.dataset.of = shown;
  }

  function drawReceipt() {
    const { hash, path, at, late, again } = get("receipt");
    receipt.hidden = !hash;
    if (!hash || receipt.dataset.of === hash) return;
    receipt.dataset.of = hash;
    receipt.dataset.tone = "right";
    const { number } = get("attempt");
    buttons.again.textContent = `Begin attempt ${number + 1}, with these answers`;
    receipt.replaceChildren(
      make("p", {
        class: "qal-headline",
        text: `Attempt ${number} is closed${late ? ", after the deadline: it counts as late" : ""}.`,
      }),
      make("p", { text: "Now give this one file to your instructor:" }),
      make("p", {}, make("code", { text: path })),
      make("div", { class: "qal-row" }, buttons.download, again ? buttons.again : null),
      make("p", { class: "qal-sub", text: "Your receipt" }),
      make("p", {}, make("code", { class: "qal-receipt", text: hash })),
      make("p", {
        text:
          `Closed ${inWords(at)}. Keep the receipt: it belongs to exactly this file. It shows when a line of the file ` +
          "is lost, moved or edited. It does not show who answered, whether this machine's clock was right, or that the whole file " +
          "was not written anew.",
      }),
    );
  }

  function drawFooter() {
    setText(problem, get("problem"));
    buttons.save.hidden = !get("unsaved");
    const text = get("unsaved")
      ? `Not saved: ${get("unsaved")}. The answers are kept here while the kernel runs, and saving is tried again with the next one.`
      : "";
    setText(unsaved, text);
    replaceIfNew(
      notes,
      get("notes").map((note) => make("p", { text: note })),
    );
    footer.hidden = !get("unsaved") && !get("notes").length;
  }

  function draw() {
    heading.textContent = get("heading");
    drawFacts();
    who.hidden = Boolean(get("learner") || get("named"));
    sure.hidden = Boolean(get("learner")) || !get("named");
    setText(sureName, get("named"));
    work.hidden = !get("learner");
    drawReceipt();
    if (get("learner")) {
      watchSaving();
      drawOverview();
      drawQuestion();
      drawState();
      drawConfirmation();
    }
    drawFooter();
  }

  const watched = [
    "heading",
    "learner",
    "named",
    "deadline",
    "attempt",
    "questions",
    "drafts",
    "saved",
    "current",
    "receipt",
    "unsaved",
    "problem",
    "notes",
  ];
  const endRedraws = redrawOn(model, watched, draw);
  const clock = setInterval(drawFacts, LATE_CHECK);
  draw();
  el.append(root);
  hideStill(el);

  return () => {
    drafts.flush();
    clearInterval(clock);
    clearTimeout(waiting);
    talk.end();
    endRedraws();
  };
}

export default { render };
