// Wishes that follow one another (`hx-sync` with a queue): stars, verdicts, comments, what is done with chosen clips. Each
// is sent as it was made, after the one before it.
import { underWay } from "./leaving.js";

/* ---- one after the other ---- */
const lines = new Map(); // Wishes that wait, by the line in which they stand.
const under = new Set(); // The lines of which one is on its way.

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

document.addEventListener("htmx:beforeSend", ({ detail: { xhr, requestConfig } }) => {
  const line = lineOf(requestConfig);
  if (!line) return;
  under.add(line);
  underWay(new Promise((end) => {
    xhr.addEventListener("loadend", () => {
      under.delete(line);
      next(line);
      end(xhr.status >= 200 && xhr.status < 400);
    });
  }));
});
