// What anywidget hands to a page: the traits that Python and the page share, and messages between the two.

/**
 * @typedef {object} Model
 * @property {(name: string) => any} get  the value of a trait
 * @property {(name: string, value: unknown) => void} set  sends nothing yet
 * @property {() => void} save_changes  sends what was set
 * @property {(message: object) => void} send  a message to Python
 * @property {(event: string, listener: (...data: any[]) => void) => void} on  "change:<trait>" or "msg:custom"
 * @property {(event: string, listener: (...data: any[]) => void) => void} off
 */

/**
 * What a widget's `render` gets. It returns the function that ends it.
 *
 * @typedef {{ model: Model, el: HTMLElement }} Page
 */

/**
 * Redraws when traits have changed, once for all changes that arrive together.
 *
 * @param {Model} model
 * @param {string[]} names of traits
 * @param {() => void} draw
 * @returns {() => void} ends it
 */
export function redrawOn(model, names, draw) {
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
