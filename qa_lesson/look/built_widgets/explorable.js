// Built from qa_lesson/look/explorable.js by "make bundle". Do not edit.

// qa_lesson/look/dom.js
function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "html") setHtml(node, value);
    else if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== void 0) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}
function setHtml(node, html) {
  node.innerHTML = html;
}
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
function keepKeys(node) {
  for (const type of ["keydown", "keyup", "keypress"]) node.addEventListener(type, (event) => event.stopPropagation());
  return node;
}
function hideStill(widget, tries = 20) {
  if (!widget.isConnected) {
    if (tries) setTimeout(() => hideStill(widget, tries - 1), 50);
    return;
  }
  for (let around = widget.parentElement; around; around = around.parentElement) {
    const before = [...around.querySelectorAll(".qa-still")].filter(
      (still) => still.compareDocumentPosition(widget) & Node.DOCUMENT_POSITION_FOLLOWING
    );
    const last = before.at(-1);
    if (last) {
      last.setAttribute("hidden", "");
      return;
    }
  }
}

// qa_lesson/look/model.js
function redrawOn(model, names, draw) {
  let drawing = false;
  function drawSoon() {
    if (drawing) return;
    drawing = true;
    queueMicrotask(() => {
      drawing = false;
      draw();
    });
  }
  for (const name of names) model.on(`change:${name}`, drawSoon);
  return () => {
    for (const name of names) model.off(`change:${name}`, drawSoon);
  };
}

// qa_lesson/look/explorable.js
var nGroups = 0;
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
    }
  };
}
function choice(spec, tell) {
  nGroups += 1;
  const inputs = (spec.options ?? []).map(
    (option, at) => make("input", {
      type: "radio",
      name: `qax-${nGroups}`,
      value: option,
      "data-part": at,
      onchange: () => tell(option)
    })
  );
  const labels = inputs.map((input) => make("label", {}, input, make("span", { text: input.value })));
  return {
    node: make("fieldset", { class: "qax-choice" }, make("legend", { text: spec.label }), ...labels),
    show(value) {
      for (const input of inputs) input.checked = input.value === value;
    }
  };
}
function buttons(spec, tell) {
  const all = (spec.buttons ?? []).map(
    (button, at) => make("button", {
      type: "button",
      text: button.text,
      "data-part": at,
      "aria-label": button.name,
      "aria-pressed": button.pressed === void 0 ? null : String(button.pressed),
      "aria-disabled": button.disabled ? "true" : null,
      onclick: () => button.disabled || tell(at)
    })
  );
  const name = spec.label ? make("span", { class: "qax-group", "aria-hidden": "true", text: spec.label }) : null;
  return {
    node: make("div", { class: "qax-buttons", role: "group", "aria-label": spec.label || null }, name, ...all),
    show() {
    }
  };
}
var KINDS = { slider, choice, buttons };
function render({ model, el }) {
  const drawn = /* @__PURE__ */ new Map();
  const controls = make("div", { class: "qax-controls" });
  const view = make("div", { class: "qax-view" });
  const said = make("p", { class: "qax-said", role: "status" });
  let shownView = "";
  function tell(spec, value) {
    if (spec.kind === "buttons") {
      model.send({ press: spec.id, at: value });
      return;
    }
    model.set("values", { ...model.get("values"), [spec.id]: value });
    model.save_changes();
  }
  function place(spec) {
    const text = JSON.stringify(spec);
    const old = drawn.get(spec.id);
    if (old?.text === text) return;
    const fresh = KINDS[spec.kind](spec, (value) => tell(spec, value));
    const focused = old?.node.contains(document.activeElement) ? document.activeElement : null;
    drawn.set(spec.id, { ...fresh, text });
    if (old) old.node.replaceWith(fresh.node);
    else controls.append(fresh.node);
    const part = focused instanceof HTMLElement ? focused.dataset.part : void 0;
    if (part !== void 0) {
      const parts2 = [...fresh.node.querySelectorAll("[data-part]")];
      const same = parts2.find((each) => each instanceof HTMLElement && each.dataset.part === part) ?? parts2.at(-1);
      if (same instanceof HTMLElement) same.focus();
    }
  }
  function draw() {
    const specs = (
      /** @type {Spec[]} */
      model.get("controls")
    );
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
var explorable_default = { render };
export {
  explorable_default as default
};
