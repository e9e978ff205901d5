// What a person thinks of a clip, sent as the page of the task sends it: one after the other, shown once it is there.
import { all, parsed } from "./dom.js";
import { showToast } from "./notices.js";
import { post, question } from "./requests.js";

let last = Promise.resolve(true);
let sending = 0; // How much has been sent and not been answered.
let leaving = null; // What was pressed meanwhile and leads elsewhere.

async function send(url, body, asker) {
  const answer = await post(url, body, asker);
  if (!answer) return false;
  const toasts = all(".toast", parsed(await answer.text()));
  toasts.forEach((toast) => showToast(document.adoptNode(toast)));
  return true;
}

/** Sends stars or a verdict of a clip. True once the server has it; if it says no, why is said beside `asker`. */
export function give(url, name, value, asker) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", "");
  body.set(name, value);
  sending += 1;
  last = last.then(() => send(url, body, asker)).catch(() => false).finally(() => { sending -= 1; });
  return last;
}

/** Waits until nothing that was sent is on its way any more. False when the last of it was refused. */
export const settled = () => last;

/* ---- the page is left once everything is there; what was refused is said here ---- */
function hold(event, go) {
  event.preventDefault();
  event.stopImmediatePropagation();
  leaving = go;
  last.then((taken) => {
    if (leaving !== go) return;
    leaving = null;
    if (taken) go();
  });
}

/** Lets this form, which leads elsewhere, wait for what is on its way. */
export function holdForm(form) {
  form.addEventListener("submit", (event) => {
    if (sending) hold(event, () => form.requestSubmit(event.submitter));
  });
}

/** Lets the links that lead elsewhere wait for it too. */
export function holdLinks() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const isElsewhere = !link || link.target || link.download || event.ctrlKey || event.metaKey || event.shiftKey;
    if (sending && !isElsewhere && !event.defaultPrevented) hold(event, () => link.click());
  });
}

/** Lights so many of the stars in `part`. */
export function light(part, stars) {
  for (const star of all('[name="stars"]', part)) {
    star.toggleAttribute("data-lit", Number(star.value) <= stars && star.value !== "0");
    star.setAttribute("aria-pressed", Number(star.value) === stars);
  }
}

/** After an opinion was undone: each `data-opinion` of the page as the server has it. Then calls `shown`. */
export function whenUndone(shown = () => {}) {
  document.body.addEventListener("tasks", async () => {
    await last;
    const answer = await question(location.href);
    if (!answer) return;
    for (const part of all("[data-opinion]", parsed(await answer.text()))) {
      document.getElementById(part.id)?.replaceWith(document.adoptNode(part));
    }
    shown();
  });
}
