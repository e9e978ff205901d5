// The one way to the server, and the one rule of what is said when it refuses, fails or does not answer.
import { all, find, isBySelf, parsed } from "./dom.js";
import { clearBeside, lineBroke, lineIsBack, sayBeside } from "./notices.js";

const page = document.body.dataset;
let token = page.token;
let leaving = false; // What a change of page breaks off is no trouble.
addEventListener("pagehide", () => { leaving = true; });
addEventListener("pageshow", () => { leaving = false; });

/** Whose page this is: the id of a person, as text. */
export const person = page.person;

/** The token that forms are sent with. */
export const formToken = () => token;

/** Gives every form of the page the token that a new sign-in has brought. */
export function renewToken(fresh) {
  token = fresh;
  all('input[name="csrfmiddlewaretoken"]').forEach((field) => { field.value = fresh; });
}

/** What every call says: for whose page it asks, and with which token. */
export const headers = () => ({ "X-Person": person, "X-CSRFToken": token, "X-Requested-With": "fetch" });

/* ---- calls ---- */
const isUnreachable = (status) => [0, 502, 503, 504].includes(status);

/** Asks the server, for `seconds` at most. The answer; null when none came, or one from what stands before the server. */
export async function call(url, { seconds = 60, ...how } = {}) {
  const limit = AbortSignal.timeout(seconds * 1000);
  const answer = await fetch(url, { headers: headers(), signal: limit, ...how }).catch(() => null);
  return answer && !(isUnreachable(answer.status) && answer.type !== "opaqueredirect") ? answer : null;
}

/** Posts a body and tells `progress(sent, whole)`, in bytes. The answer, or null as `call` does. */
export function upload(url, body, progress) {
  const sent = new XMLHttpRequest();
  sent.open("POST", url);
  for (const [name, value] of Object.entries(headers())) sent.setRequestHeader(name, value);
  sent.upload.addEventListener("progress", ({ loaded, total }) => progress(loaded, total));
  return new Promise((done) => {
    sent.addEventListener("loadend", () => {
      if (isUnreachable(sent.status)) return done(null);
      const refused = { "X-Refused": sent.getResponseHeader("X-Refused") ?? "" };
      return done(new Response(sent.responseText || null, { status: sent.status, headers: refused }));
    });
    sent.send(body);
  });
}

/* ---- the rule ---- */

/** Whether an answer means that no one is signed in, or that the form's token is another's. */
export const isSignedOut = (status, refused) => status === 401 || refused === "token";

const fault = (status) => (status < 500 ? `The server refused this (${status}).` : `The server failed (${status}).`);

/** Why the server refused, in its own words where it has some. */
export function reason(status, body) {
  const html = parsed(body);
  const words = (find("main p", html) ?? (body.includes("<") ? null : html.body))?.textContent.trim() ?? "";
  if (status < 500 && words && words.length < 300) return words;
  return `${fault(status)} ${status < 500 ? "Nothing was changed." : "See whether it was done before you repeat it."}`;
}

/**
 * Says what became of a call: nothing when it worked, one notice when the line is broken, else why, beside `part`.
 * `status` is 0 when no answer came. `asker` is what was pressed; null: the page asked by itself. Without a part
 * that it asked for, it is said of the whole page, until the next answer.
 */
export function settle(status, body, asker, part = asker) {
  if (isUnreachable(status)) return leaving ? undefined : lineBroke(asker);
  lineIsBack();
  if (status < 400 || status === 422) return clearBeside(part);
  if (!part) return lineBroke(null, fault(status));
  return sayBeside(part, asker || status < 500 ? reason(status, body) : fault(status));
}

/* ---- the rule for what htmx asks ---- */

/** What was pressed, by the `detail` of an event of htmx; null: the page asked by itself. */
export function askerOf({ requestConfig, elt }) {
  return isBySelf(requestConfig) ? null : requestConfig.triggeringEvent?.submitter ?? elt;
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful || detail.xhr.status === 422) settle(detail.xhr.status, "", askerOf(detail), detail.elt);
});
document.addEventListener("htmx:responseError", ({ detail }) => {
  settle(detail.xhr.status, detail.xhr.responseText, askerOf(detail), detail.elt);
});
for (const kind of ["sendError", "timeout", "sendAbort"]) {
  document.addEventListener(`htmx:${kind}`, ({ detail }) => {
    // What was broken off by a newer request is no trouble.
    setTimeout(() => { if (!(kind === "sendAbort" && find(".htmx-request"))) settle(0, "", askerOf(detail)); });
  });
}
