// Buttons that copy a text: also without https, where browsers give no clipboard, and when the permission is refused.
"use strict";

(() => {
  async function copy(text, near) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyBySelecting(text, near);
    }
  }
  function copyBySelecting(text, near) {
    const field = Object.assign(document.createElement("textarea"), { value: text, className: "sr", readOnly: true });
    near.after(field); // Within an open dialog nothing outside of it can be selected.
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    near.focus();
    return copied;
  }
  function select(source) {
    getSelection().selectAllChildren(source);
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = find(button.dataset.copy);
    if (await copy(source.value ?? source.textContent, button)) return sayToast("Copied.", "success");
    select(source);
    return trouble("This browser lets no page copy. The text is selected: press Ctrl+C.");
  });
})();
