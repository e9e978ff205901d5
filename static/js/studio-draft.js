// The draft is kept on the server while somebody writes, and an order whose answer was lost is asked for by its key.
"use strict";

const SOON = 400;
let unsaved = false;
let soon = 0;
let saving = null;

// What stands in the form, without files.
function written() {
  const body = new FormData();
  for (const [name, value] of new FormData(order())) if (typeof value === "string") body.append(name, value);
  return body;
}
const hidden = (name) => find(`#order > [name="${name}"]`);
const draftSays = (text) => { const line = find("#draft-state"); if (line) line.textContent = text; };

// A browser lets no more than 64 KiB outlive the page.
const MOST_ALIVE = 60_000;
function send(body) {
  const weight = [...body.values()].reduce((sum, text) => sum + text.length * 3 + 200, 0);
  body.set("csrfmiddlewaretoken", session.token);
  return fetch(order().dataset.draft, { method: "POST", body, headers: session.headers(), keepalive: weight < MOST_ALIVE });
}

function changed() {
  unsaved = true;
  // What is edited now is the draft, no longer the task or prompt that the address names.
  if (location.search) history.replaceState(history.state, "", location.pathname);
  clearTimeout(soon);
  soon = setTimeout(keepDraft, SOON);
}

async function keepDraft() {
  clearTimeout(soon);
  if (!order() || find("#elsewhere")) return;
  if (saving) { soon = setTimeout(keepDraft, SOON); return; }
  const model = order().dataset.model;
  unsaved = false;
  saving = send(written());
  const answer = await saving.catch(() => null);
  saving = null;
  if (order()?.dataset.model !== model) return;
  if (answer?.status === 409) {
    find("#elsewhere-here").innerHTML = await answer.text();
  } else if (answer?.status === 401) {
    unsaved = true;
    session.ended();
    draftSays("Not kept yet: you are signed out.");
  } else if (answer?.ok) {
    hidden("turn").value = (await answer.json()).turn;
    hidden("replaces").value = "";
    draftSays("");
  } else {
    unsaved = true;
    draftSays("Not kept yet: no answer from the server.");
    soon = setTimeout(keepDraft, 5000);
  }
}

// The last words leave before the page does.
function leave() {
  if (!unsaved || !order() || find("#elsewhere")) return;
  clearTimeout(soon);
  unsaved = false;
  send(written()).catch(() => { unsaved = true; });
}
window.addEventListener("beforeunload", leave);
window.addEventListener("pagehide", leave);

// A form in which nothing waits to be kept follows what was written in another tab.
const busy = () => unsaved || saving || order().classList.contains("htmx-request");
async function follow() {
  if (!order() || busy() || location.search) return;
  const answer = await fetch(order().dataset.draft, { headers: session.headers() }).catch(() => null);
  if (!answer?.ok) return;
  const { turn } = await answer.json();
  if (order() && !busy() && turn > Number(hidden("turn").value)) showDraft();
}
function showDraft() {
  const focused = document.activeElement?.closest("#order") ? document.activeElement.id : "";
  document.activeElement?.blur();
  unsaved = false;
  htmx.ajax("GET", order().action, { source: find("#order .studio__tabs"), target: "#order", swap: "morph:outerHTML" }).then(() => {
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  });
}
document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); else follow(); });
window.addEventListener("focus", follow);
session.whenBack(() => { if (unsaved) keepDraft(); });
// A page that the browser has frozen may show words from before, or of somebody else.
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
document.addEventListener("DOMContentLoaded", () => { setTimeout(follow, 700); });

document.addEventListener("input", (event) => { if (event.target.closest("#order") && event.target.name) changed(); });
document.addEventListener("change", (event) => { if (event.target.closest("#order") && event.target.name) changed(); });
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theirs]")) { event.preventDefault(); showDraft(); }
});

/* ---- an order, and what became of it ---- */
const isOrder = (event) => event.detail.elt.id === "order" && event.detail.requestConfig?.verb === "post";

// Where the form came back anew, it is the draft; after an order that says that its answer has come.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "order" || event.detail.requestConfig?.verb !== "post" || event.detail.xhr.status >= 400) return;
  if (location.search) history.replaceState(history.state, "", location.pathname);
  unsaved = true;
  keepDraft();
});
document.addEventListener("htmx:beforeRequest", (event) => { if (isOrder(event)) clearTimeout(soon); });

for (const lost of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(lost, (event) => {
    if (!isOrder(event) || (lost === "htmx:responseError" && event.detail.xhr.status < 500)) return;
    event.stopPropagation();
    const { again, order_key } = event.detail.requestConfig.parameters;
    findOut(again || order_key);
  }, true);
}

function fate(text, kind, asking = false) {
  const line = find("#fate");
  line.textContent = text;
  line.dataset.kind = kind;
  line.hidden = false;
  line.toggleAttribute("data-says-line", asking);
  if (asking) notices.lineIsBack();
}

// Nobody knows yet whether the order was placed: ask until somebody does.
async function findOut(key) {
  const before = hidden("order_key").value;
  const address = order().dataset.wish.replace(before, key);
  fate("No answer came. Finding out whether it was ordered…", "warn", true);
  for (let wait = 1000; hidden("order_key")?.value === before; wait = Math.min(wait * 2, 15000)) {
    await new Promise((done) => { setTimeout(done, wait); });
    const answer = await fetch(address, { headers: session.headers() }).catch(() => null);
    if (answer?.status === 401) session.ended();
    if (!answer?.ok || hidden("order_key")?.value !== before) continue;
    const became = await answer.json();
    fate(became.text, became.placed ? "good" : "warn");
    if (!became.placed) return;
    hidden("order_key").value = became.key;
    order().dataset.wish = became.url;
    find("#before")?.remove();
    unsaved = true;
    htmx.trigger(document.body, "tasks");
    htmx.trigger(document.body, "balance");
    keepDraft();
    return;
  }
}
