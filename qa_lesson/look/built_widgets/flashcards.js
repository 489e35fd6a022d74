// Built from qa_lesson/quiz/flashcards/flashcards.js by "make bundle". Do not edit.

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

// qa_lesson/look/model.js
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

// qa_lesson/quiz/flashcards/flashcards.js
function render({ model, el }) {
  const uid = newUid();
  const position = make("p", { class: "qal-position", tabindex: "-1" });
  const front = make("div", {});
  const show = button("Show the answer", () => talk.ask({ action: "show" }));
  show.classList.add("qal-main");
  const back = make("div", {});
  const answer = make(
    "div",
    { class: "qal-feedback", "data-tone": "right", role: "region", "aria-label": "Answer", tabindex: "-1" },
    back
  );
  const buttons = make("div", { class: "qal-row" });
  const grades = make("fieldset", {}, make("legend", { text: "How well did you know it?" }), buttons);
  const status = make("p", { role: "status" });
  const problem = make("p", { class: "qal-alert", role: "alert" });
  const note = make("p", {});
  const wait = make("p", { class: "qal-wait", role: "status" });
  const root = frame(
    uid,
    make("p", { class: "qal-heading", id: uid, text: "Flashcards" }),
    position,
    front,
    make("div", { class: "qal-row" }, show),
    answer,
    grades,
    status,
    problem,
    wait,
    note
  );
  const talk = conversation(model, root, wait, (message) => {
    draw();
    if (!model.get("shown").problem) (message.done === "show" ? answer : position).focus();
  });
  function draw() {
    const shown = model.get("shown");
    position.textContent = shown.position;
    fill(front, shown.front);
    fill(back, shown.back);
    show.hidden = !shown.front || shown.back !== "";
    answer.hidden = grades.hidden = shown.back === "";
    buttons.replaceChildren(
      ...shown.grades.map(({ grade, name }) => button(name, () => talk.ask({ action: "grade", grade })))
    );
    status.textContent = shown.status;
    problem.textContent = shown.problem;
    note.textContent = shown.note;
  }
  function fill(side, html) {
    if (side.dataset.of !== html) setHtml(side, html);
    side.dataset.of = html;
  }
  const endRedraws = redrawOn(model, ["shown"], draw);
  draw();
  el.append(root);
  hideStill(el);
  return () => {
    talk.end();
    endRedraws();
  };
}
var flashcards_default = { render };
export {
  flashcards_default as default
};
