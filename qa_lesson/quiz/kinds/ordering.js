// Put items in order. The response is the list of their ids. Each item has two arrow buttons, and the focus follows the
// item that was moved, so that the same key moves it on.

import { make } from "../../look/dom.js";
import { button } from "../pages/frame.js";

/** @typedef {import("./index.js").Host} Host */

/** @param {Element} fieldset */
function read(fieldset) {
  const rows = /** @type {NodeListOf<HTMLElement>} */ (fieldset.querySelectorAll("[data-item]"));
  return [...rows].map((row) => row.dataset.item);
}

/**
 * @param {string[] | null} response
 * @param {import("./index.js").Question} question
 */
const shown = (response, { items = [] }) => response ?? items.map(({ id }) => id);

/** @param {Host} host */
function draw(host) {
  const question = host.question();
  const byId = Object.fromEntries((question.items ?? []).map((item) => [item.id, item]));
  const order = [...shown(host.response(), question)];
  const list = make("ol", { class: "qal-items" });

  /**
   * @param {number} from
   * @param {number} to
   */
  function move(from, to) {
    const [id] = order.splice(from, 1);
    order.splice(to, 0, id);
    fill();
    host.change([...order], false); // after filling, because the page may compare
    const [up, down] = list.children[to].querySelectorAll("button");
    const [same, other] = to < from ? [up, down] : [down, up];
    (same.getAttribute("aria-disabled") === "true" ? other : same).focus();
    host.say(`${byId[id].name}: now ${to + 1} of ${order.length}`);
  }

  /**
   * @param {string} sign
   * @param {string} word
   * @param {number} from
   * @param {number} to
   */
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

/** @type {import("./index.js").Kind} */
export default { draw, read, shown };
