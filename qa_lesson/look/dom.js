// Small helpers for the page side of every widget. They know nothing of quizzes.

/** @typedef {Record<string, any>} Properties */

/**
 * An element. In `properties`, `text` and `html` are its content, `on...` is an event listener, and everything else is
 * an attribute: true sets it without a value; false, null and undefined leave it out. Null children are left out too.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Properties} [properties]
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "html") setHtml(node, value);
    else if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/**
 * Fills `node` with HTML. This is the only place that does: the linter refuses innerHTML elsewhere. Python has made the
 * HTML safe; any other text goes in as plain text.
 *
 * @param {Element} node
 * @param {string} html
 */
export function setHtml(node, html) {
  // eslint-disable-next-line no-restricted-syntax -- the one place
  node.innerHTML = html;
}

/**
 * Puts `parts` into `node` if they differ from what is there, so that screen readers don't announce the same again.
 *
 * @param {Element} node
 * @param {Node[]} parts
 */
export function replaceIfNew(node, parts) {
  const content = make("div", {}, ...parts);
  if (node.innerHTML !== content.innerHTML) node.replaceChildren(...content.childNodes);
}

/**
 * Sets the text of `node` if it differs, so that screen readers don't announce the same again.
 *
 * @param {Element} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Moves the focus to the first match in `node`, if there is one.
 *
 * @param {Element} node
 * @param {string} selector
 */
export function focusIn(node, selector) {
  /** @type {HTMLElement | null} */
  const found = node.querySelector(selector);
  found?.focus();
}

/**
 * Keeps keys away from JupyterLab, which takes those that reach it as shortcuts: "d d" in a radio group would delete
 * the cell.
 *
 * @template {Element} Kept
 * @param {Kept} node
 * @returns {Kept}
 */
export function keepKeys(node) {
  for (const type of ["keydown", "keyup", "keypress"]) node.addEventListener(type, (event) => event.stopPropagation());
  return node;
}

/**
 * Calls `action` when Enter is pressed in `field`, but not while an input method is composing a character.
 *
 * @param {HTMLElement} field
 * @param {() => void} action
 */
export function onEnter(field, action) {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    action();
  });
}

/**
 * Hides the still picture that was put before a widget, for the case that its kernel is gone: `StillBeside` in Python.
 *
 * @param {Element} widget
 * @param {number} [tries] how often to look again while the widget is not on the page yet
 */
export function hideStill(widget, tries = 20) {
  if (!widget.isConnected) {
    if (tries) setTimeout(() => hideStill(widget, tries - 1), 50);
    return;
  }
  for (let around = widget.parentElement; around; around = around.parentElement) {
    const before = [...around.querySelectorAll(".qa-still")].filter(
      (still) => still.compareDocumentPosition(widget) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    const last = before.at(-1);
    if (last) {
      last.setAttribute("hidden", "");
      return;
    }
  }
}

/**
 * What is selected, if all of it is inside `node`.
 *
 * @param {Node} node
 * @returns {Range | null}
 */
export function selectedRange(node) {
  const selection = document.getSelection();
  if (!selection || !selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  return node.contains(range.startContainer) && node.contains(range.endContainer) ? range : null;
}
