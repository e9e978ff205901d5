// Clips that are chosen, and judged together: by the bar, or by its keys; without any the card in focus.
import { all, ask, find, keepAttribute } from "../dom.js";
import { onKey } from "../keyboard.js";

const bar = () => find("#chosen");
const chosen = () => all(".shot__tick:checked");

keepAttribute((name, part) => name === "checked" && part.matches("#choosing"));

/* ---- while clips are chosen, a press on a card is no way out of the page ---- */
document.addEventListener("click", (event) => {
  const card = event.target.closest(".shot__link")?.closest(".shot");
  if (!card || event.ctrlKey || event.metaKey || !(find("#choosing:checked") || chosen().length)) return;
  event.preventDefault();
  const box = find(".shot__tick", card);
  box?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: event.shiftKey }));
}, true);

document.addEventListener("change", ({ target }) => {
  if (target.id !== "all-of-it") return;
  for (const box of all(".shot__tick")) if (box.checked !== target.checked) box.click();
});

/* ---- keys ---- */
function judge(card, { name, value }) {
  const form = bar();
  const box = find(".shot__tick", card);
  if (box) ask("POST", form.action, { source: form, swap: "none", values: { task: box.value, [name]: value } });
}
onKey((key, event) => {
  if (event.repeat) return;
  const some = chosen().length > 0;
  if (key === "Escape" && some) return bar().reset();
  const button = key.length === 1 && find(`[aria-keyshortcuts="${key.toUpperCase()}"]`, bar());
  const card = document.activeElement?.closest(".shot");
  if (!button || !(some || card)) return;
  event.preventDefault();
  if (some) button.click();
  else judge(card, button);
});
