// The browser's own slider. Unlike the handle of a stock ipywidgets slider it has a name that is read aloud.

import { keepKeys, make } from "./dom.js";

/** @param {import("./model.js").Page} page */
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

export default { render };
