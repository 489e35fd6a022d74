// Type a word or a short phrase. The response is the text.

import { lineField, readField, readable } from "./field.js";

/** @type {import("./index.js").Kind} */
export default {
  draw: (host, uid) => lineField(host, uid, "Your answer", { class: "qal-wide" }).parts,
  read: readField,
  shown: readable,
};
