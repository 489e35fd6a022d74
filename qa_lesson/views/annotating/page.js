// The annotation widget on a page of its own: what anywidget's model does in a notebook, with requests to the server
// that made the page. Messages are sent one after the other, because each answer is the whole state.

import widget from "../annotation.js";

const HEADERS = { "Content-Type": "application/json" };

async function ask(path, options = {}) {
  const response = await fetch(new URL(path, document.baseURI), { cache: "no-store", ...options });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

/** The traits as the server has them, and messages to it. */
class ServedModel {
  #state;
  #listeners = new Map();
  #last = Promise.resolve();

  constructor(state) {
    this.#state = state;
  }

  get(name) {
    return this.#state[name];
  }

  set(name, value) {
    this.#state[name] = value;
  }

  save_changes() {}

  send(message) {
    const request = { method: "POST", headers: HEADERS, body: JSON.stringify(message) };
    this.#last = this.#last
      .then(() => ask("message", request))
      .then((state) => this.#takeOver(state))
      .catch((error) =>
        this.#takeOver({
          message: `not saved: the program that made this page doesn't answer (${error.message}); start it again`,
          message_kind: "error",
          message_version: this.get("message_version") + 1,
        }),
      );
  }

  on(event, listener) {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }

  off(event, listener) {
    const left = (this.#listeners.get(event) ?? []).filter((other) => other !== listener);
    this.#listeners.set(event, left);
  }

  /** Takes what Python has set, and tells the widget what differs. */
  #takeOver(fresh) {
    const differs = (name) => JSON.stringify(fresh[name]) !== JSON.stringify(this.#state[name]);
    const changed = Object.keys(fresh).filter(differs);
    Object.assign(this.#state, fresh);
    for (const name of changed) for (const listener of this.#listeners.get(`change:${name}`) ?? []) listener();
  }
}

/** @param {{ el: HTMLElement }} page */
async function render({ el }) {
  const end = widget.render({ model: new ServedModel(await ask("state")), el });
  /** @type {NodeListOf<HTMLElement>} */
  const fields = el.querySelectorAll("textarea, input");
  [...fields].find((field) => !field.closest("[hidden]"))?.focus();
  return end;
}

const place = document.querySelector("main.qa-annotation-page");
if (place instanceof HTMLElement) render({ el: place });

export default { render };
