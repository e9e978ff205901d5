// The queue: cases, and the order of one's own line, which rows are dragged into.
import "../frame.js";
import "./cases.js";
import { all, find } from "../dom.js";
import { onKey } from "../keyboard.js";

/* ---- arrows lead from row to row ---- */
onKey((key, event) => {
  const way = { ArrowDown: 1, ArrowUp: -1 }[key];
  const here = way && document.activeElement?.closest(".jobs tr");
  if (!here) return;
  const links = all(".jobs tbody a.clip");
  const next = links[links.indexOf(find("a.clip", here)) + way];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

/* ---- dragging: a row is dropped before or after another one of the same person ---- */
let dragged = null;
const rowOf = (target) => target.closest?.("tr[draggable]");
const side = (row, y) => {
  const box = row.getBoundingClientRect();
  return y < box.top + box.height / 2 ? "before" : "after";
};
const clear = () => all("tr[data-over]").forEach((row) => delete row.dataset.over);

document.addEventListener("dragstart", (event) => {
  dragged = rowOf(event.target);
  if (dragged) event.dataTransfer.setData("text/plain", dragged.dataset.task);
});
document.addEventListener("dragover", (event) => {
  const row = dragged && rowOf(event.target);
  clear();
  if (!row || row === dragged) return;
  event.preventDefault();
  row.dataset.over = side(row, event.clientY);
});
document.addEventListener("drop", (event) => {
  const row = dragged && rowOf(event.target);
  if (!row || row === dragged) return;
  event.preventDefault();
  const move = find("[data-drop]", dragged);
  move.name = side(row, event.clientY);
  move.value = row.dataset.task;
  move.form.requestSubmit(move);
});
document.addEventListener("dragend", () => {
  dragged = null;
  clear();
});
