// Generate is pressed: what is shown is ordered, once. What the form still asks for is waited for.
import { find, htmx, isPost } from "../dom.js";
import { order } from "./order.js";
import { sayFate } from "./wish.js";

let isStale = false; // Something was changed whose price is not asked for yet.
let held = null; // What was pressed too early: the id of the button, and what was shown then.
const asked = new Set(); // Requests for the form or its price that have no answer yet.
let ordering = null; // The one of them that orders.

const isSettled = () => !isStale && !asked.size;
const label = () => find("#send .send__label")?.textContent.trim() ?? "";
const shown = () => `${order().dataset.model} ${label()}`;

/** Presses one of the buttons that order, once the form has its answers. */
export function press(button) {
  if (!isSettled()) hold(button);
  else if (button.disabled) find("#said").textContent = find("#block")?.textContent.trim() ?? "";
  else button.click();
}
function hold({ id }) {
  if (ordering) return;
  held ??= { id, shown: shown() };
  find("#send").setAttribute("aria-busy", "true");
  find("#said").textContent = "Waits for the price.";
  if (isStale) htmx.trigger(find("#quote"), "requote");
}
function letGo(why) {
  held = null;
  find("#send")?.removeAttribute("aria-busy");
  sayFate(`Nothing was ordered: ${why}`, "warn");
}
// No price is ordered that was not seen. A plan shows its own before anything is ordered.
function go() {
  if (!held || !order() || !isSettled()) return undefined;
  const button = document.getElementById(held.id);
  const isPlan = "plans" in (find("#send")?.dataset ?? {});
  if (!button || button.disabled) return letGo("it cannot be ordered as it is now.");
  if (held.shown !== shown() && !isPlan) return letGo(`the button says “${label()}” now. Press again to order that.`);
  held = null;
  find("#fate").hidden = true;
  find("#send").removeAttribute("aria-busy");
  return button.click();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#send, #send-first");
  if (!button || isSettled()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  hold(button);
}, true);

document.addEventListener("input", ({ target, isTrusted }) => {
  if (!target.closest("#order")) return;
  isStale = true;
  if (held && isTrusted) letGo("the form was changed after you had pressed. Press again.");
});
document.addEventListener("htmx:beforeSend", (event) => {
  const { elt, target, xhr, requestConfig: { triggeringEvent } } = event.detail;
  if (!["order", "quote"].includes(target.id)) return;
  if (elt.id === "quote") isStale = false;
  if (elt.id === "order" && isPost(event) && !triggeringEvent?.submitter?.matches("[formnovalidate]")) ordering = xhr;
  asked.add(xhr);
  xhr.addEventListener("loadend", () => {
    asked.delete(xhr);
    if (ordering === xhr) ordering = null;
    setTimeout(go);
  });
});
// The form that comes is priced as it is.
document.addEventListener("htmx:afterSettle", ({ detail: { target } }) => { if (target.id === "order") isStale = false; });

for (const lost of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(lost, ({ detail: { elt } }) => {
    if (elt.id === "quote") isStale = true;
    if (held) letGo("its price could not be asked for. Press again.");
  }, true);
}
