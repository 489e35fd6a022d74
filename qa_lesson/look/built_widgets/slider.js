// Built from qa_lesson/look/slider.js by "make bundle". Do not edit.

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
function keepKeys(node) {
  for (const type of ["keydown", "keyup", "keypress"]) node.addEventListener(type, (event) => event.stopPropagation());
  return node;
}

// qa_lesson/look/slider.js
function render({ model, el }) {
  const input = make("input", { type: "range", class: "qa-slider", "aria-label": model.get("name") });
  function show() {
    input.min = model.get("min");
    input.max = model.get("max");
    input.step = model.get("step");
    if (Number(input.value) !== model.get("value")) input.value = model.get("value");
  }
  input.addEventListener("input", () => {
    model.set("value", Number(input.value));
    model.save_changes();
  });
  model.on("change:value", show);
  show();
  el.append(keepKeys(input));
  return () => model.off("change:value", show);
}
var slider_default = { render };
export {
  slider_default as default
};
