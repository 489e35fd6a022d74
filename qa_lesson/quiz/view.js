// The page's side of a quiz. Python holds the state, marks and records; this file draws it and reports what is pressed.
// Texts named *.prompt, *.text, feedback and so on arrive as safe HTML; everything else is set as plain text.

const CONFIDENCE = [["I am guessing", 1 / 3], ["fairly sure", 2 / 3], ["certain", 0.95]];
const SIGN = { open: "", right: "✓", wrong: "✗" };
const PATIENCE = 4000; // milliseconds until a silent kernel is explained
const TYPING = 300; // milliseconds after the last key before a draft travels to the kernel

let instances = 0;

function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "html") node.innerHTML = value;
    else if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

function render({ model, el }) {
  const uid = `qal${Date.now().toString(36)}${instances++}`;
  const get = (name) => model.get(name);
  let awaited = null; // what this view asked the kernel for
  let patience = 0;
  let typing = 0;
  let drawnQuestion = ""; // what the question area shows, to leave it alone while someone types into it

  // ------------------------------------------------------------------ talking to the kernel
  const question = () => get("questions")[get("current")];
  const answer = () => get("answers")[get("current")];
  const draft = () => get("drafts")[question().id] ?? { response: null, confidence: null };

  function setDraft(change) {
    model.set("drafts", { ...get("drafts"), [question().id]: { ...draft(), ...change } });
  }

  function saveDraftSoon(change) {
    setDraft(change);
    clearTimeout(typing);
    typing = setTimeout(() => model.save_changes(), TYPING);
  }

  function ask(action) {
    if (awaited) return;
    clearTimeout(typing);
    model.save_changes();
    awaited = action;
    root.setAttribute("aria-busy", "true");
    model.send({ action, question: question().id, ...draft() });
    patience = setTimeout(() => {
      wait.textContent = "The kernel has not replied yet. If it is busy, the answer waits for its turn; if it was " +
        "restarted, run this cell again.";
    }, PATIENCE);
  }

  function replied(message) {
    if (!awaited || message.done !== awaited) return;
    clearTimeout(patience);
    wait.textContent = "";
    root.removeAttribute("aria-busy");
    const action = awaited;
    awaited = null;
    draw();
    if (action === "start_again") goTo(0);
    else if (action === "hint") help.querySelector("li.hint:last-of-type")?.focus();
    else if (action === "steps") help.querySelector(".steps")?.focus();
    else if (action === "try_again") fieldset.querySelector("input, textarea, button:not([aria-disabled])")?.focus();
    else feedback.focus();
  }

  function goTo(index, focus = true) {
    const last = get("questions").length - 1;
    model.set("current", Math.max(0, Math.min(last, index)));
    model.save_changes();
    draw();
    if (focus) position.focus();
  }

  // ------------------------------------------------------------------ the parts that stay
  const heading = make("p", { class: "qal-heading", id: `${uid}-heading` });
  const overview = make("div", { class: "qal-overview", role: "toolbar", "aria-label": "Questions of this quiz" });
  const position = make("p", { class: "qal-position", tabindex: "-1" });
  const prompt = make("div", { class: "qal-prompt", id: `${uid}-prompt` });
  const fieldset = make("fieldset", { class: "qal-answer", "aria-describedby": `${uid}-prompt` });
  const confidence = make("fieldset", { class: "qal-confidence" });
  const feedback = make("div", { class: "qal-feedback", role: "status", "aria-live": "polite", tabindex: "-1" });
  const help = make("div", { class: "qal-help" });
  const wait = make("p", { class: "qal-wait", role: "status" });
  const spoken = make("p", { class: "qal-spoken", role: "status" });

  const button = (text, press) =>
    make("button", {
      type: "button", text, class: "qal-button",
      onclick: (event) => event.currentTarget.getAttribute("aria-disabled") !== "true" && press(),
    });
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
  const footer = make("div", { class: "qal-footer" }, standing,
    make("div", { class: "qal-row" }, buttons.startAgain, buttons.save), unsaved, notes);
  const root = make("section", { class: "qal-quiz", "aria-labelledby": `${uid}-heading`, "data-lm-suppress-shortcuts": "true" },
    heading, overview, position, prompt, fieldset, confidence, feedback, help, wait, spoken, actions, moves, footer);

  // JupyterLab takes keys that reach it as shortcuts: "d d" in a radio group would delete the cell.
  for (const type of ["keydown", "keyup", "keypress"]) root.addEventListener(type, (event) => event.stopPropagation());

  overview.addEventListener("keydown", (event) => {
    const all = [...overview.children];
    const here = all.indexOf(document.activeElement);
    const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const target = all[(to + all.length) % all.length];
    for (const one of all) one.tabIndex = one === target ? 0 : -1;
    target.focus();
  });

  // ------------------------------------------------------------------ the parts that change
  function drawOverview() {
    get("questions").forEach((_, index) => {
      const state = get("answers")[index] ?? { status: "open" };
      const here = index === get("current");
      let mark = overview.children[index];
      if (!mark) {
        mark = make("button", { type: "button", onclick: () => goTo(index) });
        overview.append(mark);
      }
      const word = { open: "not answered", right: "right", wrong: "not right yet" }[state.status];
      mark.textContent = `${index + 1}${SIGN[state.status]}`;
      mark.className = `qal-mark qal-${state.status}`;
      mark.setAttribute("aria-label", `Question ${index + 1}, ${word}`);
      if (here) mark.setAttribute("aria-current", "true");
      else mark.removeAttribute("aria-current");
      mark.tabIndex = overview.contains(document.activeElement) ? mark.tabIndex : here ? 0 : -1;
    });
  }

  function perOption(id) {
    const text = answer().result?.per_option[id];
    return text ? make("span", { class: "qal-why", html: text }) : null;
  }

  function drawOptions(kind) {
    const many = kind === "multi";
    const chosen = [draft().response ?? []].flat();
    return question().options.map((option) => {
      const input = make("input", { type: many ? "checkbox" : "radio", name: `${uid}-option`, value: option.id });
      input.checked = chosen.includes(option.id);
      input.addEventListener("change", () => {
        const now = [...fieldset.querySelectorAll("input:checked")].map((one) => one.value);
        setDraft({ response: many ? (now.length ? now : null) : now[0] ?? null });
        model.save_changes();
      });
      return make("div", { class: "qal-option" },
        make("label", {}, input, make("span", { class: "qal-text", html: option.text })), perOption(option.id));
    });
  }

  function drawItems() {
    const byId = Object.fromEntries(question().items.map((item) => [item.id, item]));
    const order = draft().response ?? question().items.map((item) => item.id);
    const list = make("ol", { class: "qal-items" });
    const locked = answer().status !== "open";
    function move(from, to) {
      const [item] = order.splice(from, 1);
      order.splice(to, 0, item);
      setDraft({ response: [...order] });
      model.save_changes();
      fill();
      const row = list.children[to];
      const [up, down] = row.querySelectorAll("button");
      const wanted = to < from ? up : down;
      (wanted.getAttribute("aria-disabled") === "true" ? (wanted === up ? down : up) : wanted).focus();
      spoken.textContent = `${byId[item].name}: now ${to + 1} of ${order.length}`;
    }
    function fill() {
      list.replaceChildren(...order.map((id, index) => {
        const arrow = (sign, word, to) => {
          const made = button(sign, () => move(index, to));
          made.classList.add("qal-arrow");
          made.setAttribute("aria-label", `Move ${word}: ${byId[id].name}`);
          if (to < 0 || to >= order.length) made.setAttribute("aria-disabled", "true");
          return made;
        };
        return make("li", {}, make("div", { class: "qal-item" },
          locked ? null : arrow("↑", "up", index - 1), locked ? null : arrow("↓", "down", index + 1),
          make("span", { class: "qal-text", html: byId[id].text })), perOption(id));
      }));
    }
    fill();
    return [list];
  }

  function field(label, properties, after = null) {
    const multiline = properties.rows !== undefined;
    const input = make(multiline ? "textarea" : "input", {
      id: `${uid}-field`, spellcheck: "false", autocomplete: "off", autocapitalize: "off", ...properties,
    });
    input.value = draft().response ?? "";
    input.addEventListener("input", () => saveDraftSoon({ response: input.value || null }));
    if (!multiline) {
      input.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        ask("check");
      });
    }
    return [make("label", { for: `${uid}-field`, text: label }),
      make("div", { class: "qal-field" }, input, after && make("span", { class: "qal-unit", text: after }))];
  }

  function drawSpan() {
    const context = make("blockquote", { class: "qal-context", text: question().context });
    const parts = field("The answer, word for word", { type: "text", class: "qal-wide" });
    const input = parts[1].querySelector("input");
    context.addEventListener("mouseup", () => {
      const selection = document.getSelection();
      if (!selection.rangeCount || selection.isCollapsed || answer().status !== "open") return;
      const range = selection.getRangeAt(0);
      if (!context.contains(range.startContainer) || !context.contains(range.endContainer)) return;
      input.value = range.toString().trim();
      input.dispatchEvent(new Event("input"));
    });
    return [context, ...parts];
  }

  function drawCode() {
    const [before, after] = question().template.split("___");
    const blank = make("span", { class: "qal-blank", text: "___" });
    return [make("pre", { class: "qal-template" }, before, blank, after),
      ...field("In place of ___", { rows: 3, class: "qal-wide qal-code" })];
  }

  const DRAW = {
    single: () => drawOptions("single"),
    multi: () => drawOptions("multi"),
    ordering: drawItems,
    numeric: () => {
      const unit = question().unit ?? "";
      return field(unit ? `Number, in ${unit}` : "Number", { type: "text", inputmode: "decimal", class: "qal-number" }, unit);
    },
    text: () => field("Your answer", { type: "text", class: "qal-wide" }),
    span: drawSpan,
    code: drawCode,
  };

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
    if (prompt.dataset.of !== asked.id) prompt.innerHTML = asked.prompt;
    prompt.dataset.of = asked.id;
    fieldset.dataset.status = state.status;
    fieldset.dataset.answer = JSON.stringify(state.result);
    fieldset.replaceChildren(make("legend", { text: asked.instruction }), ...DRAW[asked.kind]());
    fieldset.disabled = state.status !== "open";
    confidence.disabled = state.status !== "open";
    confidence.replaceChildren(make("legend", { text: "How sure are you? (optional)" }), ...CONFIDENCE.map(([word, value]) => {
      const input = make("input", { type: "radio", name: `${uid}-confidence`, value });
      input.checked = draft().confidence === value;
      input.addEventListener("change", () => {
        setDraft({ confidence: value });
        model.save_changes();
      });
      return make("label", {}, input, make("span", { text: word }));
    }));
  }

  // Whether the inputs hold the draft already, which they do when it comes from them.
  function shows(asked, state) {
    if (prompt.dataset.of !== asked.id || fieldset.dataset.status !== state.status) return false;
    if (fieldset.dataset.answer !== JSON.stringify(state.result)) return false;
    const { response, confidence: sure } = draft();
    const said = confidence.querySelector("input:checked");
    if ((said ? Number(said.value) : null) !== sure) return false;
    if (asked.kind === "ordering") return false;
    if (asked.options) {
      const now = [...fieldset.querySelectorAll("input:checked")].map((one) => one.value);
      return JSON.stringify(now) === JSON.stringify([response ?? []].flat());
    }
    return fieldset.querySelector("input, textarea").value === String(response ?? "");
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
      parts.push(make("p", { class: "qal-again", text: `To read again: ${answer().section}` }));
      parts.push(make("p", { class: "qal-saved", text: saved ? "Saved." : "Not saved, see below." }));
    }
    if (problem) {
      tone = result ? tone : "problem";
      parts.push(make("p", { class: "qal-problem", text: problem }));
    }
    const content = make("div", {}, ...parts);
    if (feedback.innerHTML !== content.innerHTML) feedback.replaceChildren(...content.childNodes);
    feedback.dataset.tone = tone;
  }

  function drawLessons() {
    const { quick_check: rule, mistakes } = answer();
    return [make("p", { html: `<strong>In short:</strong> ${rule}` }),
      make("p", { class: "qal-sub", text: mistakes.length === 1 ? "A common mistake:" : "Common mistakes:" }),
      make("ul", {}, ...mistakes.map((mistake) => make("li", { html: mistake })))];
  }

  function drawHelp() {
    const { hints, steps } = answer();
    const parts = answer().quick_check ? drawLessons() : [];
    if (hints.length) {
      parts.push(make("p", { class: "qal-sub", text: hints.length === 1 ? "Hint" : "Hints" }),
        make("ul", {}, ...hints.map((hint) => make("li", { class: "hint", tabindex: "-1", html: hint }))));
    }
    if (steps.length) {
      parts.push(make("div", { class: "steps", tabindex: "-1" }, make("p", { class: "qal-sub", text: "Worked steps" }),
        make("ol", {}, ...steps.map((step) => make("li", { html: step })))));
    }
    const content = make("div", {}, ...parts);
    if (help.innerHTML !== content.innerHTML) help.replaceChildren(...content.childNodes);
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
    if (unsaved.textContent !== text) unsaved.textContent = text;
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

  let drawing = false;
  function drawSoon() {
    if (drawing) return;
    drawing = true;
    queueMicrotask(() => {
      drawing = false;
      draw();
    });
  }

  const watched = ["heading", "questions", "answers", "drafts", "current", "standing", "started", "unsaved", "notes"];
  for (const name of watched) model.on(`change:${name}`, drawSoon);
  model.on("msg:custom", replied);
  draw();
  el.append(root);

  return () => {
    clearTimeout(patience);
    clearTimeout(typing);
    for (const name of watched) model.off(`change:${name}`, drawSoon);
    model.off("msg:custom", replied);
  };
}

export default { render };
