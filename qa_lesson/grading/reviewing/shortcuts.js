// The keys of the review page.

import { make } from "../../look/dom.js";

/** What each key does, as the page lists it. */
export const SHORTCUTS = [
  ["1 to 9", "choose a level of the criterion with the focus, or a share of the points"],
  ["Tab", "go to the next criterion, the points, the comment"],
  ["← →", "go from level to level without choosing"],
  ["j or ↓", "next answer"],
  ["k or ↑", "previous answer"],
  ["n", "next answer without a mark"],
  ["s", "same mark as the marked answer before this one"],
  ["c", "write a comment"],
  ["Alt+1 to Alt+9", "insert a comment used before"],
  ["Ctrl+Enter", "in the comment: next answer without a mark"],
  ["Esc", "leave the comment"],
  ["u", "undo the last change, as often as you like"],
  ["?", "show or hide this list"],
];

export function shortcutList() {
  const rows = SHORTCUTS.map(([keys, what]) => [
    make("dt", {}, make("kbd", { text: keys })),
    make("dd", { text: what }),
  ]);
  return make("dl", { class: "shortcuts" }, ...rows.flat());
}

/**
 * What a key press asks for, or null if it isn't ours.
 *
 * @param {KeyboardEvent} event
 * @returns {{ action: string, digit?: number } | null}
 */
export function actionOf(event) {
  if (event.isComposing || event.defaultPrevented) return null;
  // by place as well, since some keyboards give digits only with Shift, and Alt makes other signs of them
  const place = event.shiftKey ? null : /^Digit([1-9])$/.exec(event.code ?? "");
  const digit = /^[1-9]$/.test(event.key) ? Number(event.key) : Number(place?.[1] ?? 0);
  if (event.altKey) return digit && !event.ctrlKey && !event.metaKey ? { action: "insert", digit } : null;
  const field = event.target instanceof HTMLElement ? event.target : null;
  const isText = field !== null && field.matches("textarea, input, select");
  if (isText) {
    if (event.key === "Escape") return { action: "leave" };
    return event.key === "Enter" && (event.ctrlKey || event.metaKey) ? { action: "unmarked" } : null;
  }
  if (event.ctrlKey || event.metaKey) return null;
  if (digit) return { action: "press", digit };
  if (event.key.startsWith("Arrow") && field?.closest(".scrolls")) return null;
  const action = {
    j: "next", ArrowDown: "next", k: "previous", ArrowUp: "previous", n: "unmarked", s: "same", c: "comment",
    u: "undo", "?": "help",
  }[event.key]; // prettier-ignore
  return action ? { action } : null;
}
