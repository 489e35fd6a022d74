// How far the markers agree, and the answers to settle, as parts of the review page.

import { make } from "../../look/dom.js";
import { countedPoints, pointsText } from "./marking_state.js";

/**
 * @typedef {import("./marking_state.js").Entry} Entry
 * @typedef {import("./marking_state.js").Differing} Differing
 * @typedef {{ markers: string[], n: number, same: number, share: number[] | null, kappa: number[] | null,
 *   note: string }} Pair
 * @typedef {{ open: boolean, done: Record<string, number>, total: number, pairs?: Pair[],
 *   differing?: Differing[] }} Comparison
 */

const EXCERPT = 200; // characters of an answer in the list

/** @param {number} share */
const percent = (share) => `${Math.round(100 * share)}%`;

/** @param {number} value */
const decimals = (value) => value.toFixed(2);

/**
 * What a mark says, in one line.
 *
 * @param {Entry} entry
 * @param {import("./marking_state.js").Marked} mark
 */
export function markText({ question }, mark) {
  const points = `${pointsText((mark.credit ?? 0) * question.points)} of ${countedPoints(question.points)}`;
  const levels = question.rubric.map(({ id, levels: choices }) => {
    const level = choices[mark.levels?.[id] ?? -1];
    return level ? pointsText(level.points) : "?";
  });
  return levels.length > 1 ? `${points} (${levels.join(" + ")})` : points;
}

/**
 * Both marks of an answer, to be read beside it.
 *
 * @param {Entry} entry
 * @param {Differing} differing
 */
export function bothMarks(entry, { marks }) {
  return make(
    "ul",
    { class: "both" },
    ...marks.map((mark) =>
      make(
        "li",
        {},
        make("b", { text: mark.marker, dir: "auto" }),
        `: ${markText(entry, mark)}`,
        mark.comment ? make("p", { class: "said", dir: "auto", text: mark.comment }) : null,
      ),
    ),
  );
}

/** @param {string | string[]} response */
function beginning(response) {
  const text = typeof response === "string" ? response : response.join(", ");
  return text.length > EXCERPT ? `${text.slice(0, EXCERPT)} …` : text;
}

/** @param {number} n answers that differ @param {number} left how many of them are not settled */
function differingText(n, left) {
  if (n === 0) return "You agree on every answer that both have marked.";
  const start = `You differ on ${n === 1 ? "1 answer" : `${n} answers`}`;
  if (left === 0) return `${start}, and ${n === 1 ? "it is" : "all are"} settled.`;
  return `${start}. ${n === 1 ? "It isn't" : `${left} of them aren't`} settled yet, and grading keeps what isn't settled waiting.`;
}

/** @param {Pair} pair */
function pairRow({ markers, n, same, share, kappa, note }) {
  const interval = (/** @type {number[]} */ [, low, high], /** @type {(value: number) => string} */ write) =>
    ` (95% interval ${write(low)} to ${write(high)})`;
  return make(
    "div",
    { class: "pair" },
    make("h3", { text: markers.join(" and "), dir: "auto" }),
    make(
      "dl",
      {},
      make("dt", { text: "Same points" }),
      make("dd", {
        text: share ? `${same} of ${n} answers: ${percent(share[0])}${interval(share, percent)}` : "no answer yet",
      }),
      make("dt", { text: "Cohen's kappa, weighted" }),
      make("dd", { text: kappa ? `${decimals(kappa[0])}${interval(kappa, decimals)}` : "not known" }),
    ),
    note ? make("p", { class: "muted", text: note }) : null,
  );
}

/**
 * @param {object} parts
 * @param {Comparison} parts.found
 * @param {string} parts.marker
 * @param {(review: string) => Entry | undefined} parts.entryOf
 * @param {() => void} parts.look open the comparison before all are done
 * @param {(review: string) => void} parts.settle
 */
export function comparisonParts({ found, marker, entryOf, look, settle }) {
  const names = Object.keys(found.done);
  const done = names.map((name) => `${name} ${found.done[name]} of ${found.total}`).join(", ");
  const state = make("p", { text: `Marked so far: ${done}.`, dir: "auto" });
  if (names.length < 2 && !found.pairs?.length) {
    const how = `Only you (${marker}) have marked so far. To compare, a second person runs the same command with another --marker NAME and the same file of marks.`;
    return [state, make("p", { text: how })];
  }
  if (!found.open) {
    const why =
      "Marks are worth most if each of you decides alone, so the other marks stay hidden until both are done. You can look now: you will see only answers that you have marked yourself.";
    const button = make("button", { type: "button", class: "main", text: "Compare now", onclick: look });
    return [state, make("p", { text: why }), make("p", {}, button)];
  }
  const differing = found.differing ?? [];
  const left = differing.filter(({ agreed }) => !agreed || agreed.credit === null).length;
  const items = differing.flatMap((one) => {
    const entry = entryOf(one.review);
    if (!entry) return [];
    const settled = one.agreed && one.agreed.credit !== null ? markText(entry, one.agreed) : "";
    const where = `Question ${entry.question.number}, answer ${entry.place}`;
    const button = make("button", {
      type: "button",
      text: settled ? "Change" : "Settle",
      "aria-label": `${settled ? "Change" : "Settle"}: ${where}`,
      onclick: () => settle(one.review),
    });
    return make(
      "li",
      {},
      make("p", {}, make("b", { text: where }), settled ? ` Settled: ${settled}` : null),
      make("p", { class: "said", dir: "auto", text: beginning(entry.answer.response) }),
      bothMarks(entry, one),
      button,
    );
  });
  const told = make("p", { text: differingText(differing.length, left) });
  const note = make("p", {
    class: "muted",
    text: "Kappa is 1 for full agreement and 0 for what chance alone would give. It is weighted: a difference of a few points counts little. Equal answers count once.",
  });
  return [state, ...(found.pairs ?? []).map(pairRow), note, told, make("ol", { class: "differing" }, ...items)];
}
