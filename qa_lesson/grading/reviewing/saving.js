// Sends what was decided, one request after the other, and keeps it until the program has answered.

const AGAIN = 3000; // milliseconds until the next try

/** A request that the program understood and refused: sending it again would change nothing. */
export class RefusedError extends Error {}

/**
 * A request to the program that made this page.
 *
 * @param {string} path
 * @param {object} [body] without one it is a GET
 */
export async function ask(path, body) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, body ? options : {});
  if (response.ok) return response.json();
  const told = await response.json().catch(() => ({}));
  const what = told.error?.what ?? `error ${response.status}`;
  const text = told.error?.to_do ? `${what}. To do: ${told.error.to_do}` : what;
  throw response.status < 500 ? new RefusedError(text) : new Error(text);
}

/**
 * @typedef {{ path: string, body: any, done: (answer: any) => void }} Task
 * @typedef {{ kind: "saved" | "saving" | "failed" | "refused", waiting: number, text: string }} SavingState
 */

/**
 * A queue of requests. A decision that waits last is replaced by a later one on the same answer.
 *
 * @param {(path: string, body: any) => Promise<any>} send
 * @param {(state: SavingState) => void} tell
 */
export function savingQueue(send, tell) {
  /** @type {Task[]} */
  const waiting = [];
  let isSending = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  async function work() {
    if (isSending) return;
    isSending = true;
    clearTimeout(timer);
    let refused = "";
    while (waiting.length) {
      tell({ kind: "saving", waiting: waiting.length, text: "" });
      try {
        const answer = await send(waiting[0].path, waiting[0].body);
        waiting.shift()?.done(answer);
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        if (!(error instanceof RefusedError)) {
          isSending = false;
          timer = setTimeout(work, AGAIN);
          tell({ kind: "failed", waiting: waiting.length, text });
          return;
        }
        waiting.shift();
        refused = text;
      }
    }
    isSending = false;
    tell(refused ? { kind: "refused", waiting: 0, text: refused } : { kind: "saved", waiting: 0, text: "" });
  }

  return {
    /** @param {string} path @param {any} body @param {Task["done"]} done */
    add(path, body, done) {
      const last = waiting.length > (isSending ? 1 : 0) ? waiting.at(-1) : undefined; // the one on its way stays
      const isSame = last?.path === "decide" && path === "decide" && last.body.review === body.review;
      if (isSame && last.body.agreed === body.agreed) waiting.pop();
      waiting.push({ path, body, done });
      return work();
    },
    /** Try at once. */
    retry: work,
    get isEmpty() {
      return waiting.length === 0;
    },
  };
}
