// What a person thinks of a clip, sent as the page of the task sends it: one after the other, shown once it is there.
import { all, parsed } from "./dom.js";
import { underWay } from "./leaving.js";
import { showToast } from "./notices.js";
import { post, question } from "./requests.js";

let last = Promise.resolve(true);

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
  last = underWay(last.then(() => send(url, body, asker)).catch(() => false));
  return last;
}

/** Waits until nothing that was sent is on its way any more. False when the last of it was refused. */
export const settled = () => last;

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
