// The page of the service: asks, shows the answer in its passage, and sends thumbs up or down.

/** @template {HTMLElement} T @param {string} id @param {new () => T} kind @returns {T} */
const find = (id, kind) => {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
};

const form = find("ask", HTMLFormElement);
const question = find("question", HTMLInputElement);
const context = find("context", HTMLTextAreaElement);
const submit = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
const verdicts = { right: find("right", HTMLButtonElement), wrong: find("wrong", HTMLButtonElement) };
const [busy, problem, result, thanks] = ["status", "problem", "result", "thanks"].map((id) => find(id, HTMLElement));
/** @type {string | null} */
let answerId = null;

/** The JSON of a response; an error has `what` and `to_do`. @param {string} path @param {object} body */
async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const content = await response.json();
  if (response.ok) return content;
  const { what, where, to_do: fix } = content.error;
  throw new Error([where ? `${where}: ${what}` : what, fix].filter(Boolean).join(". To do: "));
}

/** Positions count characters as Python does, not UTF-16 units. @param {string} text @param {number} start @param {number} end */
function highlighted(text, start, end) {
  const characters = Array.from(text);
  const mark = document.createElement("mark");
  mark.textContent = characters.slice(start, end).join("");
  return [characters.slice(0, start).join(""), mark, characters.slice(end).join("")];
}

/** @param {number} probability */
const percent = (probability) => `${Math.round(100 * probability)}%`;

/** @param {any} answer @param {string} given the text that was sent with the question */
function show(answer, given) {
  const isFound = answer.text !== null;
  const place = answer.source ?? { text: given, start: answer.start, end: answer.end };
  const documents = given ? "this text" : "these documents";
  find("answer", HTMLElement).textContent = isFound ? answer.text : `Not in ${documents}.`;
  find("probability", HTMLMeterElement).value = answer.probability;
  const sure = percent(answer.probability);
  find("percent", HTMLElement).textContent = isFound
    ? `${sure} sure`
    : `best candidate: ${sure} sure, which is too little`;
  find("passage", HTMLElement).hidden = !isFound;
  if (isFound) {
    const { document: name, page, headings = [] } = place;
    const parts = name ? [name, page ? `page ${page}` : "", headings.join(" › ")] : ["your text"];
    find("source", HTMLElement).textContent = `Source: ${parts.filter(Boolean).join(", ")}`;
    find("text", HTMLElement).replaceChildren(...highlighted(place.text, place.start, place.end));
  }
  find("others", HTMLElement).hidden = answer.runners_up.length === 0;
  find("candidates", HTMLElement).replaceChildren(
    ...answer.runners_up.map((/** @type {any} */ one) => {
      const item = document.createElement("li");
      item.textContent = `${one.text} (${percent(one.probability)}${one.document ? `, ${one.document}` : ""})`;
      return item;
    }),
  );
  answerId = answer.id;
  find("feedback", HTMLElement).hidden = answerId === null;
  thanks.textContent = "";
  for (const button of Object.values(verdicts)) button.setAttribute("aria-pressed", "false");
  result.hidden = false;
  result.focus();
}

/** @param {unknown} error */
function complain(error) {
  problem.textContent = error instanceof Error ? error.message : String(error);
  problem.hidden = false;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = context.value.trim() ? context.value : "";
  problem.hidden = result.hidden = true;
  submit.disabled = true;
  busy.textContent = "Looking for the answer…";
  try {
    const body = given ? { question: question.value, context: given } : { question: question.value };
    show((await post("answer", body)).answers[0], given);
  } catch (error) {
    complain(error);
  } finally {
    submit.disabled = false;
    busy.textContent = "";
  }
});

for (const [verdict, button] of Object.entries(verdicts)) {
  button.addEventListener("click", async () => {
    try {
      await post("feedback", { id: answerId, right: verdict === "right" });
      for (const other of Object.values(verdicts)) other.setAttribute("aria-pressed", String(other === button));
      thanks.textContent = "Thank you, noted.";
    } catch (error) {
      complain(error);
    }
  });
}
