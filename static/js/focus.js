// The focus stays where the work is: after a swap that took the focused element away, and after a form that led
// back to the page. `data-then` on what asked, or around it, names what has the focus next.
"use strict";

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
