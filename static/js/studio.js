// The studio: views, counter, takes, what is being made, the newest clip. Everything survives htmx swaps.
"use strict";

// A player that is shown already is left alone, so that it keeps playing.
Idiomorph.defaults.callbacks.beforeNodeMorphed = (old, next) => !(old.classList?.contains("player") && old.id && old.id === next.id);

const order = () => find("#order");
const ask = (values) =>
  htmx.ajax("POST", order().action, { source: find("#order .studio__tabs"), target: "#order", swap: "morph:outerHTML", values }).catch(() => {}); // The failure is said by requests.js.

// What somebody unfolded stays unfolded.
Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node, change) => !(name === "open" && change === "remove" && node.matches("details"));

/* ---- views, counter, takes, seed ---- */
let view = "form";
function showView(name) {
  view = name;
  all("[data-view]").forEach((tab) => tab.setAttribute("aria-pressed", tab.dataset.view === name));
  all("[data-pane]").forEach((pane) => { pane.hidden = pane.dataset.pane !== name; });
}

function count(area) {
  const counter = find(`[data-count="${area.id}"]`);
  if (!counter) return;
  const length = [...area.value.trim()].length;
  const limit = Number(counter.dataset.limit ?? 0);
  counter.textContent = limit ? `${length.toLocaleString("en")} of ${limit.toLocaleString("en")}` : `${length.toLocaleString("en")} characters`;
  counter.classList.toggle("bad", limit > 0 && length > limit);
}

function step(by) {
  const takes = find("#takes");
  const next = Math.min(Number(takes.max), Math.max(1, (Number(takes.value) || 1) + by));
  if (next === Number(takes.value)) return;
  takes.value = next;
  takes.dispatchEvent(new Event("input", { bubbles: true }));
}

function random({ random: id, low, high }) {
  const field = document.getElementById(id);
  const from = Number(low || 0);
  const to = Number(high || 2147483647);
  field.value = from + Math.floor(Math.random() * (to - from + 1));
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  const tab = on("[data-view]");
  if (tab) { event.preventDefault(); showView(tab.dataset.view); }

  const stepper = on("[data-step]");
  if (stepper) step(Number(stepper.dataset.step));

  const dice = on("[data-random]");
  if (dice) random(dice.dataset);

  const arranges = on("[data-arranges]");
  if (arranges) { event.preventDefault(); ask({ [arranges.name]: arranges.value }); }

  if (on(".pick")) find("#models").close?.();

  const fill = on("[data-fill]");
  if (fill && find("[data-prompt]")) { event.preventDefault(); usePrompt(fill.closest(".lib__item").querySelector(".lib__text").textContent); }
});

// Replaces the words so that undo brings the old ones back.
function usePrompt(text) {
  find("#library").close();
  showView("form");
  const area = find("[data-prompt]");
  area.focus();
  area.select();
  if (!document.execCommand("insertText", false, text)) {
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/* ---- the newest clip ---- */
function play(action, player) {
  const video = find("video", player);
  if (action === "play") { if (video.paused) video.play(); else video.pause(); }
  if (action === "full") video.requestFullscreen?.();
  if (action === "sound") {
    video.muted = !video.muted;
    find('[data-player="sound"]', player).setAttribute("aria-pressed", !video.muted);
  }
}
document.addEventListener("click", (event) => {
  const player = event.target.closest(".latest .player");
  const button = event.target.closest("[data-player]");
  if (button) play(button.dataset.player, player);
  else if (player && event.target.matches("video")) play("play", player);
});
for (const kind of ["play", "pause", "timeupdate"]) {
  document.addEventListener(kind, (event) => {
    const player = event.target.closest?.(".latest .player");
    if (!player) return;
    player.toggleAttribute("data-playing", !event.target.paused);
    find('[data-player="play"]', player).setAttribute("aria-label", event.target.paused ? "Play" : "Pause");
    find("[data-clock]", player).textContent = `${clockText(event.target.currentTime)} of ${clockText(event.target.duration || 0)}`;
  }, true);
}

// The panel beside the list tells of the model under the pointer or the focus.
for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, (event) => {
    const pick = event.target.closest?.(".pick");
    if (pick) all("[data-about]").forEach((side) => { side.hidden = side.dataset.about !== pick.dataset.model; });
  });
}

/* ---- typing, keys ---- */
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-prompt]")) count(event.target);
});

document.addEventListener("keydown", (event) => {
  if (!order()) return;
  const layer = find("dialog[open]");
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && !layer) {
    event.preventDefault();
    const send = find("#send");
    if (!event.repeat && !send.disabled && !order().classList.contains("htmx-request")) send.click();
  }
  if (event.altKey && event.code === "KeyM" && !layer) { event.preventDefault(); find("#model").click(); }
  if (event.altKey && event.code === "KeyL" && !layer) { event.preventDefault(); find("#open-library").click(); }
  // Return in a field of one line never spends anything.
  if (event.key === "Enter" && event.target.matches("#order input:not([type=checkbox])")) {
    event.preventDefault();
    if (event.target.matches("[data-address]")) event.target.blur();
  }
});

/* ---- what ended is said aloud, once ---- */
const states = () => new Map(all("#now .job").map((job) => [job.id, job.dataset.state]));
let seen = null;
function sayEnded() {
  const before = seen ?? states();
  seen = states();
  const words = [];
  for (const job of all("#now .job")) {
    if (!before.has(job.id) || before.get(job.id) === job.dataset.state) continue;
    if (!["ready", "failed", "refused", "unconfirmed"].includes(job.dataset.state)) continue;
    words.push(`${find(".job__prompt", job).textContent.trim().slice(0, 60)}: ${find(".state", job).textContent.trim()}`);
  }
  if (words.length) find("#said").textContent = words.join(". ");
}

/* ---- after every swap ---- */
function dress() {
  all("[data-random]").forEach((button) => { button.hidden = false; });
  for (const player of all(".latest .player")) {
    find("video", player).controls = false;
    find(".player__bar", player).hidden = false;
  }
  if (view !== "form") showView(view);
  all("[data-prompt]").forEach(count);
}
document.addEventListener("htmx:afterSettle", (event) => {
  dress();
  if (event.detail.target.id === "now") sayEnded();
  if (event.detail.target.id === "order" && event.detail.xhr?.status === 422) {
    showView("form");
    const wrong = find('#order [aria-invalid="true"], #order .media:has(.error)');
    (wrong?.matches("input, textarea, select") ? wrong : wrong?.querySelector("input") ?? find("#before button"))?.focus();
  }
});
document.addEventListener("htmx:beforeSwap", (event) => {
  // The price of a model that is not shown any more.
  if (event.detail.target.id === "quote" && !document.body.contains(event.detail.target)) event.detail.shouldSwap = false;
});
document.addEventListener("htmx:oobAfterSwap", (event) => {
  all("#toasts .toast").forEach(fade);
  // What is said at a field is said of the field, too.
  const told = document.getElementById(event.detail.target.id);
  if (!told?.classList.contains("errors")) return;
  const field = find(`[aria-describedby~="${told.id}"]`);
  if (field?.id && told.id === `${field.id}-error`) {
    if (find(".error", told)) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
});

/* ---- Now: the newest card is in view, and nobody's clip is exchanged under the hand ---- */
let newestCard = find("#now .job")?.id;
function showNewest() {
  const newest = find("#now .job")?.id;
  if (newest && newest !== newestCard) find("#strip").scrollLeft = 0;
  newestCard = newest;
}
// The clip that is played, pointed at or in focus stays where it is, even when a newer one arrives.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.id !== "now" || event.detail.path.includes("shown=")) return;
  const used = find(".latest:hover, .latest:focus-within") ?? all("#now video").find((video) => !video.paused)?.closest(".latest");
  if (used) event.detail.parameters.stays = used.dataset.task;
});
document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.target.id === "now") showNewest(); });

document.addEventListener("DOMContentLoaded", () => {
  dress();
  sayEnded();
  const prompt = find("[data-prompt]");
  if (prompt && matchMedia("(hover: hover) and (min-width: 48.01rem)").matches && document.activeElement === document.body) {
    prompt.focus({ preventScroll: true });
    prompt.setSelectionRange(prompt.value.length, prompt.value.length);
  }
});
