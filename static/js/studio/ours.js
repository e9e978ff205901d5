// What is here already goes into the form: chosen in the drawer, dragged from a page of ours.
import { all, find } from "../dom.js";
import { CLIP } from "../frame.js";
import { askForm, order } from "./order.js";
import { focusZone } from "./zones.js";

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
mark(); // The first answer may have come before this.

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
