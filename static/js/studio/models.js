// The dialog for choosing a model. It is asked for ahead, so that it opens at once, and what is chosen goes on with the form.
import { all, ask, find } from "../dom.js";
import { call, headers } from "../server.js";
import { filter } from "./lists.js";
import { order } from "./order.js";

/* ---- ahead: when the button is pointed at or has the focus ---- */
const FRESH = 5000;
let ahead = null;

const standing = () => [...new FormData(order())].filter(([, value]) => typeof value === "string");
const isFresh = (form) => ahead?.form === form && Date.now() - ahead.at < FRESH;

// Whoever only points at the button is told nothing: what goes wrong is said when it is pressed.
async function asked(fields) {
  const body = new FormData();
  for (const [name, value] of [...fields, ["pick", "1"]]) body.append(name, value);
  const answer = await call(order().action, { method: "POST", body, headers: { ...headers(), "HX-Request": "true" } });
  return answer?.ok ? answer.text() : "";
}
function askAhead() {
  const fields = standing();
  const form = JSON.stringify(fields);
  if (!isFresh(form)) ahead = { form, at: Date.now(), html: asked(fields) };
}
for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, ({ target }) => { if (target.closest?.("#model")) askAhead(); });
}

let plainly = false; // The button asks by itself, because nothing came ahead.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("#model");
  if (!button || plainly || !isFresh(JSON.stringify(standing()))) return;
  event.preventDefault();
  event.stopPropagation();
  const html = await ahead?.html;
  ahead = null;
  if (html) return show(html);
  plainly = true;
  button.click();
  plainly = false;
}, true);
function show(html) {
  const dialog = find("#models");
  if (dialog.open) return;
  dialog.innerHTML = html;
  dialog.showModal();
}

/* ---- chosen: the form comes anew, with the focus on its model ---- */
document.addEventListener("click", (event) => {
  const pick = event.target.closest(".pick__to");
  if (!pick) return;
  event.preventDefault();
  find("#models").close();
  const { pathname } = new URL(pick.formAction);
  const how = { source: find("#order .studio__tabs"), target: "#order", swap: "outerHTML", push: pathname, values: { carry: pick.value } };
  ask("POST", pathname, how).then(() => find("#model")?.focus({ preventScroll: true }));
});

/* ---- the order of the list ---- */
const families = new WeakMap(); // Where each one stands when the list is not sorted.

function sort(list, by) {
  const picks = all("section .pick", list);
  for (const pick of picks) if (!families.has(pick)) families.set(pick, pick.parentElement);
  const figure = (pick) => Number(pick.dataset[by] || Infinity);
  if (by) find("[data-sorted]", list).append(...picks.sort((one, other) => figure(one) - figure(other) || 0));
  else picks.forEach((pick) => families.get(pick).append(pick));
}
document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-sort]")) return;
  sort(find(".picker__list"), target.value);
  filter(find("#models [data-filter]"));
});
