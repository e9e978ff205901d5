// Forms that leave their page where it is (data-quiet), those that lead to another one, and choosing many for one.
import { all, announce, find, keepAttribute, keepContent, parsed } from "./dom.js";
import { onKey } from "./keyboard.js";
import { showToast } from "./notices.js";
import { mayBeSent, post } from "./requests.js";

/* ---- quiet: the answer is a toast, and what has changed is asked for ---- */
const last = new WeakMap(); // The answer that a form still waits for: a wish follows the one before it.
const pressed = new WeakSet(); // Buttons that wait for it: pressed twice is pressed once.

async function quietly(form, submitter) {
  const body = new FormData(form, submitter ?? null);
  const answer = await post(form.action, body, submitter ?? form);
  if (!answer) return form.reset();
  const html = parsed(await answer.text());
  form.closest(".toast")?.remove();
  all(".toast", html).forEach((toast) => showToast(document.adoptNode(toast)));
  announce("balance");
  return announce("tasks");
}
function follow(form, submitter) {
  const wish = (last.get(form) ?? Promise.resolve()).then(() => quietly(form, submitter)).catch(() => {});
  last.set(form, wish);
  return wish;
}
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-quiet]")) return;
  event.preventDefault();
  const button = event.submitter ?? event.target;
  if (pressed.has(button)) return;
  pressed.add(button);
  follow(event.target, event.submitter).then(() => pressed.delete(button));
});
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-quiet]");
  if (form) follow(form);
});

/* ---- stars: what is pressed is set, and shown once the server has it ---- */
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

/* ---- others: nothing typed goes to a page that says no, and nothing is sent twice ---- */
const going = new WeakSet();
const sure = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[data-plain], [data-quiet], [data-stars]")) return;
  if (sure.delete(form)) return;
  event.preventDefault();
  if (!going.has(form)) go(form, event.submitter);
});
async function go(form, submitter) {
  going.add(form);
  setTimeout(() => going.delete(form), 10000);
  if (!(await mayBeSent(submitter ?? form))) return going.delete(form);
  sure.add(form);
  return form.requestSubmit(submitter);
}
addEventListener("pageshow", (event) => {
  if (event.persisted) all("form").forEach((form) => going.delete(form));
});

/* ---- choosing many: by the box, by X in its row or card, with Shift from the last one on ---- */
const TICKBOX = ".tickbox";
let latest = ""; // The id of the box that was used last.

// A poll knows nothing of what is chosen meanwhile.
keepAttribute((name, part) => name === "checked" && part.matches(TICKBOX));
keepContent((old) => old.matches("[data-chosen]"));

function chooseFrom(other, box) {
  const boxes = all(TICKBOX);
  const ends = [boxes.findIndex((one) => one.id === other), boxes.indexOf(box)];
  if (ends[0] < 0) return;
  for (const one of boxes.slice(Math.min(...ends), Math.max(...ends) + 1)) one.checked = box.checked;
}
function chose(box, shift) {
  if (shift) chooseFrom(latest, box);
  latest = box.id;
  count();
}
function count() {
  const chosen = all(`${TICKBOX}:checked`).length;
  for (const words of all("[data-chosen]")) words.textContent = words.dataset.chosen.replace("#", chosen || "the");
}
document.addEventListener("click", ({ target, shiftKey }) => {
  if (target.matches(TICKBOX)) chose(target, shiftKey);
});
onKey((key, event) => {
  const row = key === "x" && document.activeElement?.closest("tr, .job, .shot");
  const box = row && find(TICKBOX, row);
  if (!box) return;
  event.preventDefault();
  box.checked = !box.checked;
  chose(box, event.shiftKey);
});
document.addEventListener("reset", () => setTimeout(count));
document.addEventListener("htmx:afterSettle", count);
