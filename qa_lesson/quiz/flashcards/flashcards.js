// The page side of a round of flashcards. Python chooses, schedules and saves. This module draws and reports what is
// pressed. `front` and `back` arrive as safe HTML, and everything else is set as plain text.

import { hideStill, make, setHtml } from "../../look/dom.js";
import { redrawOn } from "../../look/model.js";
import { button, frame, newUid } from "../pages/frame.js";
import { conversation } from "../pages/kernel.js";

/** @param {import("../../look/model.js").Page} page */
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
    back,
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
    note,
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
      ...shown.grades.map(({ grade, name }) => button(name, () => talk.ask({ action: "grade", grade }))),
    );
    status.textContent = shown.status;
    problem.textContent = shown.problem;
    note.textContent = shown.note;
  }

  // What is there already stays, with anything that is selected in it.
  /**
   * @param {HTMLElement} side
   * @param {string} html
   */
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

export default { render };
