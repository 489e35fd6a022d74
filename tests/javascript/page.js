// A browser page for the tests, with a kernel that does what the test says. Every test file has one of its own.

import { afterEach, beforeEach } from "node:test";

import FakeTimers from "@sinonjs/fake-timers";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html><body></body>", { pretendToBeVisual: true });
const NAMES = ["document", "Event", "HTMLElement", "KeyboardEvent", "MouseEvent", "Node"];
for (const name of NAMES) globalThis[name] = window[name];

/** The model that anywidget hands to a page: traits, and what the page has sent. */
export class FakeModel {
  sent = []; // messages to Python
  saves = 0; // how often traits were sent
  gone = false; // whether the kernel is
  #traits;
  #listeners = new Map();

  constructor(traits) {
    this.#traits = { ...traits };
  }

  get(name) {
    if (!(name in this.#traits)) throw new Error(`the Python side has no trait ${name}`);
    return this.#traits[name];
  }

  set(name, value) {
    this.get(name);
    this.#traits[name] = value;
    this.#emit(`change:${name}`);
  }

  save_changes() {
    this.saves += 1;
  }

  send(message) {
    if (this.gone) throw new Error("the comm is closed");
    this.sent.push(JSON.parse(JSON.stringify(message)));
  }

  on(event, listener) {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }

  off(event, listener) {
    const left = (this.#listeners.get(event) ?? []).filter((each) => each !== listener);
    if (left.length) this.#listeners.set(event, left);
    else this.#listeners.delete(event);
  }

  /** Python changes traits in one message; the page has redrawn when this is over. */
  async update(traits) {
    Object.assign(this.#traits, traits);
    for (const name of Object.keys(traits)) this.#emit(`change:${name}`);
    await redrawn();
  }

  /** Python answers the last message, after it has changed traits. */
  async reply(traits = {}, more = {}) {
    await this.update(traits);
    this.#emit("msg:custom", { done: this.sent.at(-1).action, ...more });
  }

  /** The events that somebody still listens to. */
  get heard() {
    return [...this.#listeners.keys()];
  }

  #emit(event, ...data) {
    for (const listener of this.#listeners.get(event) ?? []) listener(...data);
  }
}

/** Waits until redraws that were put off have been done. */
export async function redrawn() {
  await Promise.resolve();
  await Promise.resolve();
}

/** A widget on an otherwise empty page. */
export function open(widget, traits) {
  document.body.replaceChildren();
  const el = document.createElement("div");
  document.body.append(el);
  const model = new FakeModel(traits);
  const end = widget.render({ model, el });
  return { model, el, end, ...finders(el) };
}

/** Ways to find what a person finds by its name, in `el`. */
export function finders(el) {
  const all = (selector) => [...el.querySelectorAll(selector)];
  return {
    all,
    one(selector) {
      const found = all(selector);
      if (found.length !== 1) throw new Error(`${found.length} of ${selector} on the page`);
      return found[0];
    },
    /** The button that can be seen, by its text or its aria-label. */
    button(name) {
      const found = all("button").filter((button) => isShown(button) && nameOf(button) === name);
      if (found.length !== 1) throw new Error(`${found.length} buttons ${name} on the page`);
      return found[0];
    },
    buttons: () => all("button").filter(isShown).map(nameOf),
  };
}

const nameOf = (button) => button.getAttribute("aria-label") ?? button.textContent;

export function isShown(node) {
  return !node.closest("[hidden]");
}

export function texts(nodes) {
  return [...nodes].map((node) => node.textContent);
}

/** Types into a field; `done` leaves it. */
export function type(field, value, done = false) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  if (done) field.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Presses a key and returns the event. */
export function press(node, key, more = {}) {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  node.dispatchEvent(event);
  return event;
}

/** Selects from a place in one node to a place in another, as dragging the mouse does, and lets go over `node`. */
export function select(node, startNode, start, endNode, end) {
  const range = document.createRange();
  range.setStart(startNode, start);
  range.setEnd(endNode, end);
  const selection = document.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  node.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
}

/** Which of the keys that are pressed on `node` JupyterLab gets to hear. */
export function keysThatLeak(node) {
  const leaked = [];
  const types = ["keydown", "keypress", "keyup"];
  const hear = (event) => leaked.push(`${event.type} ${event.key}`);
  for (const each of types) document.addEventListener(each, hear);
  for (const key of ["d", "Enter", "ArrowDown", "Escape"]) {
    for (const each of types) {
      node.dispatchEvent(new KeyboardEvent(each, { key, bubbles: true, cancelable: true }));
    }
  }
  for (const each of types) document.removeEventListener(each, hear);
  return leaked;
}

/** In every test of the file, it is `now` at first, and time goes on only with `tick(milliseconds)`. */
export function stopClock(now = 0) {
  const toFake = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"];
  let clock = null;
  beforeEach(() => {
    clock = FakeTimers.install({ now, toFake });
  });
  afterEach(() => clock.uninstall());
  return { tick: (milliseconds) => clock.tick(milliseconds) };
}
