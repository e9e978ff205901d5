// The studio: views of a task, takes, seed, keys, and what is being made. Everything survives htmx swaps.
import "../player.js";
import { all, find, isUnfolded, keepAttribute, later } from "../dom.js";
import { CLIP } from "../frame.js";
import { whenWanted } from "../wanted.js";
import { askForm, count, order } from "./order.js";
import { press } from "./send.js";
import { focusZone } from "./zones.js";

keepAttribute(isUnfolded);
keepAttribute((name, part) => name === "hidden" && part.matches("[data-script]"));
keepAttribute((name, part) => name === "open" && part.matches("#answering")); // What a person folded stays folded.
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

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-address]") && target.value.trim()) askForm("POST", { view: "form" });
  // Images are cropped to the shape that is chosen: with another one the offers are others.
  const medias = find("#order .medias");
  if (target.name && target.name === medias?.dataset.follows && find("[data-tile] img", medias)) askForm("POST", { view: "form" });
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
    if (!event.repeat && send) press(send);
  }
  const opener = event.altKey && opens[event.code];
  if (!opener) return;
  event.preventDefault();
  find(opener).click();
});

/* ---- what only some presses need comes when somebody is about to press ---- */
const walks = ({ key, altKey, ctrlKey, metaKey, shiftKey }) => altKey && !ctrlKey && !metaKey && !shiftKey && /^Arrow(Up|Down)$/.test(key);
const isCarried = ({ dataTransfer }) => order() && ["Files", CLIP].some((type) => dataTransfer?.types.includes(type));

whenWanted(find("#library").dataset.module, "#model, #library-links, [data-walk], #filled", {
  click: ({ target }) => target.closest("[data-fills], [data-unfills], [data-walk]"),
  keydown: (event) => walks(event) && event.target.matches("[data-prompt], [data-walk], body") && !find("dialog[open]"),
});
whenWanted(find("#assets").dataset.module, "[data-media]", {
  click: ({ target }) => target.closest("[data-play], [data-crop]"),
  change: ({ target }) => target.matches("[data-place] input[type=file]"),
  paste: ({ clipboardData }) => clipboardData?.files.length && find("[data-media] .drops") && !find("dialog[open]"),
  dragover: isCarried,
  drop: isCarried,
});
whenWanted(find("#now").dataset.module, "#now", {
  keydown: ({ code, ctrlKey, metaKey, target }) => code === "KeyX" && !ctrlKey && !metaKey && target.closest?.(".job"),
});
// A link may lead straight to the choice of a model.
if (location.hash === "#model") later(find("#models").dataset.module).catch(() => {});

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

/* ---- neither a file nor what is pasted to fill the form is kept or priced as it is ---- */
for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const { name, type } = event.target;
    if (name === "pasted" || (kind === "input" && type === "file")) event.stopPropagation();
  }, true);
}
document.addEventListener("click", ({ target }) => {
  const pencil = target.closest("[data-edit]");
  if (!pencil) return;
  const area = find("#pasted");
  area.value = find(pencil.dataset.edit).textContent;
  area.focus();
  area.setSelectionRange(0, 0);
});
