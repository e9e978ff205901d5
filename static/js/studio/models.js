// The dialog for choosing a model. It is asked for ahead, so that it opens at once, and what is chosen goes on with the form.
import { all, ask, find, ready } from "../dom.js";
import { lineBroke } from "../notices.js";
import { call, headers } from "../server.js";
import { filter } from "./lists.js";
import { order } from "./order.js";

/* ---- opened: with what was asked for when the button was pointed at or had the focus, if the form is still the same ---- */
const FRESH = 5000;
let ahead = null;

// Whoever only points at the button is told nothing: what goes wrong is said when it is pressed.
async function asked(fields) {
  const body = new FormData();
  for (const [name, value] of [...fields, ["pick", "1"]]) body.append(name, value);
  const answer = await call(order().action, { method: "POST", body, headers: { ...headers(), "HX-Request": "true" } });
  return answer?.ok ? answer.text().catch(() => "") : "";
}
function askAhead() {
  const fields = [...new FormData(order())].filter(([, value]) => typeof value === "string");
  const form = JSON.stringify(fields);
  if (ahead?.form !== form || Date.now() - ahead.at > FRESH) ahead = { form, at: Date.now(), html: asked(fields) };
}
for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, ({ target }) => { if (target.closest?.("#model")) askAhead(); });
}

let opening = false;
let plainly = false; // Nothing came: the button asks by itself, and what happens then is said and done.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("#model");
  if (!button || plainly) return;
  event.preventDefault();
  event.stopPropagation();
  if (opening) return;
  opening = true;
  askAhead();
  const html = await ahead.html;
  opening = false;
  ahead = null;
  if (html) return show(html);
  plainly = true;
  button.click();
  plainly = false;
}, true);

// Not by htmx: it looks at every part of the old list and of the new one, which takes longer than all the rest.
async function show(html) {
  const dialog = find("#models");
  if (!(await ready(dialog).catch(() => null))) return lineBroke(find("#model"));
  dialog.innerHTML = html;
  dialog.removeAttribute("data-typed");
  if (!dialog.open) dialog.showModal();
  return undefined;
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
const places = new WeakMap(); // Where each one stands when the list is not sorted.

function sort(list, by) {
  const picks = all("section .pick", list);
  picks.forEach((pick, at) => { if (!places.has(pick)) places.set(pick, { at, family: pick.parentElement }); });
  const figure = (pick) => Number((by && pick.dataset[by]) || Infinity);
  picks.sort((one, other) => figure(one) - figure(other) || places.get(one).at - places.get(other).at);
  for (const pick of picks) (by ? find("[data-sorted]", list) : places.get(pick).family).append(pick);
}
document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-sort]")) return;
  sort(find(".picker__list"), target.value);
  filter(find("#models [data-filter]"));
});

/* ---- a link may lead straight to the choice ---- */
if (location.hash === "#model") {
  history.replaceState(history.state, "", location.pathname + location.search);
  find("#model")?.click();
}
