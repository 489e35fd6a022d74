// The browser's own slider: unlike the handle of a stock ipywidgets slider it has a name that is read aloud.

function render({ model, el }) {
  const input = document.createElement("input");
  input.type = "range";
  input.className = "qa-slider";
  input.setAttribute("aria-label", model.get("name"));
  function show() {
    for (const limit of ["min", "max", "step"]) input[limit] = model.get(limit);
    if (Number(input.value) !== model.get("value")) input.value = model.get("value");
  }
  input.addEventListener("input", () => {
    model.set("value", Number(input.value));
    model.save_changes();
  });
  for (const kind of ["keydown", "keypress", "keyup"]) {
    input.addEventListener(kind, (event) => event.stopPropagation()); // JupyterLab would take keys as shortcuts
  }
  model.on("change:value", show);
  show();
  el.append(input);
  return () => model.off("change:value", show);
}

export default { render };
