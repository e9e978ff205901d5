// Rows and cards that are dragged before or after another one of their kind.
import { all, find } from "./dom.js";

/**
 * Lets parts be dragged, each with its id in `data-${name}` and a hidden button [data-drop] in a form. A drop presses
 * the button, which then names the other part as “before” or “after”: `isFirst` says which half of a box is under the pointer.
 */
export function dragging(selector, name, isFirst) {
  let dragged = null;
  const partOf = (target) => target.closest?.(selector) ?? null;
  const side = (part, event) => (isFirst(part.getBoundingClientRect(), event) ? "before" : "after");
  const clear = () => all(`${selector}[data-over]`).forEach((part) => delete part.dataset.over);

  document.addEventListener("dragstart", (event) => {
    dragged = partOf(event.target);
    if (dragged) event.dataTransfer.setData("text/plain", dragged.dataset[name]);
  });
  document.addEventListener("dragover", (event) => {
    const part = dragged && partOf(event.target);
    clear();
    if (!part || part === dragged) return;
    event.preventDefault();
    part.dataset.over = side(part, event);
  });
  document.addEventListener("drop", (event) => {
    const part = dragged && partOf(event.target);
    if (!part || part === dragged) return;
    event.preventDefault();
    const move = find("[data-drop]", dragged);
    move.name = side(part, event);
    move.value = part.dataset[name];
    move.click(); // Unlike requestSubmit, a press tells htmx which button it was.
  });
  document.addEventListener("dragend", () => {
    dragged = null;
    clear();
  });
}
