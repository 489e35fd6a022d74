// Write the code in place of ___. The response is that code. Enter begins a new line. The template is plain text.

import { make } from "../../look/dom.js";
import { linesField, readField, readable } from "./field.js";

const BLANK = "___";

/** @type {import("./index.js").Kind} */
export default {
  draw(host, uid) {
    const [before, after = ""] = (host.question().template ?? "").split(BLANK);
    const blank = make("span", { class: "qal-blank", text: BLANK });
    const { parts } = linesField(host, uid, `In place of ${BLANK}`, { rows: 3, class: "qal-wide qal-code" });
    return [make("pre", { class: "qal-template" }, before, blank, after), ...parts];
  },
  read: readField,
  shown: readable,
};
