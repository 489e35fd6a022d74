// Built from qa_lesson/views/annotation.js by "make bundle". Do not edit.

// qa_lesson/look/dom.js
function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "html") setHtml(node, value);
    else if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== void 0) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}
function setHtml(node, html) {
  node.innerHTML = html;
}
function keepKeys(node) {
  for (const type of ["keydown", "keyup", "keypress"]) node.addEventListener(type, (event) => event.stopPropagation());
  return node;
}
function onEnter(field, action) {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    action();
  });
}
function selectedRange(node) {
  const selection = document.getSelection();
  if (!selection || !selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  return node.contains(range.startContainer) && node.contains(range.endContainer) ? range : null;
}

// qa_lesson/views/annotation.js
function labelled(text, field, hint) {
  field.id = `qa-annotation-${Math.random().toString(36).slice(2)}`;
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
function selectedSpan(node) {
  const range = selectedRange(node);
  if (!range) return null;
  const before = document.createRange();
  before.selectNodeContents(node);
  before.setEnd(range.startContainer, range.startOffset);
  const start = before.toString().length;
  return [start, start + range.toString().length];
}
function render({ model, el }) {
  const named = { class: "qa-annotation", "aria-label": "Annotation", "data-lm-suppress-shortcuts": "true" };
  const root = keepKeys(make("section", named));
  let span = [];
  let starts = [];
  let waiting = null;
  const pasted = make("textarea", { rows: "6" });
  const source = make("input", { type: "text" });
  const question = make("input", { type: "text" });
  const answer = make("input", { type: "text" });
  const noAnswer = make("input", { type: "checkbox" });
  const passage = make("div", { class: "qa-annotation-passage", tabindex: "0", role: "group" });
  const caption = make("div", { class: "qa-annotation-hint" });
  const note = make("span", {});
  const status = make("div", { class: "qa-annotation-status", role: "status" });
  const place = make("span", { class: "qa-annotation-hint" });
  const heading = make("strong", {});
  const list = make("ol", { class: "qa-annotation-list" });
  const button = (text, action) => make("button", { type: "button", onclick: action }, text);
  const form = () => ({
    pasted: pasted.value,
    source: source.value,
    question: question.value,
    answer: noAnswer.checked ? "" : answer.value,
    span: noAnswer.checked ? [] : span,
    no_answer: noAnswer.checked
  });
  const send = (action, more = {}) => {
    clearTimeout(waiting);
    model.send({ action, form: form(), ...more });
  };
  const draftSoon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => send("draft"), 300);
  };
  const next = button("Next occurrence", () => choose(starts[(starts.indexOf(span[0]) + 1) % starts.length]));
  const keep = () => {
    status.textContent = "saving …";
    status.dataset.kind = "";
    send("save");
  };
  const save = button("Save", keep);
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
      make("span", { class: "qa-annotation-hint" }, "needed to split the data")
    ),
    make(
      "div",
      { class: "qa-annotation-row" },
      button("Use this passage", () => send("use"))
    )
  );
  const check = labelled("The passage does not answer the question", noAnswer);
  check.classList.add("qa-annotation-check");
  const write = make(
    "div",
    {},
    make("div", { class: "qa-annotation-row" }, previousPassage, nextPassage, another, place),
    passage,
    caption,
    labelled("Question", question),
    labelled("Answer", answer, make("span", { class: "qa-annotation-hint" }, note, " ", next)),
    check,
    make(
      "div",
      { class: "qa-annotation-row" },
      save,
      button("Clear", () => send("clear"))
    )
  );
  root.append(heading, paste, write, status, list);
  function choose(start) {
    span = [start, start + answer.value.length];
    mark();
    send("draft");
  }
  function mark() {
    const text = model.get("passage");
    passage.replaceChildren(
      ...span.length ? [text.slice(0, span[0]), make("mark", {}, text.slice(...span)), text.slice(span[1])] : [text]
    );
    starts = occurrences(text, answer.value);
    const chosen = starts.indexOf(span[0]) + 1;
    next.hidden = starts.length < 2;
    if (noAnswer.checked) note.textContent = "none";
    else if (!answer.value) note.textContent = "select it in the passage with the mouse, or type it as it stands there";
    else if (!starts.length) note.textContent = "this does not stand in the passage, letter by letter";
    else note.textContent = starts.length > 1 ? `occurrence ${chosen} of ${starts.length} is marked` : "marked";
  }
  passage.addEventListener("mouseup", () => {
    const selected = selectedSpan(passage);
    if (!selected) return;
    document.getSelection()?.removeAllRanges();
    noAnswer.checked = false;
    span = selected;
    answer.value = model.get("passage").slice(...span);
    mark();
    send("draft");
  });
  answer.addEventListener("input", () => {
    noAnswer.checked = false;
    const found = occurrences(model.get("passage"), answer.value);
    span = found.length ? [found[0], found[0] + answer.value.length] : [];
    mark();
    draftSoon();
  });
  noAnswer.addEventListener("change", () => {
    if (noAnswer.checked) {
      span = [];
      answer.value = "";
    }
    mark();
    send("draft");
  });
  for (const field of [pasted, source, question]) field.addEventListener("input", draftSoon);
  for (const field of [question, answer]) onEnter(field, keep);
  function showForm() {
    pasted.value = model.get("pasted");
    source.value = model.get("source");
    question.value = model.get("question");
    noAnswer.checked = model.get("no_answer");
    span = model.get("span");
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
    const document_ = model.get("document");
    place.textContent = [given ? `passage ${model.get("index") + 1} of ${model.get("n_passages")}` : "", document_].filter(Boolean).join(", ");
    passage.setAttribute("aria-label", "Passage: select the answer with the mouse");
    mark();
  }
  function showSpan() {
    const shown = model.get("span");
    if (shown.length && span.length && shown[0] >= span[0] && shown[1] <= span[1]) {
      if (shown[0] === span[0] && shown[1] === span[1]) return;
      span = shown;
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
        const text = entry.answer === null ? "no answer in the passage" : `${entry.answer} (from character ${entry.start})`;
        return make(
          "li",
          {},
          make("div", {}, entry.question),
          make("div", { class: "qa-annotation-hint" }, text),
          make("div", { class: "qa-annotation-row" }, edit, remove)
        );
      })
    );
  }
  const listeners = {
    "change:form_version": showForm,
    "change:span": showSpan,
    "change:caption": showCaption,
    "change:message_version": showStatus,
    "change:entries": showEntries
  };
  for (const [event, listener] of Object.entries(listeners)) model.on(event, listener);
  for (const show of [showForm, showCaption, showStatus, showEntries]) show();
  el.append(root);
  return () => {
    clearTimeout(waiting);
    for (const [event, listener] of Object.entries(listeners)) model.off(event, listener);
  };
}
var annotation_default = { render };
export {
  annotation_default as default
};
