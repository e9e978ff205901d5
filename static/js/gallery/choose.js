// Clips that are chosen, and judged together: by the bar, or by its keys; without any the card in focus.
import { all, ask, find, keepAttribute } from "../dom.js";
import { countChosen } from "../choosing.js";
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

// All of the view is all that is ticked, and what has not been loaded.
document.addEventListener("change", ({ target }) => {
  if (target.id !== "all-of-it") return;
  for (const box of all(".shot__tick")) box.checked = target.checked;
  countChosen();
});
document.addEventListener("unchosen", () => { if (find("#all-of-it")) find("#all-of-it").checked = false; });

/* ---- keys ---- */
// The form knows the button that was pressed in it last, and may ask for all of the view: nothing of that is meant.
function judge(card, { name, value }) {
  const form = bar();
  const box = find(".shot__tick", card);
  const values = { all: "", stars: "", verdict: "", do: "", task: box?.value, [name]: value };
  if (box) ask("POST", form.action, { source: form, swap: "none", values });
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
