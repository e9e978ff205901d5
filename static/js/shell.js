// What every page does, signed in or not: layers, the theme, keys, what is said of answers, parts that need script.
import { all, ready, remember, reveal } from "./dom.js";
import "./keyboard.js";
import { say } from "./notices.js";
import "./server.js";

const root = document.documentElement;

function setTheme(chosen) {
  root.dataset.theme = chosen.value;
  remember("theme", chosen.value);
  all('button[name="theme"]').forEach((b) => b.setAttribute("aria-current", b === chosen));
}

// A click on the backdrop closes a layer, unless something was typed in it.
function closeByBackdrop(layer, { clientX, clientY }) {
  if (layer.hasAttribute("data-typed")) return;
  const box = layer.getBoundingClientRect();
  if (clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom) layer.close();
}
document.addEventListener("input", (event) => {
  event.target.closest("dialog")?.setAttribute("data-typed", "");
});

document.addEventListener("click", (event) => {
  const theme = event.target.closest('button[name="theme"]');
  if (theme) {
    event.preventDefault();
    setTheme(theme);
  }

  const act = event.target.closest("[data-act]")?.dataset.act;
  if (act === "dismiss") event.target.closest(".toast").remove();
  if (act === "close") event.target.closest("dialog").close();
  if (event.target.matches("dialog[open]")) closeByBackdrop(event.target, event);
});

// Layers that htmx has filled open by themselves. What was asked from within one opens nothing: it may be closed meanwhile.
const fromWithin = new WeakSet();

function layerOf(part) {
  const layer = part.matches?.("[data-layer-part]") ? part.closest("[data-opens]") : part;
  return layer?.matches?.("[data-opens]") ? layer : null;
}
const isOpen = (layer) => layer.matches(":popover-open, [open]");

document.addEventListener("htmx:beforeRequest", ({ detail: { target, xhr } }) => {
  const layer = layerOf(target);
  if (layer && isOpen(layer)) fromWithin.add(xhr);
  else if (layer) ready(layer).catch(() => {}); // What it needs comes while its answer is on its way.
});
document.addEventListener("htmx:afterSettle", ({ detail: { target, xhr } }) => {
  reveal();
  const layer = layerOf(target);
  if (layer && !isOpen(layer) && !fromWithin.has(xhr)) open(layer);
});
async function open(layer) {
  if (!(await ready(layer).catch(() => null))) return say("It cannot be loaded just now. Press again.", "error");
  if (isOpen(layer)) return undefined;
  return layer.matches("dialog") ? layer.showModal() : layer.showPopover();
}
reveal();
