// What is said to people: toasts that pass, and notices beside what asked, which stand until it is over.
"use strict";

/* ---- toasts: they go by themselves, unless somebody reads them; errors stay ---- */
function showToast(node) {
  find("#toasts").append(node);
  fade(node);
}
function fade(toast) {
  // The same said again takes the place of what was said before.
  const words = toast.innerText.trim();
  all("#toasts > .toast").forEach((older) => { if (older !== toast && older.innerText.trim() === words) older.remove(); });
  // Only the last step can be undone.
  if ("undo" in toast.dataset) all(".toast[data-undo]").forEach((older) => { if (older !== toast) older.remove(); });
  if (toast.dataset.kind === "error" || "stands" in toast.dataset || "fades" in toast.dataset) return;
  toast.dataset.fades = "";
  const go = () => (toast.matches(":hover, :focus-within") ? setTimeout(go, 2000) : toast.remove());
  setTimeout(go, 6000);
}
function sayToast(words, kind = "") {
  const toast = notices.made("div", "toast");
  if (kind) toast.dataset.kind = kind;
  toast.append(notices.made("p", "", words));
  if (kind === "error") toast.append(notices.button("Close", () => toast.remove()));
  showToast(toast);
}
// What is said beside something stands until that works: no part that is brought up to date takes it away.
Idiomorph.defaults.callbacks.beforeNodeRemoved = (node) => !node.matches?.(".notice, [data-kept]");

const trouble = (words) => sayToast(words, "error");

const notices = (() => {
  const PLACES = "[data-notices], form, search, dialog, section, aside, .panel, .page, main";
  const LINE = "The server cannot be reached.";
  let broken = null; // What is said about the line: one notice, however long it is broken.

  function made(tag, name, words = "") {
    return Object.assign(document.createElement(tag), { className: name, textContent: words });
  }
  function button(words, press) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn--sm", textContent: words });
    made.addEventListener("click", press);
    return made;
  }
  const placeOf = (asker) => (asker?.isConnected ? asker.closest(PLACES) : null);
  const saidIn = (place) => [...place.children].filter((child) => child.matches(".notice"));

  // Says it in the part of the page that `asker` is in: at the end of a form, at the top of a panel.
  function beside(asker, words) {
    const place = placeOf(asker);
    if (!place) return standing(words);
    const before = saidIn(place);
    if (before[0]?.textContent === words) return before[0];
    before.forEach((said) => said.remove());
    const said = made("p", "notice", words);
    said.setAttribute("role", "alert");
    if (place.matches("form, search, [data-notices]")) place.append(said);
    else place.prepend(said);
    return said;
  }
  function clear(asker) {
    const place = asker?.closest?.(PLACES);
    if (place) saidIn(place).forEach((said) => said.remove());
  }

  // What concerns the whole page stands among the toasts.
  function standing(words, ...buttons) {
    const toast = made("div", "toast");
    Object.assign(toast.dataset, { kind: "warning", stands: "" });
    toast.append(made("p", "", words), ...buttons);
    showToast(toast);
    return toast;
  }

  // `asker` is what somebody pressed; without one the page asked by itself.
  function lineBroke(asker) {
    if ((broken?.isConnected && !asker) || find("[data-says-line]:not([hidden])")) return;
    broken?.remove();
    const kept = `${LINE} What you typed is still here.`;
    broken = asker ? beside(asker, kept) : standing(`${LINE} The page goes on by itself when it is back.`);
  }
  function lineIsBack() {
    broken?.remove();
    broken = null;
  }

  return { made, button, beside, clear, standing, lineBroke, lineIsBack };
})();

document.addEventListener("htmx:oobAfterSwap", () => all(".toast:not([data-fades])").forEach(fade));
all(".toast").forEach(fade);
