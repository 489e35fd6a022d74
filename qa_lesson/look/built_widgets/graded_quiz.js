// Built from qa_lesson/grading/sitting/view.js by "make bundle". Do not edit.

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

// qa_lesson/grading/sitting/view.js
var TYPING = 1e3;
var LATE_CHECK = 2e4;
function render({ model, el }) {
  const uid = newUid();
  const get = (name) => model.get(name);
  let drawnQuestion = "";
  let confirming = false;
  const question = () => get("questions")[get("current")];
  const drafts = draftKeeper(model, "drafts", TYPING);
  const response = () => drafts.get(question().id) ?? null;
  const locked = () => !get("learner") || Boolean(get("receipt").hash);
  const same = (left, right) => JSON.stringify(left ?? null) === JSON.stringify(right ?? null);
  const isSaved = (id) => same(drafts.get(id), get("saved")[id]);
  let waiting = 0;
  let silent = false;
  function change(answer, typing = false) {
    const blank = typeof answer === "string" && !answer.trim();
    drafts.set(question().id, blank ? null : answer, typing);
    draw2();
  }
  function watchSaving() {
    if (get("unsaved") || get("questions").every(({ id }) => same(get("drafts")[id], get("saved")[id]))) {
      clearTimeout(waiting);
      waiting = 0;
      silent = false;
    } else if (!waiting) {
      waiting = setTimeout(() => {
        silent = true;
        draw2();
      }, PATIENCE);
    }
  }
  function ask(action, more = {}) {
    drafts.flush();
    talk.ask({ action, ...more });
  }
  function replied(message) {
    if (message.done === "download" && message.content !== void 0) download(message);
    if (message.done === "submit") confirming = false;
    draw2();
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
    draw2();
    position.focus();
  }
  function askForLearner() {
    ask("sit_down", { learner: whoField.value });
  }
  function changeName() {
    model.set("named", "");
    model.save_changes();
    draw2();
    whoField.focus();
    whoField.select();
  }
  function confirm(wanted) {
    drafts.flush();
    confirming = wanted;
    draw2();
    (wanted ? confirmation : buttons.handIn).focus();
  }
  const heading = make("p", { class: "qal-heading", id: `${uid}-heading` });
  const facts = make("div", { class: "qal-facts" });
  const whoField = make("input", {
    id: `${uid}-who`,
    type: "text",
    class: "qal-wide",
    autocomplete: "email",
    autocapitalize: "off",
    spellcheck: "false",
    maxlength: "254"
  });
  onEnter(whoField, askForLearner);
  const who = make(
    "div",
    { class: "qal-who" },
    make("label", { for: `${uid}-who`, text: "Your e-mail address or number, as your instructor knows it" }),
    make("div", { class: "qal-field" }, whoField),
    make("p", { text: "Use the same one each time: it brings your answers back." })
  );
  const sureName = make("strong");
  const sure = make(
    "div",
    { class: "qal-feedback", "data-tone": "problem", tabindex: "-1", role: "group", "aria-label": "Is this you?" },
    make("p", {}, "You are ", sureName, ". Is that right?"),
    make("p", { text: "Your answers are saved under this name, and it can't be changed later." })
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
    "aria-label": "Hand in"
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
    again: button("", () => ask("begin_again"))
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
    confirmation
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
    sign: () => null
  });
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
        make("p", { class: "qal-alert", text: "The deadline has passed. You can still hand in; it counts as late." })
      );
    }
    replaceIfNew(facts, lines);
  }
  function drawOverview() {
    overview.update(
      get("questions").map(({ id }) => {
        const answered = drafts.get(id) !== null && drafts.get(id) !== void 0;
        return {
          sign: answered ? "●" : "",
          word: answered ? "answered" : "not answered",
          look: answered ? "answered" : "open"
        };
      }),
      get("current")
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
    const open = get("questions").map(({ id }, index) => [id, index]).filter(([id]) => (drafts.get(id) ?? null) === null);
    const { number, of } = get("attempt");
    const parts = [];
    if (open.length) {
      const told2 = open.length === 1 ? "One question has no answer:" : `${open.length} questions have no answer:`;
      parts.push(
        make("p", { class: "qal-headline", text: told2 }),
        make(
          "div",
          { class: "qal-row" },
          ...open.map(([, index]) => button(`Question ${index + 1}`, () => goTo(index)))
        )
      );
    } else {
      parts.push(make("p", { class: "qal-headline", text: "All questions have an answer." }));
    }
    const left = of ? of - number : null;
    const after = left === 0 ? "This is your last attempt: after handing in, nothing can be changed." : "After handing in, this attempt cannot be changed, but you may begin another one.";
    parts.push(make("p", { text: after }));
    const now = button("Hand in now", () => ask("submit"));
    now.classList.add("qal-main");
    parts.push(
      make(
        "div",
        { class: "qal-row" },
        now,
        button("Go on answering", () => confirm(false))
      )
    );
    const shown2 = JSON.stringify([open, number, of]);
    if (confirmation.dataset.of !== shown2 || !confirmation.firstChild) confirmation.replaceChildren(...parts);
    confirmation.dataset.of = shown2;
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
        text: `Attempt ${number} is closed${late ? ", after the deadline: it counts as late" : ""}.`
      }),
      make("p", { text: "Now give this one file to your instructor:" }),
      make("p", {}, make("code", { text: path })),
      make("div", { class: "qal-row" }, buttons.download, again ? buttons.again : null),
      make("p", { class: "qal-sub", text: "Your receipt" }),
      make("p", {}, make("code", { class: "qal-receipt", text: hash })),
      make("p", {
        text: `Closed ${inWords(at)}. Keep the receipt: it belongs to exactly this file. It shows when a line of the file is lost, moved or edited. It does not show who answered, whether this machine's clock was right, or that the whole file was not written anew.`
      })
    );
  }
  function drawFooter() {
    setText(problem, get("problem"));
    buttons.save.hidden = !get("unsaved");
    const text = get("unsaved") ? `Not saved: ${get("unsaved")}. The answers are kept here while the kernel runs, and saving is tried again with the next one.` : "";
    setText(unsaved, text);
    replaceIfNew(
      notes,
      get("notes").map((note) => make("p", { text: note }))
    );
    footer.hidden = !get("unsaved") && !get("notes").length;
  }
  function draw2() {
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
    "notes"
  ];
  const endRedraws = redrawOn(model, watched, draw2);
  const clock = setInterval(drawFacts, LATE_CHECK);
  draw2();
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
var view_default = { render };
export {
  view_default as default
};
