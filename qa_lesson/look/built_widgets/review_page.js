// Built from qa_lesson/grading/reviewing/start.js by "make bundle". Do not edit.

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

// qa_lesson/grading/reviewing/marking_state.js
var unmarked = () => ({ levels: null, credit: null, comment: "" });
var isDecided = (mark) => mark !== null && mark.credit !== null;
function entriesOf(questions) {
  return questions.flatMap(
    (question) => question.answers.map((answer, place2) => ({ question, answer, place: place2 + 1 }))
  );
}
function withLevel(question, mark, criterion, level) {
  const levels = { ...mark?.levels ?? {}, [criterion]: level };
  return { levels, credit: creditOf(question, levels), comment: mark?.comment ?? "" };
}
function creditOf(question, levels) {
  let earned = 0;
  for (const { id, levels: choices } of question.rubric) {
    const chosen = choices[levels[id]];
    if (!chosen) return null;
    earned += chosen.points;
  }
  return Math.min(Math.max(earned / question.points, 0), 1);
}
var pointsText = (points) => String(Number(points.toFixed(3)));
var countedPoints = (points) => `${pointsText(points)} ${points === 1 ? "point" : "points"}`;
function typedCredit(text, possible) {
  const plain = text.trim().replace(",", ".");
  const points = plain === "" ? NaN : Number(plain);
  return points >= 0 && points <= possible ? points / possible : null;
}
function progressOf(questions) {
  const done = (one) => one.answers.filter((answer) => isDecided(answer.mark)).length;
  const answers = questions.reduce((sum, one) => sum + done(one), 0);
  const total = questions.reduce((sum, one) => sum + one.answers.length, 0);
  const whole = questions.filter((one) => done(one) === one.answers.length).length;
  return { answers, total, text: `${answers} of ${total} answers, ${whole} of ${questions.length} questions` };
}
function isShown(entry, filter, differing) {
  if (filter === "unmarked") return !isDecided(entry.answer.mark);
  if (filter === "mine") return isDecided(entry.answer.mark);
  return filter === "all" || differing.has(entry.answer.review);
}
function neighbor(entries, from, step, fits) {
  const start = entries.findIndex((entry) => entry.answer.review === from);
  for (let at = start + step; at >= 0 && at < entries.length; at += step) if (fits(entries[at])) return entries[at];
  return null;
}
function nextUnmarked(entries, from) {
  const open = (entry) => !isDecided(entry.answer.mark) && entry.answer.review !== from;
  return neighbor(entries, from, 1, open) ?? entries.find(open) ?? null;
}
function markBefore(entry) {
  const before = entry.question.answers.slice(0, entry.place - 1);
  return before.reverse().find((answer) => isDecided(answer.mark))?.mark ?? null;
}

// qa_lesson/grading/reviewing/answer_view.js
function questionParts(name, question) {
  const parts = [
    make("h2", { id: "question-heading", text: name }),
    make("p", { class: "muted", text: countedPoints(question.points) }),
    make("div", { html: question.prompt })
  ];
  if (question.reason) parts.push(make("p", { class: "muted", text: `Why the answers wait: ${question.reason}.` }));
  if (question.material) parts.push(make("div", { class: "material", html: question.material }));
  if (question.key || question.solution) {
    const known = make("details", { open: true }, make("summary", { text: "What is right" }));
    if (question.key) known.append(make("p", { class: "key", text: question.key, dir: "auto" }));
    if (question.solution) known.append(make("div", { class: "solution", html: question.solution }));
    parts.push(known);
  }
  return parts;
}
function answerParts({ question, answer, place: place2 }) {
  const parts = [
    make("h2", { id: "answer-heading", text: `Answer ${place2} of ${question.answers.length}` }),
    make("p", { class: "muted", text: factsOf(answer) })
  ];
  if (answer.learners?.length) {
    parts.push(make("p", { class: "learners", dir: "auto", text: answer.learners.join(", ") }));
  }
  if (answer.settled !== null && !isDecided(answer.mark)) {
    const earned = `${pointsText(answer.settled * question.points)} of ${countedPoints(question.points)}`;
    const text = `An earlier review gave it ${earned}. Mark it here to have that in this file, too.`;
    parts.push(make("p", { class: "earlier", text }));
  }
  const { response } = answer;
  const kind = question.kind === "code" ? "response scrolls code" : "response scrolls";
  parts.push(
    make(
      "div",
      { class: kind, tabindex: "0", role: "group", "aria-label": "What the learner wrote" },
      typeof response === "string" ? make("pre", { dir: "auto", text: response.trim() ? response : "(empty)" }) : make("ol", {}, ...response.map((text) => make("li", { dir: "auto", text })))
    )
  );
  return parts;
}
function factsOf({ n, alike, reason }) {
  const who = n === 1 ? "From 1 learner" : `The same from ${n} learners`;
  const near = alike > 1 ? `, one of ${alike} answers that read alike` : "";
  return `${who}${near}.${reason ? ` Why it waits: ${reason}.` : ""}`;
}

// qa_lesson/grading/reviewing/comparison_view.js
var EXCERPT = 200;
var percent = (share) => `${Math.round(100 * share)}%`;
var decimals = (value) => value.toFixed(2);
function markText({ question }, mark) {
  const points = `${pointsText((mark.credit ?? 0) * question.points)} of ${countedPoints(question.points)}`;
  const levels = question.rubric.map(({ id, levels: choices }) => {
    const level = choices[mark.levels?.[id] ?? -1];
    return level ? pointsText(level.points) : "?";
  });
  return levels.length > 1 ? `${points} (${levels.join(" + ")})` : points;
}
function bothMarks(entry, { marks }) {
  return make(
    "ul",
    { class: "both" },
    ...marks.map(
      (mark) => make(
        "li",
        {},
        make("b", { text: mark.marker, dir: "auto" }),
        `: ${markText(entry, mark)}`,
        mark.comment ? make("p", { class: "said", dir: "auto", text: mark.comment }) : null
      )
    )
  );
}
function beginning(response) {
  const text = typeof response === "string" ? response : response.join(", ");
  return text.length > EXCERPT ? `${text.slice(0, EXCERPT)} …` : text;
}
function differingText(n, left) {
  if (n === 0) return "You agree on every answer that both have marked.";
  const start = `You differ on ${n === 1 ? "1 answer" : `${n} answers`}`;
  if (left === 0) return `${start}, and ${n === 1 ? "it is" : "all are"} settled.`;
  return `${start}. ${n === 1 ? "It isn't" : `${left} of them aren't`} settled yet, and grading keeps what isn't settled waiting.`;
}
function pairRow({ markers, n, same, share, kappa, note }) {
  const interval = ([, low, high], write) => ` (95% interval ${write(low)} to ${write(high)})`;
  return make(
    "div",
    { class: "pair" },
    make("h3", { text: markers.join(" and "), dir: "auto" }),
    make(
      "dl",
      {},
      make("dt", { text: "Same points" }),
      make("dd", {
        text: share ? `${same} of ${n} answers: ${percent(share[0])}${interval(share, percent)}` : "no answer yet"
      }),
      make("dt", { text: "Cohen's kappa, weighted" }),
      make("dd", { text: kappa ? `${decimals(kappa[0])}${interval(kappa, decimals)}` : "not known" })
    ),
    note ? make("p", { class: "muted", text: note }) : null
  );
}
function comparisonParts({ found, marker, entryOf, look, settle }) {
  const names = Object.keys(found.done);
  const done = names.map((name) => `${name} ${found.done[name]} of ${found.total}`).join(", ");
  const state = make("p", { text: `Marked so far: ${done}.`, dir: "auto" });
  if (names.length < 2 && !found.pairs?.length) {
    const how = `Only you (${marker}) have marked so far. To compare, a second person runs the same command with another --marker NAME and the same file of marks.`;
    return [state, make("p", { text: how })];
  }
  if (!found.open) {
    const why = "Marks are worth most if each of you decides alone, so the other marks stay hidden until both are done. You can look now: you will see only answers that you have marked yourself.";
    const button = make("button", { type: "button", class: "main", text: "Compare now", onclick: look });
    return [state, make("p", { text: why }), make("p", {}, button)];
  }
  const differing = found.differing ?? [];
  const left = differing.filter(({ agreed }) => !agreed || agreed.credit === null).length;
  const items = differing.flatMap((one) => {
    const entry = entryOf(one.review);
    if (!entry) return [];
    const settled = one.agreed && one.agreed.credit !== null ? markText(entry, one.agreed) : "";
    const where = `Question ${entry.question.number}, answer ${entry.place}`;
    const button = make("button", {
      type: "button",
      text: settled ? "Change" : "Settle",
      "aria-label": `${settled ? "Change" : "Settle"}: ${where}`,
      onclick: () => settle(one.review)
    });
    return make(
      "li",
      {},
      make("p", {}, make("b", { text: where }), settled ? ` Settled: ${settled}` : null),
      make("p", { class: "said", dir: "auto", text: beginning(entry.answer.response) }),
      bothMarks(entry, one),
      button
    );
  });
  const told = make("p", { text: differingText(differing.length, left) });
  const note = make("p", {
    class: "muted",
    text: "Kappa is 1 for full agreement and 0 for what chance alone would give. It is weighted: a difference of a few points counts little. Equal answers count once."
  });
  return [state, ...(found.pairs ?? []).map(pairRow), note, told, make("ol", { class: "differing" }, ...items)];
}

// qa_lesson/grading/reviewing/marking_form.js
var SHARES = [
  { share: 0, name: "None" },
  { share: 0.25, name: "Quarter" },
  { share: 0.5, name: "Half" },
  { share: 0.75, name: "Three quarters" },
  { share: 1, name: "All" }
];
var TYPING = 700;
var MOST_OFFERED = 9;
function choiceGroup(id, choices, chosen, choose) {
  const buttons = choices.map(
    ({ html, text, points }, place2) => make(
      "button",
      { type: "button", role: "radio", "aria-checked": "false", class: "choice", onclick: () => choose(place2) },
      make("kbd", { text: place2 < 9 ? String(place2 + 1) : "", "aria-hidden": "true" }),
      make("span", html === void 0 ? { text } : { html }),
      make("span", { class: "points", text: countedPoints(points) })
    )
  );
  const group = make("div", { role: "radiogroup", class: "choices", "aria-labelledby": id }, ...buttons);
  group.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = buttons.findIndex((button) => button === document.activeElement);
    buttons[(at + step + buttons.length) % buttons.length].focus();
    event.preventDefault();
  });
  function show(place2) {
    buttons.forEach((button, number) => {
      button.setAttribute("aria-checked", String(number === place2));
      button.tabIndex = number === (place2 ?? 0) ? 0 : -1;
    });
  }
  show(chosen);
  return { group, buttons, show };
}
function markingForm({ question, mark, comments, changed }) {
  let now = mark ?? unmarked();
  let timer;
  function set(next, typing = false) {
    now = next;
    showAll();
    changed(now, typing);
  }
  const groups = question.rubric.map((criterion, place2) => {
    const id = `criterion-${place2}`;
    const choices = criterion.levels.map(({ points, text }) => ({ html: text, points }));
    const made = choiceGroup(id, choices, void 0, (level) => {
      flush();
      set(withLevel(question, now, criterion.id, level));
    });
    const show = () => made.show(now.levels?.[criterion.id]);
    const node2 = make("div", { class: "criterion" }, make("h3", { id, html: criterion.text }), made.group);
    return { ...made, show, node: node2, isOpen: () => now.levels?.[criterion.id] === void 0 };
  });
  const typed = make("input", { id: "typed", type: "text", inputmode: "decimal", size: "6", autocomplete: "off" });
  const complaint = make("p", { class: "complaint", id: "typed-complaint", role: "alert" });
  if (!question.rubric.length) {
    const choices = SHARES.map(({ share, name: name2 }) => ({ text: name2, points: share * question.points }));
    const made = choiceGroup("credit-name", choices, void 0, (place2) => {
      flush();
      set({ ...now, credit: SHARES[place2].share });
    });
    made.group.classList.add("shares");
    const find = () => SHARES.findIndex(({ share }) => share === now.credit);
    const show = () => made.show(find() < 0 ? void 0 : find());
    typed.addEventListener("change", () => {
      const credit = typedCredit(typed.value, question.points);
      complaint.textContent = credit === null ? `Type a number of points from 0 to ${pointsText(question.points)}. It isn't saved yet.` : "";
      typed.setAttribute("aria-invalid", String(credit === null));
      if (credit !== null && credit !== now.credit) set({ ...now, credit });
    });
    typed.setAttribute("aria-describedby", "typed-complaint");
    const other = make(
      "p",
      { class: "typed" },
      make("label", { for: "typed", text: `Or type the points, of ${pointsText(question.points)}` }),
      typed
    );
    const name = make("h3", { id: "credit-name", text: "How much of it is right?" });
    const node2 = make("div", { class: "criterion" }, name, made.group, other, complaint);
    groups.push({ ...made, show, node: node2, isOpen: () => now.credit === null });
  }
  const sum = make("p", { class: "sum" });
  const clear = make("button", { type: "button", class: "quiet", text: "Clear the mark" });
  clear.addEventListener("click", () => {
    flush();
    set({ ...now, levels: null, credit: null });
    focusOpen();
  });
  const comment = make("textarea", { id: "comment", rows: "2", maxlength: "20000", dir: "auto" });
  comment.value = now.comment;
  const offered = make("ul", { class: "offered" });
  let offeredTexts = [];
  const before = make("details", { class: "before" }, make("summary", { text: "Comments used before" }), offered);
  comment.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(flush, TYPING);
    grow();
    offer();
  });
  comment.addEventListener("change", flush);
  function flush() {
    clearTimeout(timer);
    if (comment.value !== now.comment) set({ ...now, comment: comment.value }, true);
  }
  function grow() {
    comment.style.height = "auto";
    comment.style.height = `${Math.min(comment.scrollHeight + 4, 400)}px`;
  }
  function insert(place2) {
    const text = offeredTexts[place2];
    if (text === void 0) return;
    const start = comment.value.trim();
    comment.value = start ? `${start}
${text}` : text;
    grow();
    clearTimeout(timer);
    set({ ...now, comment: comment.value });
  }
  function offer() {
    const here = comment.value.trim();
    offeredTexts = comments().filter((text) => text !== here).slice(0, MOST_OFFERED);
    before.hidden = offeredTexts.length === 0;
    offered.replaceChildren(
      ...offeredTexts.map(
        (text, place2) => make(
          "li",
          {},
          make(
            "button",
            { type: "button", class: "quiet", dir: "auto", onclick: () => insert(place2) },
            make("kbd", { text: `Alt+${place2 + 1}`, "aria-hidden": "true" }),
            make("span", { text })
          )
        )
      )
    );
  }
  function showAll() {
    for (const group of groups) group.show();
    const points = now.credit === null ? null : now.credit * question.points;
    sum.textContent = points === null ? "Not marked yet" : `${pointsText(points)} of ${countedPoints(question.points)}`;
    sum.classList.toggle("open", points === null);
    clear.hidden = now.credit === null && !Object.keys(now.levels ?? {}).length;
    const isOther = points !== null && !SHARES.some(({ share }) => share === now.credit);
    if (document.activeElement !== typed) typed.value = isOther && points !== null ? pointsText(points) : "";
  }
  function current() {
    const focused = groups.find(({ group }) => group.contains(document.activeElement));
    return focused ?? groups.find(({ isOpen }) => isOpen()) ?? groups[0];
  }
  function focusOpen() {
    const { buttons } = groups.find(({ isOpen }) => isOpen()) ?? groups[0];
    (buttons.find((button) => button.tabIndex === 0) ?? buttons[0]).focus({ preventScroll: true });
  }
  showAll();
  offer();
  const node = make(
    "form",
    { class: "marking", "aria-label": "Mark", onsubmit: (event) => event.preventDefault() },
    ...groups.map((group) => group.node),
    make("div", { class: "result" }, sum, clear),
    make("label", { for: "comment", text: "Comment for the learner" }),
    comment,
    before
  );
  return {
    node,
    comment,
    focusOpen,
    flush,
    offer,
    insert,
    grow,
    /** Presses the choice with this digit. @param {number} digit */
    press(digit) {
      const { buttons } = current();
      const button = buttons[digit - 1];
      button?.focus({ preventScroll: true });
      button?.click();
    },
    /** Takes over a whole mark. @param {Marked} other */
    take(other) {
      clearTimeout(timer);
      comment.value = other.comment;
      set({ ...other });
      grow();
    }
  };
}

// qa_lesson/grading/reviewing/shortcuts.js
var SHORTCUTS = [
  ["1 to 9", "choose a level of the criterion with the focus, or a share of the points"],
  ["Tab", "go to the next criterion, the points, the comment"],
  ["← →", "go from level to level without choosing"],
  ["j or ↓", "next answer"],
  ["k or ↑", "previous answer"],
  ["n", "next answer without a mark"],
  ["s", "same mark as the marked answer before this one"],
  ["c", "write a comment"],
  ["Alt+1 to Alt+9", "insert a comment used before"],
  ["Ctrl+Enter", "in the comment: next answer without a mark"],
  ["Esc", "leave the comment"],
  ["u", "undo the last change, as often as you like"],
  ["?", "show or hide this list"]
];
function shortcutList() {
  const rows = SHORTCUTS.map(([keys, what]) => [
    make("dt", {}, make("kbd", { text: keys })),
    make("dd", { text: what })
  ]);
  return make("dl", { class: "shortcuts" }, ...rows.flat());
}
function actionOf(event) {
  if (event.isComposing || event.defaultPrevented) return null;
  const place2 = event.shiftKey ? null : /^Digit([1-9])$/.exec(event.code ?? "");
  const digit = /^[1-9]$/.test(event.key) ? Number(event.key) : Number(place2?.[1] ?? 0);
  if (event.altKey) return digit && !event.ctrlKey && !event.metaKey ? { action: "insert", digit } : null;
  const field = event.target instanceof HTMLElement ? event.target : null;
  const isText = field !== null && field.matches("textarea, input, select");
  if (isText) {
    if (event.key === "Escape") return { action: "leave" };
    return event.key === "Enter" && (event.ctrlKey || event.metaKey) ? { action: "unmarked" } : null;
  }
  if (event.ctrlKey || event.metaKey) return null;
  if (digit) return { action: "press", digit };
  if (event.key.startsWith("Arrow") && field?.closest(".scrolls")) return null;
  const action = {
    j: "next",
    ArrowDown: "next",
    k: "previous",
    ArrowUp: "previous",
    n: "unmarked",
    s: "same",
    c: "comment",
    u: "undo",
    "?": "help"
  }[event.key];
  return action ? { action } : null;
}

// qa_lesson/grading/reviewing/page_frame.js
var FILTERS = [
  ["all", "all answers"],
  ["unmarked", "not marked yet"],
  ["mine", "marked by me"],
  ["differing", "markers differ"]
];
function keyButton(text, key, onclick) {
  return make(
    "button",
    { type: "button", onclick },
    text,
    key ? make("kbd", { text: key, "aria-hidden": "true" }) : null
  );
}
function nameOf(questions, question) {
  const same = questions.filter((one) => one.number === question.number);
  const letter = same.length > 1 ? `, variant ${same.indexOf(question) + 1}` : "";
  return `Question ${question.number}${letter}`;
}
function pageFrame(page, calls) {
  const bar = make("progress", { "aria-label": "Answers marked" });
  const progress = make("span");
  const saved = make("p", { class: "saved", role: "status", text: "Everything is saved at once" });
  const problem = make("div", { class: "problem", role: "alert", hidden: true });
  const undo = keyButton("Undo", "u", calls.undo);
  const filters = make("select", { id: "filter" }, ...FILTERS.map(([value, text]) => make("option", { value, text })));
  filters.addEventListener("change", () => calls.filter(
    /** @type {Filter} */
    filters.value
  ));
  const questions = make("nav", { "aria-label": "Questions", class: "questions" });
  const said = make("p", { class: "unseen", role: "status" });
  const panels = {
    comparing: panel("Compare markers", "", () => openPanel("comparing")),
    keys: panel("Shortcuts", "?", () => openPanel("keys"))
  };
  panels.keys.body.append(shortcutList());
  const header = make(
    "header",
    {},
    make("h1", { text: page.title }),
    make(
      "p",
      { class: "who" },
      "You mark as ",
      make("b", { text: page.marker, dir: "auto" }),
      page.names ? ". Names are shown." : ". Names are hidden."
    ),
    make("div", { class: "state" }, bar, progress, saved),
    make(
      "div",
      { class: "tools" },
      undo,
      panels.comparing.opener,
      panels.keys.opener,
      make("label", { for: "filter", text: "Show" }),
      filters
    ),
    problem
  );
  function panel(name, key, open) {
    const opener = keyButton(name, key, open);
    opener.setAttribute("aria-expanded", "false");
    const body = make("div");
    const close = make("button", { type: "button", class: "quiet", text: "Close", onclick: () => openPanel(null) });
    const properties = { class: "panel", "aria-label": name, tabindex: "-1", hidden: true };
    return { opener, body, node: make("section", properties, make("h2", { text: name }), body, close) };
  }
  let before = null;
  function openPanel(wanted) {
    const focused = document.activeElement;
    for (
      const name of
      /** @type {PanelName[]} */
      ["comparing", "keys"]
    ) {
      const { node, opener } = panels[name];
      const opens = name === wanted && node.hidden;
      const returns = !opens && node.contains(focused);
      node.hidden = !opens;
      if (returns) (before?.isConnected ? before : opener).focus();
      opener.setAttribute("aria-expanded", String(opens));
      if (opens) {
        if (focused instanceof HTMLElement && !focused.closest(".panel")) before = focused;
        node.focus();
        calls.opened(name);
      }
    }
  }
  return {
    nodes: [header, questions, panels.keys.node, panels.comparing.node],
    said,
    openPanel,
    /** Fills the comparison. @param {Node[]} parts */
    fillComparison: (parts) => panels.comparing.body.replaceChildren(...parts),
    /** Tells a screen reader. @param {string} text */
    announce: (text) => setText(said, text),
    /** @param {boolean} can */
    canUndo(can) {
      undo.disabled = !can;
    },
    /** @param {Filter} filter */
    showFilter(filter) {
      filters.value = filter;
    },
    /** @param {SavingState} state */
    showSaving({ kind, waiting, text }) {
      if (kind === "saving" && !problem.hidden) return;
      setText(saved, { saved: "Saved", saving: "Saving …", failed: "Not saved", refused: "Not saved" }[kind]);
      saved.classList.toggle("not", kind === "failed" || kind === "refused");
      problem.hidden = kind === "saved" || kind === "saving";
      if (problem.hidden) problem.replaceChildren();
      const changes = waiting === 1 ? "1 change isn't" : `${waiting} changes aren't`;
      const told = kind === "failed" ? `${changes} saved: ${text}. What you entered is kept on this page, and saving is tried again every few seconds. If the program was stopped, leave this page open, start the program again, and enter what is missing on its new page.` : `Not saved: ${text}`;
      if (problem.hidden || problem.firstChild?.textContent === told) return;
      problem.replaceChildren(make("p", { text: told }));
      if (kind === "failed") {
        problem.append(make("button", { type: "button", text: "Try again", onclick: calls.retry }));
      }
    },
    /** @param {Question | null} current */
    showProgress(current) {
      const { answers, total, text } = progressOf(page.questions);
      bar.max = total;
      bar.value = answers;
      setText(progress, text);
      const at = [...questions.children].findIndex((button) => button === document.activeElement);
      const buttons = page.questions.map((question) => {
        const all = question.answers.length;
        const done = question.answers.filter(({ mark }) => isDecided(mark)).length;
        const name = nameOf(page.questions, question);
        return make(
          "button",
          {
            type: "button",
            "aria-current": question === current ? "true" : null,
            class: done === all ? "done" : null,
            onclick: () => calls.choose(question)
          },
          make("span", { text: name }),
          " ",
          make("span", { class: "count", text: `${done} of ${all} marked` })
        );
      });
      questions.replaceChildren(...buttons);
      buttons[at]?.focus();
    }
  };
}

// qa_lesson/grading/reviewing/saving.js
var AGAIN = 3e3;
var RefusedError = class extends Error {
};
async function ask(path, body) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, body ? options : {});
  if (response.ok) return response.json();
  const told = await response.json().catch(() => ({}));
  const what = told.error?.what ?? `error ${response.status}`;
  const text = told.error?.to_do ? `${what}. To do: ${told.error.to_do}` : what;
  throw response.status < 500 ? new RefusedError(text) : new Error(text);
}
function savingQueue(send, tell) {
  const waiting = [];
  let isSending = false;
  let timer;
  async function work() {
    if (isSending) return;
    isSending = true;
    clearTimeout(timer);
    let refused = "";
    while (waiting.length) {
      tell({ kind: "saving", waiting: waiting.length, text: "" });
      try {
        const answer = await send(waiting[0].path, waiting[0].body);
        waiting.shift()?.done(answer);
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        if (!(error instanceof RefusedError)) {
          isSending = false;
          timer = setTimeout(work, AGAIN);
          tell({ kind: "failed", waiting: waiting.length, text });
          return;
        }
        waiting.shift();
        refused = text;
      }
    }
    isSending = false;
    tell(refused ? { kind: "refused", waiting: 0, text: refused } : { kind: "saved", waiting: 0, text: "" });
  }
  return {
    /** @param {string} path @param {any} body @param {Task["done"]} done */
    add(path, body, done) {
      const last = waiting.length > (isSending ? 1 : 0) ? waiting.at(-1) : void 0;
      const isSame = last?.path === "decide" && path === "decide" && last.body.review === body.review;
      if (isSame && last.body.agreed === body.agreed) waiting.pop();
      waiting.push({ path, body, done });
      return work();
    },
    /** Try at once. */
    retry: work,
    get isEmpty() {
      return waiting.length === 0;
    }
  };
}

// qa_lesson/grading/reviewing/review_page.js
var NONE = {
  all: "No answer waits for a person.",
  unmarked: "Every answer is marked.",
  mine: "You haven't marked an answer yet.",
  differing: "The markers differ on no answer that you have marked."
};
async function openReview(root, send = ask) {
  const page = await send("items");
  const entries = entriesOf(page.questions);
  const byReview = new Map(entries.map((entry) => [entry.answer.review, entry]));
  let current = null;
  let filter = "all";
  let comparison = null;
  let form = null;
  let comments = page.comments;
  const asked = make("section", { class: "question", "aria-labelledby": "question-heading" });
  const given = make("section", { class: "answer", "aria-labelledby": "answer-heading" });
  const frame = pageFrame(page, {
    undo: takeBack,
    retry: () => void queue.retry(),
    filter: useFilter,
    opened(name) {
      if (name === "comparing") compare(false, showComparison);
    },
    choose: (question) => go(entries.find((one) => one.question === question && fits(one)) ?? firstOf(question))
  });
  const queue = savingQueue(send, frame.showSaving);
  root.replaceChildren(...frame.nodes, make("div", { class: "columns" }, asked, given), frame.said);
  function save(entry, mark, typing) {
    const agreed = filter === "differing";
    keep(entry, mark, agreed);
    const levels = entry.question.rubric.length ? mark.levels ?? {} : null;
    const body = { review: entry.answer.review, levels, credit: mark.credit, comment: mark.comment, typing, agreed };
    void queue.add("decide", body, takeOver);
  }
  function keep(entry, mark, agreed) {
    const joint = differingOf(entry);
    if (!agreed) entry.answer.mark = mark;
    else if (joint) joint.agreed = mark;
    frame.showProgress(current?.question ?? null);
  }
  function takeOver(told) {
    ({ comments } = told);
    frame.canUndo(told.undo > 0);
    form?.offer();
  }
  function takeBack() {
    form?.flush();
    void queue.add("undo", {}, (told) => {
      takeOver(told);
      const entry = byReview.get(told.review);
      if (!entry) return frame.announce("There is nothing to undo.");
      keep(entry, told.mark, told.agreed);
      form = null;
      if (told.agreed !== (filter === "differing")) setFilter(told.agreed ? "differing" : "all");
      go(entry);
      return frame.announce(`Undone: ${nameOf(page.questions, entry.question)}, answer ${entry.place}`);
    });
  }
  const differingOf = (entry) => comparison?.differing?.find(({ review }) => review === entry.answer.review);
  const fits = (entry) => isShown(entry, filter, new Set(comparison?.differing?.map(({ review }) => review)));
  const firstOf = (question) => byReview.get(question.answers[0].review) ?? null;
  function showAnswer() {
    form = null;
    if (!current) {
      const heading = make("h2", { id: "answer-heading", text: "No answer here" });
      return given.replaceChildren(heading, make("p", { text: NONE[filter] }));
    }
    const entry = current;
    const joint = filter === "differing" ? differingOf(entry) : void 0;
    form = markingForm({
      question: entry.question,
      mark: joint ? joint.agreed : entry.answer.mark,
      comments: () => comments,
      changed: (mark, typing) => save(entry, mark, typing)
    });
    const parts = answerParts(entry);
    if (joint) {
      const told = make("p", { text: "You differ here. What you choose now counts for all of you." });
      parts.push(make("div", { class: "settling" }, told, bothMarks(entry, joint)));
    }
    const moves = make(
      "div",
      { class: "moves" },
      keyButton("Previous", "k", () => move(-1)),
      keyButton("Next", "j", () => move(1)),
      keyButton("Next unmarked", "n", toUnmarked)
    );
    given.replaceChildren(...parts, form.node, moves);
    return form.grow();
  }
  function go(entry) {
    form?.flush();
    if (entry?.question !== current?.question) {
      const parts = entry ? questionParts(nameOf(page.questions, entry.question), entry.question) : [];
      asked.replaceChildren(...parts);
      asked.hidden = entry === null;
    }
    current = entry;
    showAnswer();
    frame.showProgress(entry?.question ?? null);
    form?.focusOpen();
    given.scrollIntoView?.({ block: "nearest" });
    if (!entry) return frame.announce(NONE[filter]);
    const place2 = `answer ${entry.place} of ${entry.question.answers.length}`;
    return frame.announce(`${nameOf(page.questions, entry.question)}, ${place2}`);
  }
  function move(step) {
    const entry = neighbor(entries, current?.answer.review ?? null, step, fits);
    if (entry) go(entry);
    else frame.announce(step > 0 ? "This is the last answer." : "This is the first answer.");
  }
  function toUnmarked() {
    form?.flush();
    const entry = nextUnmarked(entries, current?.answer.review ?? null);
    if (!entry) return frame.announce("Every other answer is marked.");
    if (filter !== "unmarked") setFilter("all");
    return go(entry);
  }
  function setFilter(wanted) {
    filter = wanted;
    frame.showFilter(wanted);
  }
  function useFilter(wanted) {
    form?.flush();
    const show = () => go(current && fits(current) ? current : entries.find(fits) ?? null);
    if (wanted !== "differing") {
      setFilter(wanted);
      return show();
    }
    frame.showFilter(filter);
    return compare(false, (found) => {
      if (!found.open) return frame.openPanel("comparing");
      setFilter("differing");
      return show();
    });
  }
  function compare(look, done) {
    form?.flush();
    void queue.add("agreement", { look }, (found) => {
      comparison = found;
      done(found);
    });
  }
  function showComparison(found) {
    const parts = comparisonParts({
      found,
      marker: page.marker,
      entryOf: (review) => byReview.get(review),
      look: () => compare(true, showComparison),
      settle(review) {
        form?.flush();
        setFilter("differing");
        frame.openPanel(null);
        go(byReview.get(review) ?? null);
      }
    });
    frame.fillComparison(parts);
  }
  const actions = {
    next: () => move(1),
    previous: () => move(-1),
    unmarked: toUnmarked,
    undo: takeBack,
    help: () => frame.openPanel("keys"),
    comment: () => form?.comment.focus(),
    leave: () => form?.focusOpen(),
    insert: (digit) => form?.insert(digit - 1),
    press: (digit) => form?.press(digit),
    same() {
      const before = current && markBefore(current);
      if (before) form?.take(before);
      else frame.announce("No answer before this one is marked.");
    }
  };
  document.addEventListener("keydown", (event) => {
    const found = actionOf(event);
    if (!found) return;
    event.preventDefault();
    actions[found.action](found.digit ?? 0);
  });
  window.addEventListener("beforeunload", (event) => {
    form?.flush();
    if (!queue.isEmpty) event.preventDefault();
  });
  frame.canUndo(page.undo > 0);
  go(nextUnmarked(entries, null) ?? entries[0] ?? null);
}

// qa_lesson/grading/reviewing/start.js
async function render({ el }) {
  try {
    await openReview(el);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    el.append(make("p", { role: "alert", text: `The answers can't be shown: ${reason}` }));
  }
}
var place = document.getElementById("review");
if (place) void render({ el: place });
var start_default = { render };
export {
  start_default as default
};
