// Choosing many for one form: by the box, by X in its row or card, with Shift from the last one on.
import { all, find, keepContent } from "./dom.js";
import { onKey } from "./keyboard.js";

const TICKBOX = ".tickbox";
let latest = find(`${TICKBOX}:checked`)?.id ?? ""; // The box that was used last.

keepContent((old) => old.matches("[data-chosen]"));

function chooseFrom(other, box) {
  const boxes = all(TICKBOX);
  const ends = [boxes.findIndex((one) => one.id === other), boxes.indexOf(box)];
  if (ends[0] < 0) return;
  for (const one of boxes.slice(Math.min(...ends), Math.max(...ends) + 1)) one.checked = box.checked;
}
function chose(box, shift) {
  if (shift) chooseFrom(latest, box);
  latest = box.id;
  if (!box.checked) document.dispatchEvent(new Event("unchosen"));
  countChosen();
}

/** Says how many are chosen. */
export function countChosen() {
  const chosen = all(`${TICKBOX}:checked`).length;
  for (const words of all("[data-chosen]")) words.textContent = words.dataset.chosen.replace("#", chosen || "the");
}
document.addEventListener("click", ({ target, shiftKey }) => {
  if (target.matches(TICKBOX)) chose(target, shiftKey);
});
onKey((key, event) => {
  const row = key === "x" && document.activeElement?.closest("tr, .job, .shot");
  const box = row && find(TICKBOX, row);
  if (!box) return;
  event.preventDefault();
  box.checked = !box.checked;
  chose(box, event.shiftKey);
});
document.addEventListener("reset", () => setTimeout(countChosen));
document.addEventListener("htmx:afterSettle", countChosen);
countChosen(); // What was chosen before this came.
