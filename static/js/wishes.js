// Wishes that follow one another (`hx-sync` with a queue): stars, verdicts, comments, what is done with chosen clips. Each
// leaves as it was made, after the one before it, and the page is left when all are answered.
import { find } from "./dom.js";
import { say } from "./notices.js";

/* ---- one after the other ---- */
const lines = new Map(); // Wishes that wait, by the line in which they stand.
const under = new Map(); // The request that is on its way, by its line.

// The line of what an element sends, by the selector of what `hx-sync` names; empty for anything that does not wait.
function lineOf({ elt, verb }) {
  const part = elt.closest("[hx-sync]");
  const [who = "", how = ""] = part?.getAttribute("hx-sync").split(":") ?? [];
  if (verb !== "post" || !how.startsWith("queue")) return "";
  return who === "this" ? `#${part.id}` : who;
}

/** Whether a request, by its `requestConfig`, is a wish that stands in a line. */
export const isWish = (config) => Boolean(lineOf(config));

// Of a form that is not there any more nothing is sent: then it is the turn of the next.
function next(line) {
  const waiting = lines.get(line) ?? [];
  while (!under.has(line) && waiting.length) waiting.shift()();
}
// Before htmx looks at what is on its way: it would keep one button and one state of the form for all.
document.addEventListener("htmx:confirm", (event) => {
  const line = lineOf(event.detail);
  if (!line || !under.has(line)) return;
  event.preventDefault();
  if (!lines.has(line)) lines.set(line, []);
  lines.get(line).push(() => event.detail.issueRequest(true));
});

/* ---- as it was made, whatever is chosen, typed or pressed before it leaves ---- */
const made = new WeakMap(); // The fields of a form, by the event that sent it.

document.addEventListener("submit", (event) => {
  if (lineOf({ elt: event.target, verb: event.target.method })) made.set(event, new FormData(event.target, event.submitter));
}, true);
document.addEventListener("htmx:configRequest", ({ detail: { triggeringEvent, formData } }) => {
  const fields = made.get(triggeringEvent);
  if (!fields) return;
  const token = formData.get("csrfmiddlewaretoken");
  for (const name of [...formData.keys()]) formData.delete(name);
  for (const [name, value] of fields) formData.append(name, value);
  if (token) formData.set("csrfmiddlewaretoken", token);
});

/* ---- a link waits until all are answered, and is followed at once when it is pressed again after a while ---- */
const PATIENCE = 3000;
let leaving = null; // The link, and since when it waits.

function leave() {
  const { link } = leaving;
  leaving = null;
  link.click();
}
document.addEventListener("htmx:beforeSend", ({ detail: { xhr, requestConfig } }) => {
  const line = lineOf(requestConfig);
  if (!line) return;
  under.set(line, xhr);
  xhr.addEventListener("loadend", () => {
    under.delete(line);
    if (xhr.status < 200 || xhr.status > 399) leaving = null; // What went wrong is said here.
    next(line);
    if (leaving && !under.size) leave();
  });
});
const isHere = (link) => link.pathname === location.pathname && link.search === location.search && link.hash;
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const isElsewhere = link && !link.target && !link.download && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!isElsewhere || !under.size || event.defaultPrevented || isHere(link)) return;
  const isInsisting = leaving?.link === link && performance.now() - leaving.since > PATIENCE;
  if (isInsisting) return;
  event.preventDefault();
  if (leaving?.link === link) return;
  const waits = { link, since: performance.now() };
  leaving = waits;
  setTimeout(() => {
    if (leaving === waits) say("What you pressed before is still on its way. Press again to leave without waiting.");
  }, PATIENCE);
});
