"use strict";

// The key of a row in a column: a number, text, or undefined where the value is missing.
function keyOf(row, column, isNumber) {
  const key = row.cells[column].dataset.key;
  if (key === undefined || !isNumber) return key;
  return Number(key.replace("inf", "Infinity"));
}

function compare(a, b, sign) {
  if (a === undefined || b === undefined) return (a === undefined) - (b === undefined); // missing: last
  return sign * ((a > b) - (a < b));
}

function sortBy(header) {
  const column = header.cellIndex;
  const isNumber = header.classList.contains("number");
  const sign = header.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  for (const other of header.parentNode.cells) other.setAttribute("aria-sort", "none");
  header.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
  const body = header.closest("table").tBodies[0];
  const rows = Array.from(body.rows, (row) => [keyOf(row, column, isNumber), row]);
  rows.sort(([a], [b]) => compare(a, b, sign));
  body.append(...rows.map(([, row]) => row));
}

for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => sortBy(button.parentNode));
}
