// What every page does: layers, theme, rail, ages that tick, toasts, keys.
"use strict";

const root = document.documentElement;
const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const keep = (name, value) => { document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`; };
const typing = (event) => event.target.closest("input, textarea, select, [contenteditable]");

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();

  const theme = event.target.closest('button[name="theme"]');
  if (theme) {
    event.preventDefault();
    root.dataset.theme = theme.value;
    keep("theme", theme.value);
    all('button[name="theme"]').forEach((b) => b.setAttribute("aria-current", b === theme));
  }

  const act = event.target.closest("[data-act]")?.dataset.act;
  if (act === "rail") foldRail();
  if (act === "dismiss") event.target.closest(".toast").remove();

  // A click on the backdrop closes a layer, unless something was typed in it.
  const layer = event.target.matches("dialog[open]") ? event.target : null;
  if (layer && !layer.hasAttribute("data-typed")) {
    const box = layer.getBoundingClientRect();
    const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
    if (outside) layer.close();
  }
});

document.addEventListener("input", (event) => {
  event.target.closest("dialog")?.setAttribute("data-typed", "");
});

function foldRail() {
  const folded = root.dataset.rail !== "collapsed";
  if (folded) root.dataset.rail = "collapsed";
  else delete root.dataset.rail;
  keep("rail", folded ? "folded" : "open");
  find('[data-act="rail"]').setAttribute("aria-expanded", !folded);
}

// Ages and clocks tick here, so that nothing has to be fetched for them.
function ageText(seconds) {
  if (seconds < 10) return "just now";
  for (const [size, name] of [[86400, "d"], [3600, "h"], [60, "min"]]) {
    if (seconds >= size) return `${Math.floor(seconds / size)} ${name} ago`;
  }
  return `${Math.floor(seconds)} s ago`;
}
function clockText(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
function tick() {
  const now = Date.now();
  for (const el of all("time[data-ago], time[data-since]")) {
    const seconds = (now - Date.parse(el.dateTime)) / 1000;
    const text = el.hasAttribute("data-since") ? clockText(seconds) : ageText(seconds);
    if (el.textContent !== text) el.textContent = text;
  }
}
setInterval(tick, 1000);

// Toasts go by themselves, errors stay.
function showToast(node) {
  find("#toasts").append(node);
  fade(node);
}
function fade(toast) {
  if (toast.dataset.kind !== "error") setTimeout(() => toast.remove(), 6000);
}
all(".toast").forEach(fade);

document.addEventListener("htmx:sendError", () => trouble("The server cannot be reached. What you typed is still here."));
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 403) trouble("You may not do that, or you were signed out. Load the page again.");
  else if (event.detail.requestConfig?.verb !== "get") trouble(`The server answered ${status}. Nothing was changed.`);
});
let troubled = 0;
function trouble(text) {
  if (Date.now() - troubled < 10000) return;
  troubled = Date.now();
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.kind = "error";
  const words = document.createElement("p");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn--ghost btn--sm";
  close.dataset.act = "dismiss";
  close.textContent = "Close";
  toast.append(words, close);
  showToast(toast);
}

// Dialogs that htmx has filled open by themselves.
document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.detail.target.closest?.("dialog[data-opens]");
  if (dialog && !dialog.open) dialog.showModal();
});

// Single letters never act while typing or with a modifier held.
let going = 0;
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event) || find("dialog[open]")) return;
  if (Date.now() - going < 1200) {
    const link = find(`[data-go="${event.key.toLowerCase()}"]`);
    going = 0;
    if (link) { event.preventDefault(); link.click(); return; }
  }
  if (event.key === "g") going = Date.now();
  if (event.key === "?") find("#keys")?.showModal();
  if (event.key === "[") foldRail();
  if (event.key === "/") {
    const field = find('[data-key="/"]');
    if (field) { event.preventDefault(); field.focus(); }
  }
});
