// What the review page knows of the answers, without a page: which are marked, what they earn, and which comes next.

/**
 * @typedef {{ levels: Record<string, number> | null, credit: number | null, comment: string }} Marked
 * @typedef {{ points: number, text: string }} Level
 * @typedef {{ id: string, text: string, levels: Level[] }} Criterion
 * @typedef {{ review: string, response: string | string[], n: number, group: number, alike: number, reason: string,
 *   settled: number | null, mark: Marked | null, learners?: string[] }} Answer
 * @typedef {{ number: number, variant: string, kind: string, points: number, prompt: string, material: string,
 *   solution: string, key: string, reason: string, rubric: Criterion[], answers: Answer[] }} Question
 * @typedef {{ question: Question, answer: Answer, place: number }} Entry
 * @typedef {{ review: string, marks: (Marked & { marker: string })[], agreed: Marked | null }} Differing
 * @typedef {"all" | "unmarked" | "mine" | "differing"} Filter
 */

/** @returns {Marked} */
export const unmarked = () => ({ levels: null, credit: null, comment: "" });

/** @param {Marked | null} mark */
export const isDecided = (mark) => mark !== null && mark.credit !== null;

/**
 * All answers in the order in which they are shown; `place` counts within the question, from 1.
 *
 * @param {Question[]} questions
 * @returns {Entry[]}
 */
export function entriesOf(questions) {
  return questions.flatMap((question) =>
    question.answers.map((answer, place) => ({ question, answer, place: place + 1 })),
  );
}

/**
 * A mark with another level: with a rubric the credit comes from the levels, once every criterion has one.
 *
 * @param {Question} question
 * @param {Marked | null} mark
 * @param {string} criterion
 * @param {number} level
 * @returns {Marked}
 */
export function withLevel(question, mark, criterion, level) {
  const levels = { ...(mark?.levels ?? {}), [criterion]: level };
  return { levels, credit: creditOf(question, levels), comment: mark?.comment ?? "" };
}

/**
 * The share of the points that levels earn; null while a criterion has none.
 *
 * @param {Question} question
 * @param {Record<string, number>} levels
 */
export function creditOf(question, levels) {
  let earned = 0;
  for (const { id, levels: choices } of question.rubric) {
    const chosen = choices[levels[id]];
    if (!chosen) return null;
    earned += chosen.points;
  }
  return Math.min(Math.max(earned / question.points, 0), 1);
}

/**
 * A number of points as a person writes it.
 *
 * @param {number} points
 */
export const pointsText = (points) => String(Number(points.toFixed(3)));

/** @param {number} points */
export const countedPoints = (points) => `${pointsText(points)} ${points === 1 ? "point" : "points"}`;

/**
 * What was typed as points, as a credit; null if it isn't a number of points of this question.
 *
 * @param {string} text
 * @param {number} possible
 */
export function typedCredit(text, possible) {
  const plain = text.trim().replace(",", ".");
  const points = plain === "" ? NaN : Number(plain);
  return points >= 0 && points <= possible ? points / possible : null;
}

/**
 * "12 of 40 answers, 3 of 5 questions", and the numbers in it.
 *
 * @param {Question[]} questions
 */
export function progressOf(questions) {
  const done = (/** @type {Question} */ one) => one.answers.filter((answer) => isDecided(answer.mark)).length;
  const answers = questions.reduce((sum, one) => sum + done(one), 0);
  const total = questions.reduce((sum, one) => sum + one.answers.length, 0);
  const whole = questions.filter((one) => done(one) === one.answers.length).length;
  return { answers, total, text: `${answers} of ${total} answers, ${whole} of ${questions.length} questions` };
}

/**
 * Whether a filter shows an answer.
 *
 * @param {Entry} entry
 * @param {Filter} filter
 * @param {Set<string>} differing review ids
 */
export function isShown(entry, filter, differing) {
  if (filter === "unmarked") return !isDecided(entry.answer.mark);
  if (filter === "mine") return isDecided(entry.answer.mark);
  return filter === "all" || differing.has(entry.answer.review);
}

/**
 * The nearest entry after `from` (before it, if `step` is -1) that `fits`; null if there is none up to the end.
 *
 * @param {Entry[]} entries
 * @param {string | null} from review id
 * @param {1 | -1} step
 * @param {(entry: Entry) => boolean} fits
 */
export function neighbor(entries, from, step, fits) {
  const start = entries.findIndex((entry) => entry.answer.review === from);
  for (let at = start + step; at >= 0 && at < entries.length; at += step) if (fits(entries[at])) return entries[at];
  return null;
}

/**
 * The next answer without a mark, from the beginning again after the end; null if all have one.
 *
 * @param {Entry[]} entries
 * @param {string | null} from review id
 */
export function nextUnmarked(entries, from) {
  const open = (/** @type {Entry} */ entry) => !isDecided(entry.answer.mark) && entry.answer.review !== from;
  return neighbor(entries, from, 1, open) ?? entries.find(open) ?? null;
}

/**
 * The mark of the nearest marked answer before this one to the same question; null if there is none.
 *
 * @param {Entry} entry
 */
export function markBefore(entry) {
  const before = entry.question.answers.slice(0, entry.place - 1);
  return before.reverse().find((answer) => isDecided(answer.mark))?.mark ?? null;
}
