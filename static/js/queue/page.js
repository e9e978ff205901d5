// The queue: cases, and the order of one's own line, which rows are dragged into.
import "../frame.js";
import "../choosing.js";
import "./cases.js";
import { all, find } from "../dom.js";
import { dragging } from "../drag.js";
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

/* ---- a row is dropped before or after another one of the same person ---- */
dragging("tr[draggable]", "task", (box, { clientY }) => clientY < box.top + box.height / 2);
