// The order form, and its draft, which is kept on the server while a person writes.
import { all, ask, find } from "../dom.js";
import { question } from "../requests.js";
import { call, formToken, isSignedOut, reason } from "../server.js";
import { check, ended, whenBack } from "../session.js";

/* ---- the form comes anew with each answer: it is always looked up, never kept ---- */

/** The form; null on a page that has none. */
export const order = () => find("#order");

/** One of its hidden fields. */
export const hidden = (name) => find(`#order > [name="${name}"]`);

// Whether an answer to the form is on its way.
const isAsking = () => order().classList.contains("htmx-request");

/** Asks for the form anew: with GET as the draft has it, with POST arranged by `values`. */
export function askForm(verb, values) {
  const how = { source: find("#order .studio__tabs"), target: "#order", swap: "morph:outerHTML", values };
  return ask(verb, order().action, how);
}

/* ---- the draft ---- */
const SOON = 400;
const APART = 1000; // No sooner after the last time,
const LONGEST = 3000; // and so often at least while one types on.
const LATER = 5000;
const MOST_ALIVE = 60_000; // A browser lets no more than 64 KiB outlive the page.
let unsaved = false;
let soon = 0;
let saving = null;
let sentAt = -Infinity;
let since = 0; // When the first of the words that are not kept yet was written.

const isElsewhere = () => find("#elsewhere"); // Another tab has written, and the person has not chosen yet.
function keepIn(time) {
  clearTimeout(soon);
  soon = setTimeout(keep, Math.max(time, sentAt + APART - performance.now()));
}

// What stands in the form, without files and what was only pasted to be read.
function written() {
  const body = new FormData();
  for (const [name, value] of new FormData(order())) if (typeof value === "string") body.append(name, value);
  body.delete("pasted");
  return body;
}
function send(body) {
  const weight = [...body.values()].reduce((sum, text) => sum + text.length * 3 + 200, 0);
  body.set("csrfmiddlewaretoken", formToken());
  return call(order().dataset.draft, { method: "POST", body, keepalive: weight < MOST_ALIVE });
}

/** The draft is no longer what the address names, a task or a prompt. */
export function forgetAddress() {
  if (location.search) history.replaceState(history.state, "", location.pathname);
}

/** Keeps the draft now, whether or not it has changed. */
export function keepNow() {
  unsaved = true;
  return keep();
}

/** Keeps what was typed and is not kept yet; until the server has answered. */
export async function keepTyped() {
  await saving;
  if (unsaved) await keep();
}

/** Keeps nothing for now: an order leaves, and its answer brings the next draft. */
export const wait = () => clearTimeout(soon);

async function keep() {
  clearTimeout(soon);
  if (!order() || isElsewhere()) return;
  if (saving) return keepIn(SOON);
  const { model } = order().dataset;
  unsaved = false;
  sentAt = performance.now();
  const body = written();
  saving = send(body);
  const answer = await saving;
  saving = null;
  if (order()?.dataset.model === model) await took(answer, body);
}
async function took(answer, sent) {
  const kept = answer?.ok ? await answer.json().catch(() => null) : null;
  if (kept) {
    hidden("turn").value = kept.turn;
    // What was noted since then is not known there yet.
    for (const name of ["replaces", "moved"]) if (hidden(name).value === sent.get(name)) hidden(name).value = "";
    return sayState("");
  }
  if (answer?.status === 409) {
    find("#elsewhere-here").innerHTML = await answer.text();
    return undefined;
  }
  unsaved = true;
  if (answer?.status === 401) {
    ended();
    return sayState("Not kept yet: you are signed out.");
  }
  sayState(`Not kept yet: ${await why(answer)}`);
  if (answer && isSignedOut(answer.status, answer.headers.get("X-Refused"))) await check().catch(() => {});
  return keepIn(LATER);
}
async function why(answer) {
  if (!answer || answer.ok) return "no answer from the server.";
  return answer.status < 500 ? reason(answer.status, await answer.text()) : `the server failed (${answer.status}).`;
}
function sayState(words) {
  all("#draft-state").forEach((line) => { line.textContent = words; });
}

/* ---- the last words leave before the page does ---- */
function leave() {
  if (!unsaved || !order() || isElsewhere()) return;
  clearTimeout(soon);
  unsaved = false;
  send(written()).then((answer) => { if (!answer?.ok) unsaved = true; });
}
addEventListener("beforeunload", leave);
addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); else follow(); });

/* ---- a form in which nothing waits to be kept follows what was written in another tab ---- */
const isBusy = () => unsaved || saving || isAsking();
async function follow() {
  if (!order() || isBusy() || location.search) return;
  const answer = await question(order().dataset.draft);
  const kept = await answer?.json().catch(() => null);
  if (kept && order() && !isBusy() && kept.turn > Number(hidden("turn").value)) show();
}
function show() {
  const focused = document.activeElement?.closest("#order") ? document.activeElement.id : "";
  document.activeElement?.blur();
  unsaved = false;
  askForm("GET").then(() => document.getElementById(focused)?.focus({ preventScroll: true }));
}
addEventListener("focus", follow);
setTimeout(follow, 700);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theirs]")) { event.preventDefault(); show(); }
});
// A page that the browser has frozen may show words from before, or of another person.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, ({ target }) => {
    if (!target.closest("#order") || !target.name) return;
    if (!unsaved) since = performance.now();
    unsaved = true;
    forgetAddress();
    keepIn(Math.min(SOON, since + LONGEST - performance.now()));
  });
}
whenBack(() => { if (unsaved) keep(); });

/* ---- the counter: once a frame, however fast one types ---- */

// As the server counts: what takes two places in a script is one character.
const characters = (text) => text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);

/** Says how long a prompt is, beside its limit. */
export function count(area) {
  const counter = find(`[data-count="${area.id}"]`);
  if (!counter) return;
  const length = characters(area.value.trim());
  const limit = Number(counter.dataset.limit ?? 0);
  const most = limit ? ` of ${limit.toLocaleString("en")}` : ` character${length === 1 ? "" : "s"}`;
  counter.textContent = `${length.toLocaleString("en")}${most}`;
  counter.classList.toggle("bad", limit > 0 && length > limit);
}
let counting = 0;
function countSoon(area) {
  cancelAnimationFrame(counting);
  counting = requestAnimationFrame(() => count(area));
}

/* ---- what is said of values that came from another model goes with the first edit ---- */
function forgetMarks() {
  const carried = find('#order > [name="carried"]');
  if (!carried?.value) return;
  carried.value = "";
  all("#order .carried").forEach((mark) => mark.remove());
}

document.addEventListener("input", ({ target }) => {
  if (!target.closest("#order")) return;
  if (target.matches("[data-prompt]")) countSoon(target);
  if (target.name) forgetMarks();
});
