// The part of an image that is kept: a window of the shape over the original.
import { find, ready } from "../dom.js";
import { lineBroke } from "../notices.js";
import { askForm } from "./order.js";
import { focusZone } from "./zones.js";

const dialog = () => find("#crop");
const frame = () => find(".crop__window");
let cut = null; // The original's size, the shape, the part that is kept, in pixels of the original, and for which button.

const largest = () => Math.min(cut.width, cut.height * cut.ratio);
const between = (low, value, high) => Math.min(Math.max(value, low), high);

function showCut() {
  const high = cut.wide / cut.ratio;
  const sides = { "--x": cut.x / cut.width, "--y": cut.y / cut.height, "--w": cut.wide / cut.width, "--h": high / cut.height };
  for (const [name, part] of Object.entries(sides)) frame().style.setProperty(name, `${part * 100}%`);
  find("#crop-size").value = Math.round((cut.wide / largest()) * 100);
  find("#crop-facts").textContent = `${Math.round(cut.wide)} × ${Math.round(high)} of ${cut.width} × ${cut.height} pixels`;
}
function move(x, y) {
  cut.x = between(0, x, cut.width - cut.wide);
  cut.y = between(0, y, cut.height - cut.wide / cut.ratio);
  showCut();
}
// Around its middle.
function size(part) {
  const middle = [cut.x + cut.wide / 2, cut.y + cut.wide / cut.ratio / 2];
  cut.wide = largest() * between(0.1, part, 1);
  move(middle[0] - cut.wide / 2, middle[1] - cut.wide / cut.ratio / 2);
}

/* ---- opened by the offer on a tile ---- */
async function open(offer) {
  if (!(await ready(dialog()).catch(() => null))) return lineBroke(offer);
  const { crop, ratio, src, width, height, box } = offer.dataset;
  cut = { width: Number(width), height: Number(height), ratio: Number(ratio), value: offer.value };
  const [x, y, wide] = box ? box.split(",").map(Number) : [0, 0, cut.width];
  cut.wide = Math.min(wide, largest());
  find("[data-crop-shape]").textContent = crop;
  find("[data-crop-image]").src = src;
  find(".crop__image").style.setProperty("--ratio", `${width} / ${height}`);
  dialog().showModal();
  const middle = [(cut.width - cut.wide) / 2, (cut.height - cut.wide / cut.ratio) / 2];
  move(...(box ? [x, y] : middle));
  return frame().focus();
}
document.addEventListener("click", (event) => {
  const offer = event.target.closest?.("[data-crop]");
  if (!offer || !dialog()) return;
  event.preventDefault();
  open(offer);
});
async function keepCut() {
  dialog().close();
  const box = [cut.x, cut.y, cut.wide].map(Math.round).join(",");
  await askForm("POST", { crop: `${cut.value} ${box}` });
  focusZone(`f-${cut.value.split(" ")[0]}`);
}
document.addEventListener("click", (event) => { if (event.target.closest?.("[data-crop-do]")) keepCut(); });

/* ---- by the pointer, by keys, by the slider ---- */
document.addEventListener("pointerdown", (event) => {
  if (!event.target.matches?.(".crop__window")) return;
  event.preventDefault();
  frame().focus();
  frame().setPointerCapture(event.pointerId);
  const scale = cut.width / find(".crop__image").getBoundingClientRect().width;
  const from = { x: cut.x - event.clientX * scale, y: cut.y - event.clientY * scale };
  frame().onpointermove = ({ clientX, clientY }) => move(from.x + clientX * scale, from.y + clientY * scale);
  frame().onpointerup = frame().onpointercancel = () => { frame().onpointermove = null; };
});
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SIZES = { "+": 1.05, "=": 1.05, "-": 1 / 1.05 };
document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.(".crop__window")) return;
  const [way, factor] = [WAYS[event.key], SIZES[event.key]];
  const step = (cut.width / 100) * (event.shiftKey ? 10 : 1);
  if (!way && !factor && event.key !== "Enter") return;
  event.preventDefault();
  if (way) move(cut.x + way[0] * step, cut.y + way[1] * step);
  else if (factor) size((cut.wide / largest()) * factor);
  else keepCut();
});
document.addEventListener("input", ({ target }) => { if (target.id === "crop-size") size(Number(target.value) / 100); });
document.addEventListener("wheel", (event) => {
  if (!event.target.closest?.(".crop__image")) return;
  event.preventDefault();
  size((cut.wide / largest()) * (event.deltaY < 0 ? 1.05 : 1 / 1.05));
}, { passive: false });
