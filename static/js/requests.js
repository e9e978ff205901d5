// What a page asks: again after a sign-in, and with every failure said, whether htmx asks or a script.
import { all, ask, askAgain, isBySelf, isPressed } from "./dom.js";
import { clearBeside, lineBroke, lineIsBack, sayBeside } from "./notices.js";
import { askerOf, call, formToken, headers, isSignedOut, settle } from "./server.js";
import { ended, isOver, regain, whenBack } from "./session.js";
import { isWish } from "./wishes.js";

const NOT_SENT = "You are signed out: this was not sent. What you typed is still here.";
const waiting = new Map(); // What htmx asked while signed out: every wish, and else the last of each element.

/* ---- what htmx asks ---- */
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const { "X-Requested-With": _, ...ours } = headers();
  Object.assign(detail.headers, ours);
  if (detail.parameters.csrfmiddlewaretoken) detail.parameters.csrfmiddlewaretoken = formToken();
});
// No one looks at a hidden page, and no one is asked for what a signed-out page wants to show.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (isBySelf(event.detail.requestConfig) && (document.hidden || isOver())) event.preventDefault();
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, requestConfig, elt } = event.detail;
  if (!isSignedOut(xhr.status, xhr.getResponseHeader("X-Refused"))) return;
  event.preventDefault();
  if (isBySelf(requestConfig)) return ended();
  waiting.set(isWish(requestConfig) ? xhr : elt, event.detail);
  if (xhr.status !== 401) return signInAndSend();
  ended();
  return isPressed(requestConfig) ? whenStill(signInAndSend) : undefined;
});

/** Lets every part of the page that polls ask at once. */
export function askPolls() {
  all('[hx-get][hx-trigger*="every"]').forEach(askAgain);
}

/* ---- again after a sign-in ---- */
// Whoever is typing is not interrupted.
let typed = -Infinity;
document.addEventListener("input", () => { typed = performance.now(); }, true);
function whenStill(go) {
  const left = typed + 1200 - performance.now();
  if (left > 0) setTimeout(whenStill, left, go);
  else go();
}
async function signInAndSend() {
  const asked = [...waiting.values()];
  const back = await regain().catch(() => null);
  if (back) return sendWaiting();
  waiting.clear();
  for (const detail of asked) {
    if (back === null) lineBroke(askerOf(detail));
    else sayBeside(detail.elt, NOT_SENT);
  }
  return undefined;
}
function sendWaiting() {
  const asked = [...waiting.values()];
  waiting.clear();
  asked.filter(({ elt }) => elt.isConnected).forEach(repeat);
}
function repeat({ requestConfig: { verb, path, elt, triggeringEvent, formData }, etc }) {
  if (formData.has("csrfmiddlewaretoken")) formData.set("csrfmiddlewaretoken", formToken());
  const { targetOverride: target, swapOverride: swap, select, push } = etc;
  return ask(verb, path, { source: elt, event: triggeringEvent, target, swap, select, push, values: formData });
}
whenBack(sendWaiting);

/* ---- what scripts ask ---- */

/** Asks by itself. The answer when it is good, else null: a broken line and the end of the session are said. */
export async function question(url) {
  const answer = await call(url, { seconds: 20 });
  if (answer?.status === 401) ended();
  else if (answer?.status !== 403) settle(answer?.status ?? 0, "", null); // No role any more: what is pressed next says so.
  return answer?.ok ? answer : null;
}

/** Posts a form. The answer when it is good, else null: what became of it is said beside `asker`. */
export async function post(url, body, asker) {
  for (let tries = 0; tries < 3; tries += 1) {
    if (body.has("csrfmiddlewaretoken")) body.set("csrfmiddlewaretoken", formToken());
    const answer = await call(url, { method: "POST", body });
    const signedOut = answer && isSignedOut(answer.status, answer.headers.get("X-Refused"));
    if (!signedOut) {
      settle(answer?.status ?? 0, answer?.ok ? "" : await answer?.text(), asker);
      return answer?.ok ? answer : null;
    }
    const back = await regain().catch(() => null);
    if (back === null) lineBroke(asker);
    else if (!back) sayBeside(asker, NOT_SENT);
    if (!back) return null;
  }
  sayBeside(asker, "The server does not know this page any more. Load it again.");
  return null;
}

/** Whether the page may send now, asking for the password if need be; if not, why is said beside `asker`. */
export async function mayBeSent(asker) {
  const back = await regain().catch(() => null);
  if (back === null) lineBroke(asker);
  else if (!back) sayBeside(asker, NOT_SENT);
  if (!back) return false;
  lineIsBack();
  clearBeside(asker);
  return true;
}
