// Tables that can be sorted: each heading becomes a button. Without this script the tables stay as they are.

/** What a row is sorted by: numbers by size, texts by the alphabet. */
const keyOf = (/** @type {HTMLTableRowElement} */ row, /** @type {number} */ column) =>
  row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();

const compare = (/** @type {string} */ left, /** @type {string} */ right) =>
  left !== "" && right !== "" && Number.isFinite(Number(left)) && Number.isFinite(Number(right))
    ? Number(left) - Number(right)
    : left.localeCompare(right);

for (const table of /** @type {NodeListOf<HTMLTableElement>} */ (document.querySelectorAll("table.sortable"))) {
  const heads = [...(table.tHead?.rows[0].cells ?? [])];
  const body = table.tBodies[0];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const direction = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", direction);
      const sign = direction === "ascending" ? 1 : -1;
      const rows = [...body.rows].sort((left, right) => sign * compare(keyOf(left, column), keyOf(right, column)));
      body.append(...rows);
    });
  });
}
