// What the pages of practice, flashcards and graded quizzes share: the inputs of a question, and talking to the kernel.
// A widget's module is this file followed by its own. Texts named prompt, text and so on arrive as safe HTML;
// everything else is set as plain text.

const PATIENCE = 4000; // milliseconds until a silent kernel is explained
const SILENT = "The kernel has not replied yet. If it is busy, this waits for its turn; if it was restarted, run this cell again.";

let instances = 0;

function newUid() {
  return `qal${Date.now().toString(36)}${instances++}`;
}

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

function button(text, press) {
  return make("button", {
    type: "button", text, class: "qal-button",
    onclick: (event) => event.currentTarget.getAttribute("aria-disabled") !== "true" && press(),
  });
}

// The frame of a quiz. JupyterLab takes keys that reach it as shortcuts: "d d" in a radio group would delete the cell.
function frame(labelledBy, ...children) {
  const root = make("section", { class: "qal-quiz", "aria-labelledby": labelledBy, "data-lm-suppress-shortcuts": "true" }, ...children);
  for (const type of ["keydown", "keyup", "keypress"]) root.addEventListener(type, (event) => event.stopPropagation());
  return root;
}

// Redraws after the kernel has changed something, once for all that came together; gives what ends it.
function redrawOn(model, names, draw) {
  let drawing = false;
  function drawSoon() {
    if (drawing) return;
    drawing = true;
    queueMicrotask(() => {
      drawing = false;
      draw();
    });
  }
  for (const name of names) model.on(`change:${name}`, drawSoon);
  return () => {
    for (const name of names) model.off(`change:${name}`, drawSoon);
  };
}

// One question to the kernel at a time: `ask(message)`, and `replied(message)` once it has answered with "done".
function conversation(model, root, wait, replied) {
  let awaited = null;
  let patience = 0;
  function receive(message) {
    if (!awaited || message.done !== awaited.action) return;
    clearTimeout(patience);
    wait.textContent = "";
    root.removeAttribute("aria-busy");
    awaited = null;
    replied(message);
  }
  model.on("msg:custom", receive);
  return {
    ask(message) {
      if (awaited) return;
      try {
        model.send(message);
      } catch {
        wait.textContent = "The kernel is gone. Start it, and run this cell again.";
        return;
      }
      awaited = message;
      root.setAttribute("aria-busy", "true");
      patience = setTimeout(() => {
        wait.textContent = SILENT;
      }, PATIENCE);
    },
    end() {
      clearTimeout(patience);
      model.off("msg:custom", receive);
    },
  };
}

// Drafts in the trait `name` (question id -> anything). What is being typed is kept here until it travels: an echo of
// an earlier state, which the kernel sends late when it is busy, would overwrite what was typed since.
function draftKeeper(model, name, pause) {
  const typed = new Map();
  let timer = 0;
  function flush() {
    clearTimeout(timer);
    if (typed.size) model.set(name, { ...model.get(name), ...Object.fromEntries(typed) });
    typed.clear();
    model.save_changes();
  }
  return {
    get: (id) => (typed.has(id) ? typed.get(id) : model.get(name)[id]),
    set(id, draft, typing = false) {
      typed.set(id, draft);
      clearTimeout(timer);
      if (typing) timer = setTimeout(flush, pause);
      else flush();
    },
    flush,
  };
}

// A row of numbered buttons to go to each question; `update(marks, current)` takes a {sign, word, look} for each.
function overviewBar(goTo) {
  const bar = make("div", { class: "qal-overview", role: "toolbar", "aria-label": "Questions of this quiz" });
  bar.addEventListener("keydown", (event) => {
    const all = [...bar.children];
    const here = all.indexOf(document.activeElement);
    const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const target = all[(to + all.length) % all.length];
    for (const one of all) one.tabIndex = one === target ? 0 : -1;
    target.focus();
  });
  function update(marks, current) {
    while (bar.children.length > marks.length) bar.lastChild.remove();
    marks.forEach(({ sign, word, look }, index) => {
      const here = index === current;
      let mark = bar.children[index];
      if (!mark) {
        mark = make("button", { type: "button", onclick: () => goTo(index) });
        bar.append(mark);
      }
      mark.textContent = `${index + 1}${sign}`;
      mark.className = `qal-mark qal-${look}`;
      mark.setAttribute("aria-label", `Question ${index + 1}, ${word}`);
      if (here) mark.setAttribute("aria-current", "true");
      else mark.removeAttribute("aria-current");
      mark.tabIndex = bar.contains(document.activeElement) ? mark.tabIndex : here ? 0 : -1;
    });
  }
  return { bar, update };
}

// The inputs of the current question, in `fieldset`. `host` gives question(), response(), locked(), and takes
// change(response, typing), enter() and say(text); why(id) gives a node to stand under an option, or null.
function answerInputs(uid, fieldset, host) {
  const chosen = () => [...fieldset.querySelectorAll("input:checked")].map((one) => one.value);
  let order = []; // of the items of an ordering, as they stand on the page

  function options(many) {
    const now = [host.response() ?? []].flat();
    return host.question().options.map((option) => {
      const input = make("input", { type: many ? "checkbox" : "radio", name: `${uid}-option`, value: option.id });
      input.checked = now.includes(option.id);
      input.addEventListener("change", () => {
        const ids = chosen();
        host.change(many ? (ids.length ? ids : null) : ids[0] ?? null, false);
      });
      return make("div", { class: "qal-option" },
        make("label", {}, input, make("span", { class: "qal-text", html: option.text })), host.why(option.id));
    });
  }

  function items() {
    const byId = Object.fromEntries(host.question().items.map((item) => [item.id, item]));
    order = [...(host.response() ?? Object.keys(byId))];
    const list = make("ol", { class: "qal-items" });
    const locked = host.locked();
    function move(from, to) {
      const [item] = order.splice(from, 1);
      order.splice(to, 0, item);
      host.change([...order], false);
      fill();
      const row = list.children[to];
      const [up, down] = row.querySelectorAll("button");
      const wanted = to < from ? up : down;
      (wanted.getAttribute("aria-disabled") === "true" ? (wanted === up ? down : up) : wanted).focus();
      host.say(`${byId[item].name}: now ${to + 1} of ${order.length}`);
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
          make("span", { class: "qal-text", html: byId[id].text })), host.why(id));
      }));
    }
    fill();
    return [list];
  }

  function field(label, properties) {
    const multiline = properties.rows !== undefined;
    const input = make(multiline ? "textarea" : "input", {
      id: `${uid}-field`, spellcheck: "false", autocomplete: "off", autocapitalize: "off", ...properties,
    });
    input.value = host.response() ?? "";
    input.addEventListener("input", () => host.change(input.value || null, true));
    input.addEventListener("change", () => host.change(input.value || null, false));
    if (!multiline) {
      input.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        host.enter();
      });
    }
    return [make("label", { for: `${uid}-field`, text: label }),
      make("div", { class: "qal-field" }, input)];
  }

  function span() {
    const context = make("blockquote", { class: "qal-context", text: host.question().context });
    const parts = field("The answer, word for word", { type: "text", class: "qal-wide" });
    const input = parts[1].querySelector("input");
    context.addEventListener("mouseup", () => {
      const selection = document.getSelection();
      if (!selection.rangeCount || selection.isCollapsed || host.locked()) return;
      const range = selection.getRangeAt(0);
      if (!context.contains(range.startContainer) || !context.contains(range.endContainer)) return;
      input.value = range.toString().trim();
      input.dispatchEvent(new Event("input"));
    });
    return [context, ...parts];
  }

  function code() {
    const [before, after] = host.question().template.split("___");
    const blank = make("span", { class: "qal-blank", text: "___" });
    return [make("pre", { class: "qal-template" }, before, blank, after),
      ...field("In place of ___", { rows: 3, class: "qal-wide qal-code" })];
  }

  function number() {
    const unit = host.question().unit ?? "";
    return field(unit ? `Number (${unit})` : "Number", { type: "text", inputmode: "decimal", class: "qal-number" });
  }

  const INPUTS = {
    single: () => options(false),
    multi: () => options(true),
    ordering: items,
    numeric: number,
    text: () => field("Your answer", { type: "text", class: "qal-wide" }),
    span,
    code,
  };

  return {
    draw: () => [make("legend", { text: host.question().instruction }), ...INPUTS[host.question().kind]()],
    // Whether the inputs hold the response already, which they do when it comes from them.
    hold() {
      const asked = host.question();
      if (asked.kind === "ordering") {
        return JSON.stringify(order) === JSON.stringify(host.response() ?? asked.items.map((item) => item.id));
      }
      if (asked.options) return JSON.stringify(chosen()) === JSON.stringify([host.response() ?? []].flat());
      return fieldset.querySelector("input, textarea").value === String(host.response() ?? "");
    },
  };
}
