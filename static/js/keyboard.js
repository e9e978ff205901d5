// Working by keys: single ones, and a focus that stays where the work is.
import { find, remember } from "./dom.js";

/* ---- single keys ---- */
// They mean what the Latin keyboard has in their place, whatever the layout: a digit too where it needs Shift, as in
// France. None while a person types, chooses from an input method, or holds a modifier.
const root = document.documentElement;
const MARKS = { Comma: ",<", Period: ".>", Slash: "/?", BracketLeft: "[{" };
const FIELD = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const LAYER = "dialog[open], :popover-open";

const held = (event) => event.ctrlKey || event.metaKey || event.altKey || event.getModifierState("AltGraph");
const isTyped = (event) => event.target.closest?.(FIELD) || event.isComposing || event.keyCode === 229;

function singleKey(event) {
  if (held(event) || isTyped(event)) return "";
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key.length === 1 && !event.shiftKey && /^Digit/.test(event.code) && !/[[/,.<>?]/.test(key)) return event.code.at(-1);
  if (key.length > 1 || /[\x20-\x7e]/.test(key)) return key;
  const [, latin] = /^(?:Key|Digit)(.)$/.exec(event.code) ?? [];
  return latin?.toLowerCase() ?? MARKS[event.code]?.[event.shiftKey ? 1 : 0] ?? "";
}

/** Calls `hear(key, event)` for each single key that is not typed and that is not for an open layer; also for its repeats. */
export function onKey(hear) {
  document.addEventListener("keydown", (event) => {
    const key = singleKey(event);
    if (key && !event.defaultPrevented && !find(LAYER)) hear(key, event);
  });
}

// They can be switched off (WCAG 2.1.4): no page hears of them then. Space, arrows and Enter stay.
addEventListener("keydown", (event) => {
  const single = event.key.length === 1 && event.key !== " " && !held(event);
  if (root.dataset.letters === "off" && single && !isTyped(event)) event.stopImmediatePropagation();
}, true);

document.addEventListener("change", ({ target: letters }) => {
  if (letters.id !== "letters") return;
  root.dataset.letters = letters.checked ? "on" : "off";
  remember("letters", root.dataset.letters);
});

// Return that is held presses a button once.
document.addEventListener("keydown", (event) => {
  if (event.repeat && event.key === "Enter" && event.target.closest?.("button, summary, a")) event.preventDefault();
});

/* ---- the focus: after a swap that took the focused element away, and after a form that led back to the page ---- */
// `data-then` on what asked, or around it, names what has the focus next.
const RECENT = 15000;
const nextOf = (asker) => asker?.closest?.("[data-then]")?.dataset.then;

function focusOn(selector) {
  const next = selector.split(",").map((one) => find(one)).find(Boolean);
  if (!next) return;
  if (next.tabIndex < 0 && !next.hasAttribute("tabindex")) next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}
const lost = () => document.activeElement === document.body || !document.activeElement?.checkVisibility();

document.addEventListener("htmx:afterSettle", (event) => {
  const next = nextOf(event.detail.requestConfig?.elt);
  if (next) sessionStorage.removeItem("then");
  if (next) requestAnimationFrame(() => { if (lost()) focusOn(next); });
});

// What scrolls sideways shows the focused part whole: a browser leaves it cut off at the edge.
document.addEventListener("focusin", ({ target }) => {
  const strip = target.closest(".toolbar, .strip, .shots");
  if (!strip || strip.scrollWidth <= strip.clientWidth || !target.matches(":focus-visible")) return;
  const [part, whole] = [target.closest("li") ?? target, strip].map((one) => one.getBoundingClientRect());
  strip.scrollLeft += Math.min(0, part.left - whole.left - 16) + Math.max(0, part.right - whole.right + 16);
});

document.addEventListener("submit", (event) => {
  const next = nextOf(event.target);
  if (next) sessionStorage.setItem("then", JSON.stringify({ next, at: Date.now() }));
}, true);
const then = JSON.parse(sessionStorage.getItem("then") ?? "null");
sessionStorage.removeItem("then");
if (then && Date.now() - then.at < RECENT && lost()) focusOn(then.next);
