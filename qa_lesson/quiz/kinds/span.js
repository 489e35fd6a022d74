// Copy the answer from a text. The response is the copied text. Selecting it with the mouse fills the field. With the
// keyboard, you type it. The context is plain text.

import { make, selectedRange } from "../../look/dom.js";
import { lineField, readField, readable } from "./field.js";

/** @type {import("./index.js").Kind} */
export default {
  draw(host, uid) {
    const context = make("blockquote", { class: "qal-context", text: host.question().context });
    const { input, parts } = lineField(host, uid, "The answer, word for word", { class: "qal-wide" });
    context.addEventListener("mouseup", () => {
      const range = selectedRange(context);
      if (!range || host.locked()) return;
      input.value = range.toString().trim();
      input.dispatchEvent(new Event("input"));
    });
    return [context, ...parts];
  },
  read: readField,
  shown: readable,
};
