// The studio: views of a task, takes, seed, keys, and what is being made. Everything survives htmx swaps.
import "../frame.js";
import "./library.js";
import "./ours.js";
import "./wish.js";
import { all, find, isUnfolded, keepAttribute, later } from "../dom.js";
import { focusZone } from "./files.js";
import { askForm, count, isAsking, order } from "./order.js";

keepAttribute(isUnfolded);
const changed = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));

/* ---- views ---- */
let view = "form";
function showView(name) {
  view = name;
  all("[data-view]").forEach((tab) => tab.setAttribute("aria-pressed", tab.dataset.view === name));
  all("[data-pane]").forEach((pane) => { pane.hidden = pane.dataset.pane !== name; });
}

/* ---- takes, seed ---- */
function step(by) {
  const takes = find("#takes");
  const next = Math.min(Number(takes.max), Math.max(1, (Number(takes.value) || 1) + by));
  if (next === Number(takes.value)) return;
  takes.value = next;
  changed(takes);
}
function random({ random: id, low, high }) {
  const field = document.getElementById(id);
  const from = Number(low || 0);
  const to = Number(high || 2147483647);
  field.value = from + Math.floor(Math.random() * (to - from + 1));
  changed(field);
}

/* ---- buttons ---- */
async function arrange(button) {
  const [zone, tile] = [button.closest("[data-media], fieldset.field"), button.closest("[data-tile]")];
  const at = zone ? all("[data-tile]", zone).indexOf(tile) : -1;
  await askForm("POST", { [button.name]: button.value });
  if (zone) focusZone(zone.id, at);
}
const presses = {
  "[data-view]": (tab) => showView(tab.dataset.view),
  "[data-step]": (stepper) => step(Number(stepper.dataset.step)),
  "[data-random]": (dice) => random(dice.dataset),
  "[data-arranges]": arrange,
};
document.addEventListener("click", (event) => {
  for (const [selector, press] of Object.entries(presses)) {
    const pressed = event.target.closest(selector);
    if (!pressed) continue;
    event.preventDefault();
    press(pressed);
  }
});

/* ---- typing, keys ---- */
document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-slides]")) {
    const field = document.getElementById(target.dataset.slides);
    field.value = target.value;
    changed(field);
  }
  all(`[data-slides="${target.id}"]`).forEach((slider) => { slider.value = target.value || target.placeholder; });
});

const opens = { KeyM: "#model", KeyL: "#open-library", KeyP: "#open-presets" };
document.addEventListener("keydown", (event) => {
  if (!order()) return;
  // Return in a field of one line never spends anything.
  if (event.key === "Enter" && event.target.matches("#order input:not([type=checkbox], [type=file])")) {
    event.preventDefault();
    if (event.target.matches("[data-address]")) event.target.blur();
  }
  if (find("dialog[open]")) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.preventDefault();
    const send = find(event.shiftKey ? "#send-first" : "#send");
    if (!event.repeat && send && !send.disabled && !isAsking()) send.click();
  }
  const opener = event.altKey && opens[event.code];
  if (!opener) return;
  event.preventDefault();
  find(opener).click();
});

/* ---- what only the dialogs need comes when somebody is about to open one ---- */
for (const kind of ["pointerover", "focusin", "click"]) {
  document.addEventListener(kind, ({ target }) => {
    const dialog = target.closest?.("#model, #open-library") && find("#models");
    if (dialog) later(dialog.dataset.module).catch(() => {});
  }, true);
}

/* ---- after every swap ---- */
function dress() {
  if (view !== "form") showView(view);
  all("[data-prompt]").forEach(count);
}
// The first thing that is wrong in the form has the focus.
function showWrong() {
  showView("form");
  const wrong = find('#order [aria-invalid="true"], #order .media:has(.error)');
  (wrong?.matches("input, textarea, select") ? wrong : wrong?.querySelector("input") ?? find("#before button"))?.focus();
}
document.addEventListener("htmx:afterSettle", ({ detail: { target, xhr } }) => {
  dress();
  if (target.id !== "order") return;
  // The title names the model, whatever brought another one.
  document.title = `${find("#model strong").textContent} · ${document.title.split(" · ").at(-1)}`;
  if (xhr?.status === 422) showWrong();
});
document.addEventListener("filled", () => {
  showWrong();
  if (!find('#order [aria-invalid="true"], #order .media .error')) find("[data-prompt]")?.focus();
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  // The price of a model that is not shown any more.
  if (detail.target.id === "quote" && !document.body.contains(detail.target)) detail.shouldSwap = false;
});
// What is said at a field is said of the field, too.
document.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
  const told = document.getElementById(detail.target.id);
  if (!told?.classList.contains("errors")) return;
  const field = find(`[aria-describedby~="${told.id}"]`);
  if (!field?.id || told.id !== `${field.id}-error`) return;
  if (find(".error", told)) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
});

dress();
const prompt = find("[data-prompt]");
if (prompt && matchMedia("(hover: hover) and (min-width: 48.01rem)").matches && document.activeElement === document.body) {
  prompt.focus({ preventScroll: true });
  prompt.setSelectionRange(prompt.value.length, prompt.value.length);
}

/* ---- what is pasted to fill the form is no part of it: it is neither kept nor priced ---- */
for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => { if (event.target.name === "pasted") event.stopPropagation(); }, true);
}
document.addEventListener("click", ({ target }) => {
  const pencil = target.closest("[data-edit]");
  if (!pencil) return;
  const area = find("#pasted");
  area.value = find(pencil.dataset.edit).textContent;
  area.focus();
  area.setSelectionRange(0, 0);
});
