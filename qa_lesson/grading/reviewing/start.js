// The page of `qa-lesson review`: begins when the browser has read it.

import { make } from "../../look/dom.js";
import { openReview } from "./review_page.js";

/** @param {{ el: HTMLElement }} page */
async function render({ el }) {
  try {
    await openReview(el);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    el.append(make("p", { role: "alert", text: `The answers can't be shown: ${reason}` }));
  }
}

const place = document.getElementById("review");
if (place) void render({ el: place });

export default { render };
