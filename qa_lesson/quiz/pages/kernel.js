// Talking to the kernel: one question at a time, and drafts that the kernel's late echoes don't overwrite.

/** @typedef {import("../../look/model.js").Model} Model */

/** Milliseconds until the page explains why a silent kernel is silent. */
export const PATIENCE = 4000;
export const SILENT =
  "The kernel has not replied yet. If it is busy, this waits for its turn; if it was restarted, run this cell again.";
const GONE = "The kernel is gone. Start it, and run this cell again.";

/**
 * Asks the kernel one thing at a time. What is asked before the reply is dropped.
 *
 * @param {Model} model
 * @param {Element} root is busy until the reply comes
 * @param {Element} wait where a kernel that doesn't reply is explained
 * @param {(message: any) => void} replied gets the reply, whose `done` names the action that was asked for
 * @returns {{ ask: (message: { action: string, [more: string]: unknown }) => void, end: () => void }}
 */
export function conversation(model, root, wait, replied) {
  /** @type {string | null} */
  let awaited = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;
  /** @param {any} message */
  function receive(message) {
    if (awaited === null || message.done !== awaited) return;
    clearTimeout(patience);
    wait.textContent = "";
    root.removeAttribute("aria-busy");
    awaited = null;
    replied(message);
  }
  model.on("msg:custom", receive);
  return {
    ask(message) {
      if (awaited !== null) return;
      try {
        model.send(message);
      } catch {
        wait.textContent = GONE;
        return;
      }
      awaited = message.action;
      root.setAttribute("aria-busy", "true");
      patience = setTimeout(() => {
        wait.textContent = SILENT;
      }, PATIENCE);
    },
    end() {
      clearTimeout(patience);
      model.off("msg:custom", receive);
    },
  };
}

/**
 * The drafts in a trait that maps question ids to anything. What is being typed is kept here until it travels: an echo
 * of an earlier state, which a busy kernel sends late, would overwrite what was typed since.
 *
 * @param {Model} model
 * @param {string} name of the trait
 * @param {number} pause milliseconds after the last key before a draft travels
 */
export function draftKeeper(model, name, pause) {
  const typed = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  function flush() {
    clearTimeout(timer);
    if (typed.size) model.set(name, { ...model.get(name), ...Object.fromEntries(typed) });
    typed.clear();
    model.save_changes();
  }
  return {
    /** @param {string} id */
    get: (id) => (typed.has(id) ? typed.get(id) : model.get(name)[id]),
    /**
     * @param {string} id
     * @param {unknown} draft
     * @param {boolean} [typing] whether more keys may follow
     */
    set(id, draft, typing = false) {
      typed.set(id, draft);
      clearTimeout(timer);
      if (typing) timer = setTimeout(flush, pause);
      else flush();
    },
    flush,
  };
}
