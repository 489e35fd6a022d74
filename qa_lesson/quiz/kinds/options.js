// What single and multi share: options to choose from. The keyboard is the browser's own: arrow keys move between radio
// buttons, Tab between check boxes, and the space bar chooses.

import { make } from "../../look/dom.js";

/** @typedef {import("./index.js").Host} Host */

const SIGNS = { right: "✓ right", wrong: "✗ wrong", missed: "○ right, not chosen" };

/**
 * @param {"radio" | "checkbox"} type
 * @param {(ids: string[]) => unknown} response of the chosen ids
 * @returns {import("./index.js").Kind}
 */
export function choiceOf(type, response) {
  /** @param {Element} fieldset */
  function read(fieldset) {
    const checked = /** @type {NodeListOf<HTMLInputElement>} */ (
      fieldset.querySelectorAll(".qal-option input:checked")
    );
    return [...checked].map((input) => input.value);
  }

  /** @param {string | string[] | null} chosen */
  const shown = (chosen) => [chosen ?? []].flat();

  /**
   * @param {Host} host
   * @param {string} uid
   */
  function draw(host, uid) {
    const now = shown(host.response());
    return (host.question().options ?? []).map(({ id, text }) => {
      const input = make("input", { type, name: `${uid}-option`, value: id });
      input.checked = now.includes(id);
      input.addEventListener("change", () => {
        const fieldset = input.closest("fieldset");
        if (fieldset) host.change(response(read(fieldset)), false);
      });
      const sign = host.sign(id);
      const said = sign ? make("span", { class: "qal-sign", text: SIGNS[sign] }) : null;
      const label = make("label", {}, input, make("span", { class: "qal-text", html: text }), said);
      return make("div", { class: "qal-option", "data-sign": sign }, label, host.why(id));
    });
  }

  return { draw, read, shown };
}
