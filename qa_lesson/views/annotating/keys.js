// Writing questions without the mouse: the keys that select words of a passage, and a guess at the type of a question.

/** The types of questions that the course's own data has. */
export const KINDS = "action condition date duration evidence list person place price quantity reason thing".split(" ");

/** @type {[RegExp, string][]} */
const GUESSES = [
  [/^how (much|many) .*\b(costs?|pay|price|charge)\b|^what .*\b(costs?|pay)\b|^how much is\b/, "price"],
  [/^how long\b|^(for|within) (how long|what time)\b/, "duration"],
  [/^how (many|much|often|far|large|big|high|old)\b/, "quantity"],
  [/^(who|whom|whose)\b|^which person\b/, "person"],
  [/^(when|by when|until when|since when)\b|^(on|at) (which|what) (day|date|time|month|year)s?\b/, "date"],
  [/^where\b|^in which (town|room|place|building|village)\b/, "place"],
  [/^why\b/, "reason"],
  [/^(under|on) what condition\b|^if what\b/, "condition"],
  [/^how do(es)? (i|we|you|one)\b|^what (should|must|do) (i|we|you)\b.* do\b|^what happens\b/, "action"],
];

/**
 * The type that the first words of a question speak for, or "" if they don't say.
 *
 * @param {string} question
 * @returns {string}
 */
export function guessKind(question) {
  const words = question.trim().toLowerCase();
  const found = GUESSES.find(([pattern]) => pattern.test(words));
  return found ? found[1] : "";
}

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

/**
 * The words of a text as [start, end], without punctuation at their ends; in scripts without spaces as the browser
 * divides them.
 *
 * @param {string} text
 * @returns {number[][]}
 */
export function wordsOf(text) {
  const pieces = text.matchAll(/[\p{L}\p{N}\p{M}](?:\S*[\p{L}\p{N}\p{M}%])?|[^\s\p{P}]+/gu);
  return [...pieces].flatMap((piece) => {
    if (!UNSPACED.test(piece[0])) return [[piece.index, piece.index + piece[0].length]];
    const parts = new Intl.Segmenter(undefined, { granularity: "word" }).segment(piece[0]);
    return [...parts]
      .filter((part) => part.isWordLike)
      .map((part) => [piece.index + part.index, piece.index + part.index + part.segment.length]);
  });
}

/** The word above or below `number`: the one on the next line whose middle is nearest. */
function acrossLines(passage, words, number, direction) {
  const node = passage.ownerDocument.createTreeWalker(passage, 4); // text nodes
  const pieces = [];
  for (let at = 0, text = node.nextNode(); text; text = node.nextNode()) {
    pieces.push({ text, start: at });
    at += text.textContent.length;
  }
  const box = ([start, end]) => {
    const range = passage.ownerDocument.createRange();
    const holding = (position) => pieces.filter((piece) => piece.start <= position).at(-1);
    const [first, last] = [holding(start), holding(end - 1)];
    range.setStart(first.text, start - first.start);
    range.setEnd(last.text, end - last.start);
    return range.getClientRects()[0];
  };
  const here = box(words[number]);
  let line = null;
  let best = number;
  let nearest = Infinity;
  for (let next = number + direction; words[next]; next += direction) {
    const there = box(words[next]);
    if (Math.abs(there.top - here.top) < here.height / 2) continue;
    line ??= there.top;
    if (Math.abs(there.top - line) > here.height / 2) break;
    const distance = Math.abs(there.left + there.right - here.left - here.right);
    if (distance < nearest) [best, nearest] = [next, distance];
  }
  return best;
}

/**
 * Lets arrow keys select words of `passage`: left and right by word, up and down by line, with Shift to extend; letters
 * go to the next word that begins with them.
 *
 * @param {HTMLElement} passage
 * @param {{ text: () => string, span: () => number[], select: (span: number[]) => void }} parts what it reads and calls
 */
export function wordKeys(passage, { text, span, select }) {
  let anchor = 0; // the words at the fixed and at the moving end of the selection
  let head = -1;
  let typed = "";
  let forget = null;

  /** The words of what is marked, which the mouse may have changed. */
  function takeUp(words) {
    const [start, end] = span();
    const isOurs =
      head >= 0 && words[Math.min(anchor, head)]?.[0] === start && words[Math.max(anchor, head)]?.[1] === end;
    if (isOurs || start === undefined) return;
    anchor = Math.max(
      0,
      words.findIndex((word) => word[1] > start),
    );
    head = Math.max(anchor, words.filter((word) => word[0] < end).length - 1);
  }

  passage.addEventListener("keydown", (event) => {
    const isLetter = event.key.length === 1 && event.key.trim() !== "";
    if (event.altKey || !isLetter) typed = "";
    const words = wordsOf(text());
    if (!words.length || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (!span().length) head = -1;
    takeUp(words);
    const from = head;
    if (event.key === "ArrowRight") head = Math.min(from + 1, words.length - 1);
    else if (event.key === "ArrowLeft") head = Math.max(from - 1, 0);
    else if (event.key === "Home") head = 0;
    else if (event.key === "End") head = words.length - 1;
    else if (event.key === "ArrowDown") head = from < 0 ? 0 : acrossLines(passage, words, from, 1);
    else if (event.key === "ArrowUp") head = from < 0 ? 0 : acrossLines(passage, words, from, -1);
    else if (isLetter) {
      typed += event.key.toLowerCase();
      clearTimeout(forget);
      forget = setTimeout(() => {
        typed = "";
      }, 800);
      const all = text().toLowerCase();
      const begins = (word) => all.startsWith(typed, word[0]);
      const first = typed.length > 1 ? Math.max(from, 0) : from + 1; // a longer beginning may still fit the same word
      const found = words.findIndex((word, number) => number >= first && begins(word));
      head = found >= 0 ? found : words.findIndex(begins);
      if (head < 0) head = from;
    } else return;
    event.preventDefault();
    if (head < 0) return;
    if (!event.shiftKey || from < 0 || isLetter) anchor = head;
    select([words[Math.min(anchor, head)][0], words[Math.max(anchor, head)][1]]);
  });
}
