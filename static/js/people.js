// People: copying what an admin passes on.
"use strict";

document.querySelectorAll("[data-script][hidden]").forEach((part) => { part.hidden = false; });

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  const words = button.querySelector("span");
  const before = words.textContent;
  words.textContent = (await copied(source)) ? "Copied" : "Marked: press Ctrl+C";
  setTimeout(() => { words.textContent = before; }, 3000);
});

// Without a secure context there is no clipboard: the text is marked and the old command tried.
async function copied(source) {
  try {
    await navigator.clipboard.writeText(source.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(source);
    return document.execCommand("copy");
  }
}
