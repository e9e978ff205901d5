// Forms that leave their page where it is (data-quiet), and those that lead to another one.
import { all, announce, parsed } from "./dom.js";
import { answered, underWay } from "./leaving.js";
import { showToast } from "./notices.js";
import { mayBeSent, post } from "./requests.js";

/* ---- quiet: the answer is a toast, and what has changed is asked for ---- */
const last = new WeakMap(); // The answer that a form still waits for: a wish follows the one before it.
const pressed = new WeakSet(); // Buttons that wait for it: pressed twice is pressed once.

async function quietly(form, body, asker) {
  const answer = await post(form.action, body, asker);
  if (!answer) {
    form.reset();
    return false;
  }
  const html = parsed(await answer.text());
  form.closest(".toast")?.remove();
  all(".toast", html).forEach((toast) => showToast(document.adoptNode(toast)));
  announce("balance");
  announce("tasks");
  return true;
}
function follow(form, submitter) {
  const body = new FormData(form, submitter ?? null); // As it is now: others may be answered before it.
  const before = last.get(form) ?? Promise.resolve();
  const wish = underWay(before.then(() => quietly(form, body, submitter ?? form)).catch(() => false));
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
  if (!(await answered()) || !(await mayBeSent(submitter ?? form))) return going.delete(form);
  sure.add(form);
  return form.requestSubmit(submitter);
}
addEventListener("pageshow", (event) => {
  if (event.persisted) all("form").forEach((form) => going.delete(form));
});
