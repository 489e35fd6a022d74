// Built from qa_lesson/quiz/practice/view.js by "make bundle". Do not edit.

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
function replaceIfNew(node, parts) {
  const content = make("div", {}, ...parts);
  if (node.innerHTML !== content.innerHTML) node.replaceChildren(...content.childNodes);
}
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
function focusIn(node, selector) {
  const found = node.querySelector(selector);
  found?.focus();
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
function hideStill(widget, tries = 20) {
  if (!widget.isConnected) {
    if (tries) setTimeout(() => hideStill(widget, tries - 1), 50);
    return;
  }
  for (let around = widget.parentElement; around; around = around.parentElement) {
    const before = [...around.querySelectorAll(".qa-still")].filter(
      (still) => still.compareDocumentPosition(widget) & Node.DOCUMENT_POSITION_FOLLOWING
    );
    const last = before.at(-1);
    if (last) {
      last.setAttribute("hidden", "");
      return;
    }
  }
}
function selectedRange(node) {
  const selection = document.getSelection();
  if (!selection || !selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  return node.contains(range.startContainer) && node.contains(range.endContainer) ? range : null;
}

// qa_lesson/look/model.js
function redrawOn(model, names, draw2) {
  let drawing = false;
  function drawSoon() {
    if (drawing) return;
    drawing = true;
    queueMicrotask(() => {
      drawing = false;
      draw2();
    });
  }
  for (const name of names) model.on(`change:${name}`, drawSoon);
  return () => {
    for (const name of names) model.off(`change:${name}`, drawSoon);
  };
}

// qa_lesson/quiz/kinds/field.js
var TYPED = { spellcheck: "false", autocomplete: "off", autocapitalize: "off" };
function lineField(host, uid, label, properties) {
  const input = make("input", { id: `${uid}-field`, type: "text", ...TYPED, ...properties });
  onEnter(input, host.enter);
  return labelled(host, input, label);
}
function linesField(host, uid, label, properties) {
  return labelled(host, make("textarea", { id: `${uid}-field`, ...TYPED, ...properties }), label);
}
function labelled(host, input, label) {
  input.value = readable(host.response());
  input.addEventListener("input", () => host.change(input.value || null, true));
  input.addEventListener("change", () => host.change(input.value || null, false));
  return { input, parts: [make("label", { for: input.id, text: label }), make("div", { class: "qal-field" }, input)] };
}
function readField(fieldset) {
  const input = (
    /** @type {HTMLInputElement | HTMLTextAreaElement | null} */
    fieldset.querySelector(".qal-field input, .qal-field textarea")
  );
  return input ? input.value : "";
}
var readable = (response) => String(response ?? "");

// qa_lesson/quiz/kinds/code.js
var BLANK = "___";
var code_default = {
  draw(host, uid) {
    const [before, after = ""] = (host.question().template ?? "").split(BLANK);
    const blank = make("span", { class: "qal-blank", text: BLANK });
    const { parts } = linesField(host, uid, `In place of ${BLANK}`, { rows: 3, class: "qal-wide qal-code" });
    return [make("pre", { class: "qal-template" }, before, blank, after), ...parts];
  },
  read: readField,
  shown: readable
};

// qa_lesson/quiz/kinds/free_text.js
var free_text_default = {
  draw(host, uid) {
    const { criteria = [], max_words: most = null, lines } = host.question();
    const { input, parts } = linesField(host, uid, "Your answer", {
      rows: lines,
      class: "qal-wide qal-prose",
      spellcheck: "true",
      autocapitalize: "sentences"
    });
    const count = make("p", { class: "qal-count", id: `${uid}-count` });
    input.setAttribute("aria-describedby", `${criteria.length ? `${uid}-criteria ` : ""}${count.id}`);
    let wasLong = most !== null && words(input.value) > most;
    function recount() {
      const n = words(input.value);
      const isLong = most !== null && n > most;
      count.textContent = told(n, most);
      count.dataset.long = String(isLong);
      if (isLong !== wasLong) host.say(count.textContent);
      wasLong = isLong;
    }
    recount();
    input.addEventListener("input", recount);
    return [...judgedBy(criteria, `${uid}-criteria`), ...parts, count];
  },
  read: readField,
  shown: (response) => readable(response).replace(/\r\n?/g, "\n")
};
function judgedBy(criteria, id) {
  if (!criteria.length) return [];
  const lines = criteria.map(
    ({ text, points }) => make("li", {}, make("span", { html: text }), ` (up to ${amount(points, "point")})`)
  );
  return [make("p", { class: "qal-sub", text: "Your answer is judged by:" }), make("ul", { id }, ...lines)];
}
var words = (text) => text.split(/\s+/).filter(Boolean).length;
var amount = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;
function told(n, most) {
  if (most === null) return amount(n, "word");
  if (n <= most) return `${n} of at most ${amount(most, "word")}`;
  return `${amount(n, "word")}: ${n - most} more than the ${most} asked for. You can still hand it in.`;
}

// qa_lesson/quiz/kinds/options.js
var SIGNS = { right: "✓ right", wrong: "✗ wrong", missed: "○ right, not chosen" };
function choiceOf(type, response) {
  function read2(fieldset) {
    const checked = (
      /** @type {NodeListOf<HTMLInputElement>} */
      fieldset.querySelectorAll(".qal-option input:checked")
    );
    return [...checked].map((input) => input.value);
  }
  const shown2 = (chosen) => [chosen ?? []].flat();
  function draw2(host, uid) {
    const now = shown2(host.response());
    return (host.question().options ?? []).map(({ id, text }) => {
      const input = make("input", { type, name: `${uid}-option`, value: id });
      input.checked = now.includes(id);
      input.addEventListener("change", () => {
        const fieldset = input.closest("fieldset");
        if (fieldset) host.change(response(read2(fieldset)), false);
      });
      const sign = host.sign(id);
      const said = sign ? make("span", { class: "qal-sign", text: SIGNS[sign] }) : null;
      const label = make("label", {}, input, make("span", { class: "qal-text", html: text }), said);
      return make("div", { class: "qal-option", "data-sign": sign }, label, host.why(id));
    });
  }
  return { draw: draw2, read: read2, shown: shown2 };
}

// qa_lesson/quiz/kinds/multi.js
var multi_default = choiceOf("checkbox", (ids) => ids.length ? ids : null);

// qa_lesson/quiz/kinds/numeric.js
var numeric_default = {
  draw(host, uid) {
    const { unit } = host.question();
    const label = unit ? `Number (${unit})` : "Number";
    return lineField(host, uid, label, { inputmode: "decimal", class: "qal-number" }).parts;
  },
  read: readField,
  shown: readable
};

// qa_lesson/quiz/pages/frame.js
var instances = 0;
function newUid() {
  return `qal${Date.now().toString(36)}${instances++}`;
}
function button(text, press) {
  const made = make("button", { type: "button", text, class: "qal-button" });
  made.addEventListener("click", () => {
    if (made.getAttribute("aria-disabled") !== "true") press();
  });
  return made;
}
function frame(labelledBy, ...children) {
  const properties = { class: "qal-quiz", "aria-labelledby": labelledBy, "data-lm-suppress-shortcuts": "true" };
  return keepKeys(make("section", properties, ...children));
}
function overviewBar(goTo) {
  const bar = make("div", { class: "qal-overview", role: "toolbar", "aria-label": "Questions of this quiz" });
  const marks = () => (
    /** @type {HTMLElement[]} */
    [...bar.children]
  );
  bar.addEventListener("keydown", (event) => {
    const all = marks();
    const here = all.findIndex((mark) => mark === document.activeElement);
    const steps = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: all.length - 1 };
    const to = steps[event.key];
    if (to === void 0) return;
    event.preventDefault();
    const target = all[(to + all.length) % all.length];
    for (const mark of all) mark.tabIndex = mark === target ? 0 : -1;
    target.focus();
  });
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

// qa_lesson/quiz/kinds/ordering.js
function read(fieldset) {
  const rows = (
    /** @type {NodeListOf<HTMLElement>} */
    fieldset.querySelectorAll("[data-item]")
  );
  return [...rows].map((row) => row.dataset.item);
}
var shown = (response, { items = [] }) => response ?? items.map(({ id }) => id);
function draw(host) {
  const question = host.question();
  const byId = Object.fromEntries((question.items ?? []).map((item) => [item.id, item]));
  const order = [...shown(host.response(), question)];
  const list = make("ol", { class: "qal-items" });
  function move(from, to) {
    const [id] = order.splice(from, 1);
    order.splice(to, 0, id);
    fill();
    host.change([...order], false);
    const [up, down] = list.children[to].querySelectorAll("button");
    const [same, other] = to < from ? [up, down] : [down, up];
    (same.getAttribute("aria-disabled") === "true" ? other : same).focus();
    host.say(`${byId[id].name}: now ${to + 1} of ${order.length}`);
  }
  function arrow(sign, word, from, to) {
    const made = button(sign, () => move(from, to));
    made.classList.add("qal-arrow");
    made.setAttribute("aria-label", `Move ${word}: ${byId[order[from]].name}`);
    if (to < 0 || to >= order.length) made.setAttribute("aria-disabled", "true");
    return made;
  }
  function fill() {
    const locked = host.locked();
    const rows = order.map((id, index) => {
      const arrows = locked ? [] : [arrow("↑", "up", index, index - 1), arrow("↓", "down", index, index + 1)];
      const text = make("span", { class: "qal-text", html: byId[id].text });
      return make("li", { "data-item": id }, make("div", { class: "qal-item" }, ...arrows, text), host.why(id));
    });
    list.replaceChildren(...rows);
  }
  fill();
  return [list];
}
var ordering_default = { draw, read, shown };

// qa_lesson/quiz/kinds/single.js
var single_default = choiceOf("radio", ([id]) => id ?? null);

// qa_lesson/quiz/kinds/span.js
var span_default = {
  draw(host, uid) {
    const context = make("blockquote", { class: "qal-context", text: host.question().context });
    const { input, parts } = lineField(host, uid, "The answer, word for word", { class: "qal-wide" });
    context.addEventListener("mouseup", () => {
      const range = selectedRange(context);
      if (!range || host.locked()) return;
      input.value = range.toString().trim();
      input.dispatchEvent(new Event("input"));
    });
    return [context, ...parts];
  },
  read: readField,
  shown: readable
};

// qa_lesson/quiz/kinds/text.js
var text_default = {
  draw: (host, uid) => lineField(host, uid, "Your answer", { class: "qal-wide" }).parts,
  read: readField,
  shown: readable
};

// qa_lesson/quiz/kinds/index.js
var KINDS = { code: code_default, free_text: free_text_default, multi: multi_default, numeric: numeric_default, ordering: ordering_default, single: single_default, span: span_default, text: text_default };
function answerInputs(uid, fieldset, host) {
  return {
    draw() {
      const { instruction, kind } = host.question();
      fieldset.replaceChildren(make("legend", { text: instruction }), ...KINDS[kind].draw(host, uid));
    },
    /** Whether the inputs hold the response already, which they do when it comes from them. */
    hold() {
      const asked = host.question();
      const { read: read2, shown: shown2 } = KINDS[asked.kind];
      return JSON.stringify(read2(fieldset)) === JSON.stringify(shown2(host.response(), asked));
    }
  };
}

// qa_lesson/quiz/pages/kernel.js
var PATIENCE = 4e3;
var SILENT = "The kernel has not replied yet. If it is busy, this waits for its turn; if it was restarted, run this cell again.";
var GONE = "The kernel is gone. Start it, and run this cell again.";
function conversation(model, root, wait, replied) {
  let awaited = null;
  let patience;
  function receive(message) {
    if (awaited === null || message.done !== awaited) return;
    clearTimeout(patience);
    wait.textContent = "";
    root.removeAttribute("aria-busy");
    awaited = null;
    replied(message);
  }
  model.on("msg:custom", receive);
  return {
    ask(message) {
      if (awaited !== null) return;
      try {
        model.send(message);
      } catch {
        wait.textContent = GONE;
        return;
      }
      awaited = message.action;
      root.setAttribute("aria-busy", "true");
      patience = setTimeout(() => {
        wait.textContent = SILENT;
      }, PATIENCE);
    },
    end() {
      clearTimeout(patience);
      model.off("msg:custom", receive);
    }
  };
}
function draftKeeper(model, name, pause) {
  const typed = /* @__PURE__ */ new Map();
  let timer;
  function flush() {
    clearTimeout(timer);
    if (typed.size) model.set(name, { ...model.get(name), ...Object.fromEntries(typed) });
    typed.clear();
    model.save_changes();
  }
  return {
    /** @param {string} id */
    get: (id) => typed.has(id) ? typed.get(id) : model.get(name)[id],
    /**
     * @param {string} id
     * @param {unknown} draft
     * @param {boolean} [typing] whether more keys may follow
     */
    set(id, draft, typing = false) {
      typed.set(id, draft);
      clearTimeout(timer);
      if (typing) timer = setTimeout(flush, pause);
      else flush();
    },
    flush
  };
}

// qa_lesson/quiz/practice/view.js
var CONFIDENCE = [
  ["I am guessing", 1 / 3],
  ["fairly sure", 2 / 3],
  ["certain", 0.95]
];
var MARKS = {
  open: { sign: "", word: "not answered" },
  right: { sign: "✓", word: "right" },
  wrong: { sign: "✗", word: "not right yet" }
};
var TYPING = 300;
function sectionLink({ section, section_address: address }) {
  if (!address) return make("span", { text: section });
  const link = make("a", { href: address, target: "_blank", rel: "noopener", text: section });
  link.addEventListener("click", (event) => {
    const wanted = decodeURIComponent(address.split("#")[1] ?? "");
    const headings = document.querySelectorAll(".jp-RenderedMarkdown :is(h1, h2, h3, h4)");
    const found = [...headings].find(({ id, dataset }) => id === wanted || dataset.jupyterId === wanted);
    if (!found) return;
    event.preventDefault();
    found.scrollIntoView({ block: "start" });
  });
  return link;
}
function render({ model, el }) {
  const uid = newUid();
  const get = (name) => model.get(name);
  let drawnQuestion = "";
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
    draw2();
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
    draw2();
    if (focus) position.focus();
  }
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
    save: button("Try to save again", () => ask("save"))
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
    notes
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
    actions,
    // above the feedback, so that no button moves when it appears
    feedback,
    help,
    moves,
    footer
  );
  const talk = conversation(model, root, wait, replied);
  function drawOverview() {
    const states = get("questions").map((_, index) => get("answers")[index]?.status ?? "open");
    overview.update(
      states.map((status) => ({ ...MARKS[status], look: status })),
      get("current")
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
    sign: (id) => answer().result?.signs[id] ?? null
  });
  function drawQuestion() {
    const asked = question();
    const state = answer();
    const wanted = JSON.stringify([asked.id, state.status, state.closed, state.result, draft()]);
    if (wanted === drawnQuestion || drawnQuestion && shows(asked, state)) {
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
      })
    );
  }
  function shows(asked, state) {
    if (prompt.dataset.of !== asked.id || fieldset.dataset.status !== state.status) return false;
    if (fieldset.dataset.answer !== JSON.stringify(state.result)) return false;
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
        const words2 = left === 0 ? "No attempts left in this round." : `Attempts left: ${left}.`;
        parts.push(make("p", { text: words2 }));
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
      make("ul", {}, ...mistakes.map((mistake) => make("li", { html: mistake })))
    ];
  }
  function drawHelp() {
    const { hints, steps } = answer();
    const parts = answer().quick_check ? drawLessons() : [];
    if (hints.length) {
      parts.push(
        make("p", { class: "qal-sub", text: hints.length === 1 ? "Hint" : "Hints" }),
        make("ul", {}, ...hints.map((hint) => make("li", { class: "hint", tabindex: "-1", html: hint })))
      );
    }
    if (steps.length) {
      parts.push(
        make(
          "div",
          { class: "steps", tabindex: "-1" },
          make("p", { class: "qal-sub", text: "Worked steps" }),
          make("ol", {}, ...steps.map((step) => make("li", { html: step })))
        )
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
    const text = problem ? `Not saved: ${problem}. The answers are kept here while the kernel runs, and saving is tried again with the next one.` : "";
    setText(unsaved, text);
    notes.replaceChildren(...get("notes").map((note) => make("p", { text: note })));
  }
  function draw2() {
    drawOverview();
    drawQuestion();
    drawFeedback();
    drawHelp();
    drawActions();
    drawFooter();
  }
  const watched = ["heading", "questions", "answers", "drafts", "current", "standing", "started", "unsaved", "notes"];
  const endRedraws = redrawOn(model, watched, draw2);
  draw2();
  el.append(root);
  hideStill(el);
  return () => {
    drafts.flush();
    talk.end();
    endRedraws();
  };
}
var view_default = { render };
export {
  view_default as default
};
