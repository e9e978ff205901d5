// What people do while an answer is on its way stands.
import { askAgain, find, htmx, isPressed } from "./dom.js";

/* ---- no answer to what the page asked by itself before takes its place: that is asked again ---- */
const isQuestion = (config) => !isPressed(config) && (config.verb === "get" || config.elt.hasAttribute("hx-trigger"));

let turn = 0; // Grows with each answer to what a person did.
const asked = new WeakMap(); // The turn in which each request went out.
const done = new Map(); // The turn in which each part, by its id, was last filled by such an answer.
let answersDeed = false; // What the answer that is being put in was to.

function partsOf({ target, requestConfig: { elt } }) {
  const more = elt.closest("[hx-select-oob]")?.getAttribute("hx-select-oob").match(/#[\w-]+/g) ?? [];
  return [target, ...more.map((id) => find(id))].filter(Boolean);
}
function overtaken(detail) {
  const since = asked.get(detail.xhr) ?? turn;
  const filled = [...done].filter(([, at]) => at > since).map(([id]) => document.getElementById(id)).filter(Boolean);
  return partsOf(detail).some((part) => filled.some((other) => part.contains(other) || other.contains(part)));
}
// htmx sends it when the request that has just been answered has ended.
function askAnew(elt) {
  if (elt.hasAttribute("hx-get")) askAgain(elt);
  else htmx.trigger(elt, "requote");
}
const note = ({ target }) => { if (answersDeed && target.id) done.set(target.id, turn); };

document.addEventListener("htmx:beforeSend", ({ detail }) => asked.set(detail.xhr, turn));
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.shouldSwap) return;
  answersDeed = !isQuestion(detail.requestConfig);
  if (answersDeed) {
    turn += 1;
    note(detail);
  } else if (overtaken(detail)) {
    detail.shouldSwap = false;
    askAnew(detail.requestConfig.elt);
  }
});
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => note(detail));

/* ---- what is typed or chosen is put back into the form that comes ---- */
const KEPT = "input:not([type=file], [type=hidden], [type=password]), textarea, select";
let count = 0;
const sent = new WeakMap(); // How much had been typed when each request went out.
const typed = new Map(); // What was typed or chosen last in each field, by its form and name.

document.addEventListener("input", ({ target }) => {
  if (!target.matches(KEPT) || !target.form?.id || !target.name) return;
  const { form, name, type, value, checked } = target;
  const choice = type === "checkbox" ? value : "";
  count += 1;
  typed.set(`${form.id} ${name} ${choice}`, { at: count, form: form.id, name, type, value, checked });
}, true);

// True when that changed something.
function put(field, { value, checked, type }) {
  if (field.type !== type || (["radio", "checkbox"].includes(type) && field.value !== value)) return false;
  const property = ["radio", "checkbox"].includes(type) ? "checked" : "value";
  const wanted = property === "value" ? value : checked;
  if (field[property] === wanted) return false;
  field[property] = wanted;
  return true;
}

document.addEventListener("htmx:beforeSend", ({ detail }) => sent.set(detail.xhr, count));
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const since = sent.get(detail.xhr) ?? count;
  for (const last of [...typed.values()].filter(({ at }) => at > since)) {
    const form = document.getElementById(last.form);
    const field = [...form?.elements ?? []].find((one) => one.name === last.name && put(one, last));
    field?.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
