// What somebody types or unfolds in a case survives the page's own polls, and so does an answer to it.
"use strict";

(() => {
  let answering = false; // Whether the answer that is being put in was asked for by a person.

  document.addEventListener("htmx:beforeSwap", (event) => {
    answering = event.detail.requestConfig?.verb === "post";
  });

  const rules = Idiomorph.defaults;
  rules.callbacks.beforeNodeMorphed = (old) =>
    answering || !(old.matches?.(".case") && find('[aria-invalid="true"]', old));
  rules.callbacks.beforeAttributeUpdated = (name, node, change) => {
    if (name === "open" && change === "remove" && node.matches("details")) return false;
    return !(name === "value" && node.matches(".case .input, .found .input") && node.value);
  };

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.requestConfig?.verb === "post") find('.case [aria-invalid="true"]')?.focus();
  });
})();
