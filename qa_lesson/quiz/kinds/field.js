// What the kinds share whose response is typed: one labelled field. The response is its text, or null if it is empty.

import { make, onEnter } from "../../look/dom.js";

/** @typedef {import("./index.js").Host} Host */

const TYPED = { spellcheck: "false", autocomplete: "off", autocapitalize: "off" };

/**
 * A field of one line. Enter is up to the page.
 *
 * @param {Host} host
 * @param {string} uid
 * @param {string} label
 * @param {import("../../look/dom.js").Properties} properties
 */
export function lineField(host, uid, label, properties) {
  const input = make("input", { id: `${uid}-field`, type: "text", ...TYPED, ...properties });
  onEnter(input, host.enter);
  return labelled(host, input, label);
}

/**
 * A field of several lines, where Enter begins a new one.
 *
 * @param {Host} host
 * @param {string} uid
 * @param {string} label
 * @param {import("../../look/dom.js").Properties} properties
 */
export function linesField(host, uid, label, properties) {
  return labelled(host, make("textarea", { id: `${uid}-field`, ...TYPED, ...properties }), label);
}

/**
 * @template {HTMLInputElement | HTMLTextAreaElement} Input
 * @param {Host} host
 * @param {Input} input
 * @param {string} label
 * @returns {{ input: Input, parts: Node[] }} the input, and what to put on the page
 */
function labelled(host, input, label) {
  input.value = readable(host.response());
  input.addEventListener("input", () => host.change(input.value || null, true));
  input.addEventListener("change", () => host.change(input.value || null, false));
  return { input, parts: [make("label", { for: input.id, text: label }), make("div", { class: "qal-field" }, input)] };
}

/** @param {Element} fieldset */
export function readField(fieldset) {
  const input = /** @type {HTMLInputElement | HTMLTextAreaElement | null} */ (
    fieldset.querySelector(".qal-field input, .qal-field textarea")
  );
  return input ? input.value : "";
}

/** @param {unknown} response which code may have set to a number */
export const readable = (response) => String(response ?? "");
