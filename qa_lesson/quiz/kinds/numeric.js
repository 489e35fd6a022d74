// Type a number. The response is what was typed: Python reads it, commas and all.

import { lineField, readField, readable } from "./field.js";

/** @type {import("./index.js").Kind} */
export default {
  draw(host, uid) {
    const { unit } = host.question();
    const label = unit ? `Number (${unit})` : "Number";
    return lineField(host, uid, label, { inputmode: "decimal", class: "qal-number" }).parts;
  },
  read: readField,
  shown: readable,
};
