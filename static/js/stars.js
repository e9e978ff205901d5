// Stars of models and of the library (data-stars): what is pressed is set, and shown once the server has it.
import { all } from "./dom.js";
import { post } from "./requests.js";

const pressed = new WeakSet(); // Pressed twice is pressed once.

function turn(star, form) {
  const on = star.name === "mark";
  for (const each of all(`[form="${form.id}"]`)) {
    if (each.value !== star.value) continue;
    each.name = on ? "unmark" : "mark";
    each.setAttribute("aria-pressed", on);
  }
}
document.addEventListener("submit", async (event) => {
  const { target: form, submitter: star } = event;
  if (!form.matches("[data-stars]")) return;
  event.preventDefault();
  if (pressed.has(star)) return;
  pressed.add(star);
  if (await post(form.action, new FormData(form, star), star)) turn(star, form);
  pressed.delete(star);
});
