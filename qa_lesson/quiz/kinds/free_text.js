// Write an answer in your own words. The response is the text as it was typed. Below the field the words are counted. More
// of them than asked for is told and refused nothing. Criteria are HTML.

import { make } from "../../look/dom.js";
import { linesField, readField, readable } from "./field.js";

/** @type {import("./index.js").Kind} */
export default {
  draw(host, uid) {
    const { criteria = [], max_words: most = null, lines } = host.question();
    const { input, parts } = linesField(host, uid, "Your answer", {
      rows: lines,
      class: "qal-wide qal-prose",
      spellcheck: "true",
      autocapitalize: "sentences",
    });
    const count = make("p", { class: "qal-count", id: `${uid}-count` });
    input.setAttribute("aria-describedby", `${criteria.length ? `${uid}-criteria ` : ""}${count.id}`);
    let wasLong = most !== null && words(input.value) > most;

    function recount() {
      const n = words(input.value);
      const isLong = most !== null && n > most;
      count.textContent = told(n, most);
      count.dataset.long = String(isLong);
      // read aloud when the limit is crossed, and not with every key
      if (isLong !== wasLong) host.say(count.textContent);
      wasLong = isLong;
    }

    recount();
    input.addEventListener("input", recount);
    return [...judgedBy(criteria, `${uid}-criteria`), ...parts, count];
  },
  read: readField,
  shown: (response) => readable(response).replace(/\r\n?/g, "\n"),
};

/**
 * @param {{ text: string, points: number }[]} criteria
 * @param {string} id  of the list
 * @returns {Node[]} nothing if learners don't see them
 */
function judgedBy(criteria, id) {
  if (!criteria.length) return [];
  const lines = criteria.map(({ text, points }) =>
    make("li", {}, make("span", { html: text }), ` (up to ${amount(points, "point")})`),
  );
  return [make("p", { class: "qal-sub", text: "Your answer is judged by:" }), make("ul", { id }, ...lines)];
}

/** @param {string} text */
const words = (text) => text.split(/\s+/).filter(Boolean).length;

/** @param {number} n @param {string} noun */
const amount = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;

/** @param {number} n @param {number | null} most */
function told(n, most) {
  if (most === null) return amount(n, "word");
  if (n <= most) return `${n} of at most ${amount(most, "word")}`;
  return `${amount(n, "word")}: ${n - most} more than the ${most} asked for. You can still hand it in.`;
}
