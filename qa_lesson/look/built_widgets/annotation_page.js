// Built from qa_lesson/views/annotating/page.js by "make bundle". Do not edit.

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
function selectedRange(node) {
  const selection = document.getSelection();
  if (!selection || !selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  return node.contains(range.startContainer) && node.contains(range.endContainer) ? range : null;
}

// qa_lesson/views/annotating/keys.js
var KINDS = "action condition date duration evidence list person place price quantity reason thing".split(" ");
var GUESSES = [
  [/^how (much|many) .*\b(costs?|pay|price|charge)\b|^what .*\b(costs?|pay)\b|^how much is\b/, "price"],
  [/^how long\b|^(for|within) (how long|what time)\b/, "duration"],
  [/^how (many|much|often|far|large|big|high|old)\b/, "quantity"],
  [/^(who|whom|whose)\b|^which person\b/, "person"],
  [/^(when|by when|until when|since when)\b|^(on|at) (which|what) (day|date|time|month|year)s?\b/, "date"],
  [/^where\b|^in which (town|room|place|building|village)\b/, "place"],
  [/^why\b/, "reason"],
  [/^(under|on) what condition\b|^if what\b/, "condition"],
  [/^how do(es)? (i|we|you|one)\b|^what (should|must|do) (i|we|you)\b.* do\b|^what happens\b/, "action"]
];
function guessKind(question) {
  const words = question.trim().toLowerCase();
  const found = GUESSES.find(([pattern]) => pattern.test(words));
  return found ? found[1] : "";
}
var UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
function wordsOf(text) {
  const pieces = text.matchAll(/[\p{L}\p{N}\p{M}](?:\S*[\p{L}\p{N}\p{M}%])?|[^\s\p{P}]+/gu);
  return [...pieces].flatMap((piece) => {
    if (!UNSPACED.test(piece[0])) return [[piece.index, piece.index + piece[0].length]];
    const parts = new Intl.Segmenter(void 0, { granularity: "word" }).segment(piece[0]);
    return [...parts].filter((part) => part.isWordLike).map((part) => [piece.index + part.index, piece.index + part.index + part.segment.length]);
  });
}
function acrossLines(passage, words, number, direction) {
  const node = passage.ownerDocument.createTreeWalker(passage, 4);
  const pieces = [];
  for (let at = 0, text = node.nextNode(); text; text = node.nextNode()) {
    pieces.push({ text, start: at });
    at += text.textContent.length;
  }
  const box = ([start, end]) => {
    const range = passage.ownerDocument.createRange();
    const holding = (position) => pieces.filter((piece) => piece.start <= position).at(-1);
    const [first, last] = [holding(start), holding(end - 1)];
    range.setStart(first.text, start - first.start);
    range.setEnd(last.text, end - last.start);
    return range.getClientRects()[0];
  };
  const here = box(words[number]);
  let line = null;
  let best = number;
  let nearest = Infinity;
  for (let next = number + direction; words[next]; next += direction) {
    const there = box(words[next]);
    if (Math.abs(there.top - here.top) < here.height / 2) continue;
    line ??= there.top;
    if (Math.abs(there.top - line) > here.height / 2) break;
    const distance = Math.abs(there.left + there.right - here.left - here.right);
    if (distance < nearest) [best, nearest] = [next, distance];
  }
  return best;
}
function wordKeys(passage, { text, span, select }) {
  let anchor = 0;
  let head = -1;
  let typed = "";
  let forget = null;
  function takeUp(words) {
    const [start, end] = span();
    const isOurs = head >= 0 && words[Math.min(anchor, head)]?.[0] === start && words[Math.max(anchor, head)]?.[1] === end;
    if (isOurs || start === void 0) return;
    anchor = Math.max(
      0,
      words.findIndex((word) => word[1] > start)
    );
    head = Math.max(anchor, words.filter((word) => word[0] < end).length - 1);
  }
  passage.addEventListener("keydown", (event) => {
    const isLetter = event.key.length === 1 && event.key.trim() !== "";
    if (event.altKey || !isLetter) typed = "";
    const words = wordsOf(text());
    if (!words.length || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (!span().length) head = -1;
    takeUp(words);
    const from = head;
    if (event.key === "ArrowRight") head = Math.min(from + 1, words.length - 1);
    else if (event.key === "ArrowLeft") head = Math.max(from - 1, 0);
    else if (event.key === "Home") head = 0;
    else if (event.key === "End") head = words.length - 1;
    else if (event.key === "ArrowDown") head = from < 0 ? 0 : acrossLines(passage, words, from, 1);
    else if (event.key === "ArrowUp") head = from < 0 ? 0 : acrossLines(passage, words, from, -1);
    else if (isLetter) {
      typed += event.key.toLowerCase();
      clearTimeout(forget);
      forget = setTimeout(() => {
        typed = "";
      }, 800);
      const all = text().toLowerCase();
      const begins = (word) => all.startsWith(typed, word[0]);
      const first = typed.length > 1 ? Math.max(from, 0) : from + 1;
      const found = words.findIndex((word, number) => number >= first && begins(word));
      head = found >= 0 ? found : words.findIndex(begins);
      if (head < 0) head = from;
    } else return;
    event.preventDefault();
    if (head < 0) return;
    if (!event.shiftKey || from < 0 || isLetter) anchor = head;
    select([words[Math.min(anchor, head)][0], words[Math.max(anchor, head)][1]]);
  });
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
  let kept = [];
  let starts = [];
  let waiting = null;
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
  const place2 = make("span", { class: "qa-annotation-hint" });
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
  const store = (action) => {
    status.textContent = "saving …";
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
  const alsoRight = button("Also accept another answer", keepAnswer);
  const help = make(
    "div",
    { class: "qa-annotation-hint", hidden: true },
    ...[
      "Enter in the question goes to the passage, or saves if there is an answer.",
      "In the passage, arrow keys move by word and by line, Shift extends, letters jump to a word, and Enter saves.",
      "Alt+A keeps the answer and takes another one. Alt+N says that the passage has no answer.",
      "Alt+J and Alt+K turn to the next and the previous passage. Ctrl+Enter saves and turns to the next one."
    ].map((line) => make("div", {}, line))
  );
  const showKeys = button("Keys", () => {
    help.hidden = !help.hidden;
    showKeys.setAttribute("aria-expanded", String(!help.hidden));
  });
  showKeys.setAttribute("aria-expanded", "false");
  const write = make(
    "div",
    {},
    make("div", { class: "qa-annotation-row" }, previousPassage, nextPassage, another, place2),
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
      showKeys
    ),
    help
  );
  root.append(heading, reach, paste, write, status, list);
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
      ...span.length ? [text.slice(0, span[0]), make("mark", {}, text.slice(...span)), text.slice(span[1])] : [text]
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
      })
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
    }
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
  const shortcuts = {
    KeyA: keepAnswer,
    KeyN: () => {
      noAnswer.checked = !noAnswer.checked;
      showNoAnswer();
      question.focus();
    },
    KeyJ: () => nextPassage.disabled || send("go", { step: 1 }),
    KeyK: () => previousPassage.disabled || send("go", { step: -1 })
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
    place2.textContent = [number, model.get("document"), model.get("place")].filter(Boolean).join(", ");
    passage.setAttribute("aria-label", "Passage: select the answer with the mouse, or with the arrow keys");
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

// qa_lesson/views/annotating/page.js
var HEADERS = { "Content-Type": "application/json" };
async function ask(path, options = {}) {
  const response = await fetch(new URL(path, document.baseURI), { cache: "no-store", ...options });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}
var ServedModel = class {
  #state;
  #listeners = /* @__PURE__ */ new Map();
  #last = Promise.resolve();
  constructor(state) {
    this.#state = state;
  }
  get(name) {
    return this.#state[name];
  }
  set(name, value) {
    this.#state[name] = value;
  }
  save_changes() {
  }
  send(message) {
    const request = { method: "POST", headers: HEADERS, body: JSON.stringify(message) };
    this.#last = this.#last.then(() => ask("message", request)).then((state) => this.#takeOver(state)).catch(
      (error) => this.#takeOver({
        message: `not saved: the program that made this page doesn't answer (${error.message}); start it again`,
        message_kind: "error",
        message_version: this.get("message_version") + 1
      })
    );
  }
  on(event, listener) {
    this.#listeners.set(event, [...this.#listeners.get(event) ?? [], listener]);
  }
  off(event, listener) {
    const left = (this.#listeners.get(event) ?? []).filter((other) => other !== listener);
    this.#listeners.set(event, left);
  }
  /** Takes what Python has set, and tells the widget what differs. */
  #takeOver(fresh) {
    const differs = (name) => JSON.stringify(fresh[name]) !== JSON.stringify(this.#state[name]);
    const changed = Object.keys(fresh).filter(differs);
    Object.assign(this.#state, fresh);
    for (const name of changed) for (const listener of this.#listeners.get(`change:${name}`) ?? []) listener();
  }
};
async function render2({ el }) {
  const end = annotation_default.render({ model: new ServedModel(await ask("state")), el });
  const fields = el.querySelectorAll("textarea, input");
  [...fields].find((field) => !field.closest("[hidden]"))?.focus();
  return end;
}
var place = document.querySelector("main.qa-annotation-page");
if (place instanceof HTMLElement) render2({ el: place });
var page_default = { render: render2 };
export {
  page_default as default
};
