// What is typed in the order form: how long the prompt is, what was carried over and never touched, what is pasted.
import { all, find } from "../dom.js";

/* ---- the counter: once a frame, however fast one types ---- */

// As the server counts: what takes two places in a script is one character.
const characters = (text) => text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);

/** Says how long a prompt is, beside its limit. */
export function count(area) {
  const counter = find(`[data-count="${area.id}"]`);
  if (!counter) return;
  const length = characters(area.value.trim());
  const limit = Number(counter.dataset.limit ?? 0);
  const most = limit ? ` of ${limit.toLocaleString("en")}` : ` character${length === 1 ? "" : "s"}`;
  counter.textContent = `${length.toLocaleString("en")}${most}`;
  counter.classList.toggle("bad", limit > 0 && length > limit);
}
let counting = 0;
function countSoon(area) {
  cancelAnimationFrame(counting);
  counting = requestAnimationFrame(() => count(area));
}

/* ---- what is said of values that came from another model goes with the first edit ---- */
function forgetMarks() {
  const carried = find('#order > [name="carried"]');
  if (!carried?.value) return;
  carried.value = "";
  all("#order .carried").forEach((mark) => mark.remove());
}

document.addEventListener("input", ({ target }) => {
  if (!target.closest("#order")) return;
  if (target.matches("[data-prompt]")) countSoon(target);
  if (target.name) forgetMarks();
});

/* ---- what is pasted to fill the form is no part of it: it is neither kept nor priced ---- */
for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => { if (event.target.name === "pasted") event.stopPropagation(); }, true);
}
document.addEventListener("click", ({ target }) => {
  const pencil = target.closest("[data-edit]");
  if (!pencil) return;
  const area = find("#pasted");
  area.value = find(pencil.dataset.edit).textContent;
  area.focus();
  area.setSelectionRange(0, 0);
});
