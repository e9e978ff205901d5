// Single keys can be switched off (WCAG 2.1.4): no page hears of them then. Space, arrows and Enter stay.
"use strict";

window.addEventListener("keydown", (event) => {
  const single = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (root.dataset.letters === "off" && single && !typing(event)) event.stopImmediatePropagation();
}, true);

const letters = find("#letters");
if (letters) {
  letters.closest("[hidden]")?.removeAttribute("hidden");
  letters.checked = root.dataset.letters !== "off";
  letters.addEventListener("change", () => {
    root.dataset.letters = letters.checked ? "on" : "off";
    keep("letters", root.dataset.letters);
  });
}
