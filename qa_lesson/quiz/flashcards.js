// The page's side of a round of flashcards. Python chooses, schedules and saves; this file draws and reports presses.
// `front` and `back` arrive as safe HTML; everything else is set as plain text.

const PATIENCE = 4000; // milliseconds until a silent kernel is explained

let instances = 0;

function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "text") node.textContent = value;
    else if (name === "press") node.addEventListener("click", value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

function render({ model, el }) {
  const uid = `qalcards${Date.now().toString(36)}${instances++}`;
  let awaited = false;
  let patience = 0;

  const position = make("p", { class: "qal-position", tabindex: "-1" });
  const front = make("div", {});
  const show = make("button", {
    type: "button", class: "qal-button qal-main", text: "Show the answer", press: () => ask({ action: "show" }),
  });
  const back = make("div", {});
  const answer = make("div", { class: "qal-feedback", "data-tone": "right", role: "region", "aria-label": "Answer", tabindex: "-1" }, back);
  const buttons = make("div", { class: "qal-row" });
  const grades = make("fieldset", {}, make("legend", { text: "How well did you know it?" }), buttons);
  const status = make("p", { role: "status" });
  const problem = make("p", { class: "qal-alert", role: "alert" });
  const note = make("p", {});
  const root = make("section", { class: "qal-quiz", "aria-labelledby": uid, "data-lm-suppress-shortcuts": "true" },
    make("p", { class: "qal-heading", id: uid, text: "Flashcards" }),
    position, front, make("div", { class: "qal-row" }, show), answer, grades, status, problem, note);
  // JupyterLab takes keys that bubble up for its shortcuts, some of which delete cells
  for (const type of ["keydown", "keyup", "keypress"]) root.addEventListener(type, (event) => event.stopPropagation());

  function ask(message) {
    if (awaited) return;
    awaited = true;
    model.send(message);
    patience = setTimeout(() => {
      status.textContent = "The kernel has not replied yet. If it was restarted, run this cell again.";
    }, PATIENCE);
  }

  function replied(message) {
    clearTimeout(patience);
    awaited = false;
    draw();
    if (!model.get("shown").problem) (message.done === "show" ? answer : position).focus();
  }

  function draw() {
    const shown = model.get("shown");
    position.textContent = shown.position;
    if (front.dataset.of !== shown.front) front.innerHTML = front.dataset.of = shown.front;
    if (back.dataset.of !== shown.back) back.innerHTML = back.dataset.of = shown.back;
    show.hidden = !shown.front || shown.back !== "";
    answer.hidden = grades.hidden = shown.back === "";
    buttons.replaceChildren(...shown.grades.map(({ grade, name }) =>
      make("button", { type: "button", class: "qal-button", text: name, press: () => ask({ action: "grade", grade }) })));
    status.textContent = shown.status;
    problem.textContent = shown.problem;
    note.textContent = shown.note;
  }

  model.on("change:shown", draw);
  model.on("msg:custom", replied);
  draw();
  el.append(root);

  return () => {
    clearTimeout(patience);
    model.off("change:shown", draw);
    model.off("msg:custom", replied);
  };
}

export default { render };
