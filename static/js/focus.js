// After a swap that took the focused element away, the focus stays where the work is.
"use strict";

// `data-then` on the element that asked, or around it, names what has the focus next.
document.addEventListener("htmx:afterSettle", (event) => {
  const asker = event.detail.requestConfig?.elt;
  const next = asker?.closest?.("[data-then]")?.dataset.then ?? asker?.dataset?.then;
  if (!next) return;
  requestAnimationFrame(() => {
    const lost = document.activeElement === document.body || !document.activeElement?.checkVisibility();
    if (lost) document.querySelector(next)?.focus({ preventScroll: true });
  });
});
