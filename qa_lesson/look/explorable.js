// An explorable picture: controls, a picture that Python draws anew after each move, and a line that is read aloud.

import { hideStill, keepKeys, make, setHtml, setText } from "./dom.js";
import { redrawOn } from "./model.js";

let nGroups = 0; // radio buttons of different pictures must not share a name

/**
 * @typedef {object} Spec  what a control looks like
 * @property {"slider" | "choice" | "buttons"} kind
 * @property {string} id
 * @property {string} label
 * @property {string} [unit]  of a slider
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]
 * @property {string[]} [options]  of a choice
 * @property {{text: string, name?: string, pressed?: boolean, disabled?: boolean}[]} [buttons]
 */

/** @typedef {{ node: HTMLElement, show: (value: any) => void }} Drawn */
/** @typedef {(value: unknown) => void} Tell */

/** @param {Spec} spec @param {Tell} tell @returns {Drawn} */
function slider(spec, tell) {
  const limits = { min: spec.min, max: spec.max, step: spec.step };
  const range = make("input", { type: "range", ...limits, "data-part": "range" });
  const field = make("input", { type: "number", ...limits, "aria-label": `${spec.label}, as a number` });
  field.dataset.part = "field";
  range.addEventListener("input", () => tell(Number(range.value)));
  field.addEventListener("change", () => {
    if (field.value.trim() !== "" && Number.isFinite(Number(field.value))) tell(Number(field.value));
  });
  const label = make("label", {}, make("span", { text: spec.label }), range);
  const unit = spec.unit ? make("span", { class: "qax-unit", text: spec.unit }) : null;
  return {
    node: make("div", { class: "qax-slider" }, label, field, unit),
    show(value) {
      range.value = value;
      range.setAttribute("aria-valuetext", spec.unit ? `${value} ${spec.unit}` : String(value));
      if (document.activeElement !== field || Number(field.value) !== value) field.value = value;
    },
  };
}

/** @param {Spec} spec @param {Tell} tell @returns {Drawn} */
function choice(spec, tell) {
  nGroups += 1;
  const inputs = (spec.options ?? []).map((option, at) =>
    make("input", {
      type: "radio",
      name: `qax-${nGroups}`,
      value: option,
      "data-part": at,
      onchange: () => tell(option),
    }),
  );
  const labels = inputs.map((input) => make("label", {}, input, make("span", { text: input.value })));
  return {
    node: make("fieldset", { class: "qax-choice" }, make("legend", { text: spec.label }), ...labels),
    show(value) {
      for (const input of inputs) input.checked = input.value === value;
    },
  };
}

/** @param {Spec} spec @param {Tell} tell @returns {Drawn} */
function buttons(spec, tell) {
  const all = (spec.buttons ?? []).map((button, at) =>
    make("button", {
      type: "button",
      text: button.text,
      "data-part": at,
      "aria-label": button.name,
      "aria-pressed": button.pressed === undefined ? null : String(button.pressed),
      "aria-disabled": button.disabled ? "true" : null,
      onclick: () => button.disabled || tell(at),
    }),
  );
  const name = spec.label ? make("span", { class: "qax-group", "aria-hidden": "true", text: spec.label }) : null;
  return {
    node: make("div", { class: "qax-buttons", role: "group", "aria-label": spec.label || null }, name, ...all),
    show() {},
  };
}

const KINDS = { slider, choice, buttons };

/** @param {import("./model.js").Page} page */
function render({ model, el }) {
  /** @type {Map<string, Drawn & { text: string }>} */
  const drawn = new Map();
  const controls = make("div", { class: "qax-controls" });
  const view = make("div", { class: "qax-view" });
  const said = make("p", { class: "qax-said", role: "status" });
  let shownView = "";

  /** @param {Spec} spec @param {unknown} value */
  function tell(spec, value) {
    if (spec.kind === "buttons") {
      model.send({ press: spec.id, at: value });
      return;
    }
    model.set("values", { ...model.get("values"), [spec.id]: value });
    model.save_changes();
  }

  /** @param {Spec} spec */
  function place(spec) {
    const text = JSON.stringify(spec);
    const old = drawn.get(spec.id);
    if (old?.text === text) return;
    const fresh = KINDS[spec.kind](spec, (value) => tell(spec, value));
    const focused = old?.node.contains(document.activeElement) ? document.activeElement : null;
    drawn.set(spec.id, { ...fresh, text });
    if (old) old.node.replaceWith(fresh.node);
    else controls.append(fresh.node);
    const part = focused instanceof HTMLElement ? focused.dataset.part : undefined;
    if (part !== undefined) {
      const parts = [...fresh.node.querySelectorAll("[data-part]")];
      const same = parts.find((each) => each instanceof HTMLElement && each.dataset.part === part) ?? parts.at(-1);
      if (same instanceof HTMLElement) same.focus();
    }
  }

  function draw() {
    const specs = /** @type {Spec[]} */ (model.get("controls"));
    for (const id of [...drawn.keys()].filter((each) => !specs.some((spec) => spec.id === each))) {
      drawn.get(id)?.node.remove();
      drawn.delete(id);
    }
    specs.forEach(place);
    for (const [id, value] of Object.entries(model.get("values"))) drawn.get(id)?.show(value);
    if (shownView !== model.get("view")) {
      shownView = model.get("view");
      const { scrollLeft } = view;
      setHtml(view, shownView);
      view.scrollLeft = scrollLeft;
    }
    setText(said, model.get("said"));
    noteWidth();
  }

  // A picture that scrolls sideways can be reached with the Tab key, and has a name
  function noteWidth() {
    const named = { tabindex: "0", role: "group", "aria-label": "Picture, scrolls sideways" };
    const scrolls = view.scrollWidth > view.clientWidth;
    for (const [name, value] of Object.entries(named)) {
      if (scrolls) view.setAttribute(name, value);
      else view.removeAttribute(name);
    }
  }

  const heading = make("div", { class: "qax-heading", text: model.get("name") });
  const intro = make("div", { html: model.get("intro") });
  const parts = [heading, intro, controls, view, said];
  el.append(keepKeys(make("section", { class: "qax", "aria-label": model.get("name") }, ...parts)));
  draw();
  hideStill(el);
  const resized = new ResizeObserver(noteWidth);
  resized.observe(view);
  const endRedraws = redrawOn(model, ["controls", "values", "view", "said"], draw);
  return () => {
    resized.disconnect();
    endRedraws();
  };
}

export default { render };
