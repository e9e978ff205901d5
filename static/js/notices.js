// What is said to people: toasts that pass, and notices beside what asked, which stand until it is over.
import { all, button, find, keepPart, made } from "./dom.js";

/* ---- toasts: they go by themselves, unless they are being read; errors stay ---- */
const PASSES = 6000;

/** Shows a toast that an answer has brought. */
export function showToast(toast) {
  find("#toasts").append(toast);
  begin(toast);
}

/** Says words in a toast, with what leads on from there; `kind` is "success", "warning", "error" or "". */
export function say(words, kind = "", ...ways) {
  const toast = made("div", "toast");
  if (kind) toast.dataset.kind = kind;
  toast.append(made("p", "", words), ...ways);
  if (kind === "error") toast.append(button("Close", () => toast.remove()));
  showToast(toast);
}

/** Says what concerns the whole page, until what it brings back is removed: in a toast, or above all on a page without any. */
export function sayStanding(words, ...buttons) {
  if (!find("#toasts")) return sayBeside(find("main"), words);
  const toast = made("div", "toast");
  Object.assign(toast.dataset, { kind: "warning", stands: "" });
  toast.append(made("p", "", words), ...buttons);
  showToast(toast);
  return toast;
}

// The same said again takes the place of what was said before, and only the last step can be undone.
function begin(toast) {
  const others = all("#toasts > .toast").filter((other) => other !== toast);
  const words = toast.innerText.trim();
  others.filter((other) => other.innerText.trim() === words).forEach((other) => other.remove());
  if ("undo" in toast.dataset) others.filter((other) => "undo" in other.dataset).forEach((other) => other.remove());
  const { kind, stands, fades } = toast.dataset;
  if (kind === "error" || stands !== undefined || fades !== undefined) return;
  toast.dataset.fades = "";
  const go = () => (toast.matches(":hover, :focus-within") ? setTimeout(go, 2000) : toast.remove());
  setTimeout(go, PASSES);
}
document.addEventListener("htmx:oobAfterSwap", () => all(".toast:not([data-fades])").forEach(begin));
all(".toast").forEach(begin);

/* ---- notices: no part that is brought up to date takes one away ---- */
const PLACES = "[data-notices], form, search, dialog, section, aside, .panel, .page, main";
let broken = null; // What is said about the line: one notice, however long it is broken.

keepPart((part) => part.matches(".notice, [data-kept]"));
const saidIn = (place) => [...place.children].filter((child) => child.matches(".notice"));

/** Says it in the part of the page that `asker` is in: at the end of a form, at the top of a panel. Brings the notice back. */
export function sayBeside(asker, words) {
  const place = asker?.isConnected ? asker.closest(PLACES) : null;
  if (!place) return sayStanding(words);
  const before = saidIn(place);
  if (before[0]?.textContent === words) return before[0];
  before.forEach((said) => said.remove());
  const said = made("p", "notice", words);
  said.setAttribute("role", "alert");
  if (place.matches("form, search, [data-notices]")) place.append(said);
  else place.prepend(said);
  return said;
}

/** Takes away what was said beside `asker`. */
export function clearBeside(asker) {
  const place = asker?.closest?.(PLACES);
  if (place) saidIn(place).forEach((said) => said.remove());
}

/** Says that the line is broken, or another `fault`. `asker` is what was pressed; null: the page asked by itself. */
export function lineBroke(asker, fault = "The server cannot be reached.") {
  if ((broken?.isConnected && !asker) || find("[data-says-line]:not([hidden])")) return;
  broken?.remove();
  if (asker) broken = sayBeside(asker, `${fault} What you typed is still here.`);
  else broken = sayStanding(`${fault} The page goes on by itself when it is back.`);
}

/** An answer came: the line is no longer broken. */
export function lineIsBack() {
  broken?.remove();
  broken = null;
}
