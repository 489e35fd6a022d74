// The page side of the annotation widget. It keeps no data of its own: every change goes to Python as a message that carries
// the whole form, so that no message can overtake another, and Python answers by setting traits.
// Positions are UTF-16 units, as JavaScript counts; Python converts them to characters.

import { keepKeys, make, selectedRange } from "../look/dom.js";
import { guessKind, KINDS, wordKeys } from "./annotating/keys.js";

function labelled(text, field, hint) {
  field.id = `qa-annotation-${Math.random().toString(36).slice(2)}`; // each widget is a module of its own: no counter
  const children = [make("label", { for: field.id }, text), field];
  if (hint) {
    hint.id = `${field.id}-hint`;
    field.setAttribute("aria-describedby", hint.id);
    children.push(hint);
  }
  return make("div", { class: "qa-annotation-field" }, ...children);
}

function occurrences(text, part) {
  const found = [];
  for (let at = text.indexOf(part); part && at >= 0; at = text.indexOf(part, at + 1)) found.push(at);
  return found;
}

// The selection inside `node` as [start, end] in its text, or null if there is none.
function selectedSpan(node) {
  const range = selectedRange(node);
  if (!range) return null;
  const before = document.createRange();
  before.selectNodeContents(node);
  before.setEnd(range.startContainer, range.startOffset);
  const start = before.toString().length;
  return [start, start + range.toString().length];
}

/** @param {import("../look/model.js").Page} page */
function render({ model, el }) {
  const named = { class: "qa-annotation", "aria-label": "Annotation", "data-lm-suppress-shortcuts": "true" };
  const root = keepKeys(make("section", named));
  let span = [];
  let kept = []; // answers that count as right beside it
  let starts = []; // where the typed answer occurs
  let waiting = null;

  // ---- fields
  const pasted = make("textarea", { rows: "6" });
  const source = make("input", { type: "text" });
  const question = make("input", { type: "text" });
  const answer = make("input", { type: "text" });
  const noAnswer = make("input", { type: "checkbox" });
  const kind = make("select", {}, ...["", ...KINDS].map((name) => make("option", { value: name }, name || "none")));
  const passage = make("div", { class: "qa-annotation-passage", tabindex: "0", role: "group" });
  const caption = make("div", { class: "qa-annotation-hint" });
  const note = make("span", {});
  const status = make("div", { class: "qa-annotation-status", role: "status" });
  const place = make("span", { class: "qa-annotation-hint" });
  const heading = make("strong", {});
  const reach = make("div", { class: "qa-annotation-hint" });
  const also = make("ul", { class: "qa-annotation-kept", "aria-label": "Further answers that count as right" });
  const list = make("ol", { class: "qa-annotation-list" });
  const button = (text, action) => make("button", { type: "button", onclick: action }, text);

  const form = () => ({
    pasted: pasted.value,
    source: source.value,
    question: question.value,
    answer: noAnswer.checked ? "" : answer.value,
    span: noAnswer.checked ? [] : span,
    kept: noAnswer.checked ? [] : kept,
    kind: kind.value,
    no_answer: noAnswer.checked,
  });
  const send = (action, more = {}) => {
    clearTimeout(waiting);
    model.send({ action, form: form(), ...more });
  };
  const draftSoon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => send("draft"), 300);
  };

  // ---- parts
  const next = button("Next occurrence", () => choose(starts[(starts.indexOf(span[0]) + 1) % starts.length]));
  const store = (action) => {
    status.textContent = "saving …"; // stays if no kernel answers: only Python says "saved"
    status.dataset.kind = "";
    send(action);
    question.focus();
  };
  const save = button("Save", () => store("save"));
  save.classList.add("qa-annotation-primary");
  const previousPassage = button("Previous passage", () => send("go", { step: -1 }));
  const nextPassage = button("Next passage", () => send("go", { step: 1 }));
  const another = button("Another passage", () => send("another"));
  const paste = make(
    "div",
    {},
    labelled("Passage", pasted),
    labelled(
      "Document it comes from",
      source,
      make("span", { class: "qa-annotation-hint" }, "needed to split the data"),
    ),
    make(
      "div",
      { class: "qa-annotation-row" },
      button("Use this passage", () => send("use")),
    ),
  );
  const check = labelled("The passage does not answer the question", noAnswer);
  check.classList.add("qa-annotation-check");
  const alsoRight = button("Also accept another answer", keepAnswer);
  const help = make(
    "div",
    { class: "qa-annotation-hint", hidden: true },
    ...[
      "Enter in the question goes to the passage, or saves if there is an answer.",
      "In the passage, arrow keys move by word and by line, Shift extends, letters jump to a word, and Enter saves.",
      "Alt+A keeps the answer and takes another one. Alt+N says that the passage has no answer.",
      "Alt+J and Alt+K turn to the next and the previous passage. Ctrl+Enter saves and turns to the next one.",
    ].map((line) => make("div", {}, line)),
  );
  const showKeys = button("Keys", () => {
    help.hidden = !help.hidden;
    showKeys.setAttribute("aria-expanded", String(!help.hidden));
  });
  showKeys.setAttribute("aria-expanded", "false");
  const write = make(
    "div",
    {},
    make("div", { class: "qa-annotation-row" }, previousPassage, nextPassage, another, place),
    passage,
    caption,
    labelled("Question", question),
    labelled("Answer", answer, make("span", { class: "qa-annotation-hint" }, note, " ", next)),
    also,
    check,
    labelled("Type of question", kind),
    make(
      "div",
      { class: "qa-annotation-row" },
      save,
      alsoRight,
      button("Clear", () => send("clear")),
      showKeys,
    ),
    help,
  );
  root.append(heading, reach, paste, write, status, list);

  // ---- what follows a change on the page
  function choose(start) {
    span = [start, start + answer.value.length];
    mark();
    send("draft");
  }

  function select(chosen) {
    noAnswer.checked = false;
    span = chosen;
    answer.value = model.get("passage").slice(...span);
    mark();
  }

  function keepAnswer() {
    if (!noAnswer.checked) send("keep");
    passage.focus();
  }

  function mark() {
    const text = model.get("passage");
    passage.replaceChildren(
      ...(span.length ? [text.slice(0, span[0]), make("mark", {}, text.slice(...span)), text.slice(span[1])] : [text]),
    );
    passage.querySelector("mark")?.scrollIntoView?.({ block: "nearest" });
    also.hidden = !kept.length;
    also.replaceChildren(
      ...kept.map((one) => {
        const words = text.slice(...one);
        const drop = button("Remove", () => {
          kept = kept.filter((other) => other !== one);
          mark();
          send("draft");
        });
        drop.setAttribute("aria-description", `Remove the answer ${words}`);
        return make("li", {}, words, " ", drop);
      }),
    );
    alsoRight.disabled = noAnswer.checked || !answer.value;
    starts = occurrences(text, answer.value);
    const chosen = starts.indexOf(span[0]) + 1;
    next.hidden = starts.length < 2;
    if (noAnswer.checked) note.textContent = "none";
    else if (!answer.value) note.textContent = "select it in the passage, or type it exactly as it is there";
    else if (!starts.length) note.textContent = "this does not stand in the passage, letter by letter";
    else note.textContent = starts.length > 1 ? `occurrence ${chosen} of ${starts.length} is marked` : "marked";
  }

  passage.addEventListener("mouseup", () => {
    const selected = selectedSpan(passage);
    if (!selected) return;
    document.getSelection()?.removeAllRanges();
    select(selected);
    send("draft");
  });
  wordKeys(passage, {
    text: () => model.get("passage"),
    span: () => span,
    select: (chosen) => {
      select(chosen);
      draftSoon();
    },
  });
  answer.addEventListener("input", () => {
    noAnswer.checked = false;
    const found = occurrences(model.get("passage"), answer.value);
    span = found.length ? [found[0], found[0] + answer.value.length] : [];
    mark();
    draftSoon();
  });
  noAnswer.addEventListener("change", () => {
    showNoAnswer();
  });
  kind.addEventListener("change", () => {
    kind.dataset.chosen = "yes";
    send("draft");
  });
  for (const field of [pasted, source, question]) field.addEventListener("input", draftSoon);
  question.addEventListener("input", () => {
    if (!kind.dataset.chosen) kind.value = guessKind(question.value);
  });

  function showNoAnswer() {
    if (noAnswer.checked) {
      span = [];
      kept = [];
      answer.value = "";
    }
    mark();
    send("draft");
  }

  /** @type {Record<string, () => void>} */
  const shortcuts = {
    KeyA: keepAnswer,
    KeyN: () => {
      noAnswer.checked = !noAnswer.checked;
      showNoAnswer();
      question.focus();
    },
    KeyJ: () => nextPassage.disabled || send("go", { step: 1 }),
    KeyK: () => previousPassage.disabled || send("go", { step: -1 }),
  };
  write.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const { target } = event;
    if (event.altKey && !event.ctrlKey && shortcuts[event.code]) {
      event.preventDefault();
      shortcuts[event.code]();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      store("save_and_go");
    } else if (event.key === "Enter" && (target === question || target === answer || target === passage)) {
      event.preventDefault();
      const isAnswered = noAnswer.checked || answer.value || kept.length;
      if (target === question && !isAnswered) passage.focus();
      else store("save");
    }
  });

  // ---- what follows a change in Python
  function showForm() {
    pasted.value = model.get("pasted");
    source.value = model.get("source");
    question.value = model.get("question");
    noAnswer.checked = model.get("no_answer");
    span = model.get("span");
    kept = model.get("kept");
    kind.value = model.get("kind");
    if (!kind.value) delete kind.dataset.chosen;
    answer.value = model.get("answer");
    const given = model.get("n_passages") > 0;
    const hasPassage = model.get("passage") !== "";
    paste.hidden = hasPassage;
    write.hidden = !hasPassage;
    another.hidden = given;
    previousPassage.hidden = nextPassage.hidden = !given;
    previousPassage.disabled = model.get("index") <= 0;
    nextPassage.disabled = model.get("index") >= model.get("n_passages") - 1;
    save.textContent = model.get("editing") ? "Save the change" : "Save";
    const number = given ? `passage ${model.get("index") + 1} of ${model.get("n_passages")}` : "";
    place.textContent = [number, model.get("document"), model.get("place")].filter(Boolean).join(", ");
    passage.setAttribute("aria-label", "Passage: select the answer with the mouse, or with the arrow keys");
    mark();
  }
  function showSpan() {
    const shown = model.get("span");
    if (shown.length && span.length && shown[0] >= span[0] && shown[1] <= span[1]) {
      if (shown[0] === span[0] && shown[1] === span[1]) return;
      span = shown; // Python has cut white space off its ends
      if (document.activeElement !== answer) answer.value = model.get("passage").slice(...span);
      mark();
    }
  }
  function showCaption() {
    caption.textContent = model.get("caption");
  }
  function showStatus() {
    status.textContent = model.get("message");
    status.dataset.kind = model.get("message_kind");
  }
  function showEntries() {
    const entries = model.get("entries");
    heading.textContent = `${entries.length} ${entries.length === 1 ? "question" : "questions"} saved in ${model.get("file_name")}`;
    reach.textContent = model.get("reach");
    list.hidden = !entries.length;
    list.replaceChildren(
      ...entries.map((entry) => {
        const remove = button("Delete", () => {
          if (remove.dataset.sure) return send("delete", { id: entry.id });
          remove.dataset.sure = "yes";
          remove.textContent = "Really delete?";
        });
        const edit = button("Edit", () => send("edit", { id: entry.id }));
        edit.setAttribute("aria-description", `Edit the question ${entry.question}`);
        remove.setAttribute("aria-description", `Delete the question ${entry.question}`);
        const text =
          entry.answer === null ? "no answer in the passage" : `${entry.answer} (from character ${entry.start})`;
        return make(
          "li",
          {},
          make("div", {}, entry.question),
          make("div", { class: "qa-annotation-hint" }, text),
          make("div", { class: "qa-annotation-row" }, edit, remove),
        );
      }),
    );
  }

  const listeners = {
    "change:form_version": showForm,
    "change:span": showSpan,
    "change:caption": showCaption,
    "change:message_version": showStatus,
    "change:entries": showEntries,
  };
  for (const [event, listener] of Object.entries(listeners)) model.on(event, listener);
  for (const show of [showForm, showCaption, showStatus, showEntries]) show();
  el.append(root);
  return () => {
    clearTimeout(waiting);
    for (const [event, listener] of Object.entries(listeners)) model.off(event, listener);
  };
}

export default { render };
