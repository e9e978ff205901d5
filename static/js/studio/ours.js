// What is here already goes into the form: chosen in the drawer, dragged from a page of ours, cropped to the shape.
import { all, find, keepAttribute } from "../dom.js";
import { CLIP } from "../frame.js";
import { focusZone } from "./files.js";
import { askForm, order } from "./order.js";

// What a person folded stays folded.
keepAttribute((name, part) => name === "open" && part.matches("#answering"));

async function give(values) {
  const zone = `f-${values[0].split(" ")[0]}`;
  await askForm("POST", { give: values });
  focusZone(zone);
}

/* ---- the drawer: one press where one is taken, else several in their order ---- */
let chosen = [];
const zoneOf = (list) => all("[data-media]").find((zone) => zone.dataset.media === list.dataset.param);
const left = (zone) => Number(zone.dataset.room) - all("[data-tile]", zone).length;

function mark() {
  const list = find("#asset-list");
  if (!list) return;
  for (const button of all('[name="give"]', list)) {
    const place = chosen.indexOf(button.value);
    if (Number(zoneOf(list)?.dataset.room) > 1) button.setAttribute("aria-pressed", place >= 0);
    if (place >= 0) button.dataset.place = place + 1;
    else delete button.dataset.place;
  }
  const button = find("[data-give-chosen]");
  if (!button) return;
  button.disabled = !chosen.length;
  button.textContent = chosen.length ? `Use ${chosen.length}` : "Use";
}
function choose(button) {
  const zone = zoneOf(button.closest("#asset-list"));
  if (chosen.includes(button.value)) chosen = chosen.filter((value) => value !== button.value);
  else chosen.push(button.value);
  if (left(zone) <= 1 && chosen.length) return use();
  const over = chosen.length - left(zone);
  find("[data-picked]").textContent = over > 0
    ? `There is room for ${left(zone)}: take out ${over}.`
    : `${chosen.length} of ${left(zone)} chosen.`;
  return mark();
}
function use() {
  const values = chosen;
  find("#assets").close();
  give(values);
}
document.addEventListener("close", ({ target }) => { if (target.id === "assets") chosen = []; }, true);
document.addEventListener("click", (event) => {
  const button = event.target.closest?.('#assets [name="give"]');
  if (button && find("#assets").matches("dialog")) {
    event.preventDefault();
    choose(button);
  }
  if (event.target.closest?.("[data-give-chosen]")) use();
});
document.addEventListener("htmx:afterSettle", ({ detail: { target } }) => {
  if (target.closest("#assets")) mark();
});

/* ---- arrows go through what is found ---- */
const STEPS = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 };
document.addEventListener("keydown", (event) => {
  const here = event.target.closest?.('#asset-list [name="give"]');
  const by = STEPS[event.key];
  const fromSearch = event.key === "ArrowDown" && event.target.matches?.('#assets input[type="search"]');
  if (!by || (!here && !fromSearch)) return;
  const buttons = all('#asset-list [name="give"]');
  event.preventDefault();
  const next = buttons[here ? buttons.indexOf(here) + by : 0];
  (next ?? find("#assets input[type=search]")).focus();
  next?.closest("li").scrollIntoView({ block: "nearest" });
});

/* ---- dragged: the server decides what the zone gets of it ---- */
const zones = (kind) => all("[data-media]:has(.drops)").filter((zone) => zone.dataset.kind === kind);
const isOurs = ({ types }) => types.includes(CLIP);

// The zone under the pointer; on the rest of the form a clip goes where clips are taken, else to the first image.
function zoneAt({ target }) {
  const over = target.closest?.("[data-media]:has(.drops)");
  if (over || !target.closest?.("#order")) return over;
  const taking = [...zones("video"), ...zones("image")];
  return taking.find((zone) => left(zone) > 0) ?? taking[0];
}
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (!isOurs(event.dataTransfer) || !order()) return;
    all("[data-over]").forEach((other) => other.removeAttribute("data-over"));
    const zone = kind === "dragleave" ? null : zoneAt(event);
    if (!zone) return;
    event.preventDefault();
    const place = find("[data-place]", zone) ?? find("[data-tile]", zone);
    if (kind === "dragover") return place?.setAttribute("data-over", "");
    if (place) place.dataset.state = "uploading";
    return give([`${zone.dataset.media} ${event.dataTransfer.getData(CLIP)}`]);
  });
}

// Images are cropped to the shape that is chosen: with another one the offers are others.
document.addEventListener("change", ({ target }) => {
  const medias = find("#order .medias");
  if (target.name && target.name === medias?.dataset.follows && find("[data-tile] img", medias)) askForm("POST", { view: "form" });
});

/* ---- the part of an image that is kept: a window of that shape over the original ---- */
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
document.addEventListener("click", (event) => {
  const offer = event.target.closest?.("[data-crop]");
  if (!offer || !dialog()) return;
  event.preventDefault();
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
  frame().focus();
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
