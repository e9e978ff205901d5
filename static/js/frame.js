// What every page does: layers, theme, rail, ages that tick, keys.
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
  if (act === "close") event.target.closest("dialog").close();

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
// The browser's clock may be wrong: times are counted by the server's, which each page and each news brings.
let ahead = 0;
const serverNow = () => Date.now() + ahead;
function setClock(server, since = 0) {
  if (server) ahead = Number(server) + since - Date.now();
}
const arrived = performance.getEntriesByType("navigation")[0]?.responseStart || performance.now();
setClock(document.body.dataset.now, performance.now() - arrived);

function showAges() {
  const now = serverNow();
  for (const el of all("time[data-ago], time[data-since]")) {
    const seconds = (now - Date.parse(el.dateTime)) / 1000;
    const text = el.hasAttribute("data-since") ? clockText(seconds) : ageText(seconds);
    if (el.textContent !== text) el.textContent = text;
  }
}
setInterval(showAges, 1000);

// Dialogs that htmx has filled open by themselves.
document.addEventListener("htmx:afterSettle", (event) => {
  const dialog = event.detail.target.closest?.("dialog[data-opens]");
  if (dialog && !dialog.open) dialog.showModal();
});

// Single keys mean what the Latin keyboard has in their place, whatever the layout: a digit too where it needs Shift,
// as in France. None while somebody types, chooses from an input method, or holds a modifier.
const MARKS = { Comma: ",<", Period: ".>", Slash: "/?", BracketLeft: "[{" };
function singleKey(event) {
  const field = event.target.closest?.("input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  const held = event.ctrlKey || event.metaKey || event.altKey || event.getModifierState("AltGraph");
  if (held || field || event.isComposing || event.keyCode === 229) return "";
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key.length === 1 && !event.shiftKey && /^Digit/.test(event.code) && !/[[/,.<>?]/.test(key)) return event.code.at(-1);
  if (key.length > 1 || /[\x20-\x7e]/.test(key)) return key;
  const [, latin] = /^(?:Key|Digit)(.)$/.exec(event.code) ?? [];
  return latin?.toLowerCase() ?? MARKS[event.code]?.[event.shiftKey ? 1 : 0] ?? "";
}

// Return that is held presses a button once.
document.addEventListener("keydown", (event) => {
  if (event.repeat && event.key === "Enter" && event.target.closest?.("button, summary, a")) event.preventDefault();
});

let going = -Infinity; // When G was pressed.
document.addEventListener("keydown", (event) => {
  const key = singleKey(event);
  if (!key || event.repeat || event.defaultPrevented || find("dialog[open]")) return;
  if (performance.now() - going < 1200) {
    const link = all("[data-go]").find((other) => other.dataset.go === key);
    going = -Infinity;
    if (link) { event.preventDefault(); link.click(); return; }
  }
  if (key === "g") going = performance.now();
  if (key === "?") find("#keys")?.showModal();
  if (key === "[" && find('[data-act="rail"]')) foldRail();
  if (key === "/") {
    const field = find('[data-key="/"]');
    if (field) { event.preventDefault(); field.focus(); }
  }
});
