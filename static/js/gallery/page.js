// The gallery: the search as it is typed, the menus of the filters, and moving from card to card by keys.
import "../frame.js";
import "./choose.js";
import "./place.js";
import { all, find } from "../dom.js";
import { onKey } from "../keyboard.js";
import { isPlaying, play, stop } from "./preview.js";

const PAUSE = 350; // Of a person who types.
let soon = 0;
document.addEventListener("input", (event) => {
  if (event.target.id !== "q") return;
  clearTimeout(soon);
  soon = setTimeout(() => event.target.form.requestSubmit(), PAUSE);
});
if (location.hash === "#q") find("#q").focus();
// A filter that is chosen before what is typed was asked for takes it along.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const field = find("#q");
  const isFilter = detail.elt.matches("#gallery-tools :is(a, .gallery__menu)");
  if (!isFilter || field.value === field.defaultValue) return;
  clearTimeout(soon);
  const address = new URL(detail.path, location.href);
  address.searchParams.delete("q");
  detail.path = address.pathname + address.search;
  detail.parameters.q = field.value;
});

/* ---- filters hang from their pills and close when one is chosen; the focus goes back to the pill ---- */
let pill = ""; // The one whose menu was used.
document.addEventListener("click", ({ target }) => {
  const inside = target.closest(".gallery__menu a, .gallery__menu [type=submit], .pill__off");
  if (inside) pill = inside.closest(".gallery__menu")?.id ?? inside.closest(".pill").id.replace("pill-", "f-");
  if (target.closest(".gallery__menu a")) target.closest("[popover]").hidePopover();
});
document.addEventListener("submit", (event) => {
  if (event.target.matches(".gallery__menu")) event.target.hidePopover();
});
document.addEventListener("htmx:afterSettle", () => {
  if (!pill) return;
  find(`[popovertarget="${pill}"]`)?.focus({ preventScroll: true });
  pill = "";
});
document.addEventListener("beforetoggle", ({ newState, target }) => {
  if (newState !== "open" || !target.matches(".gallery__menu")) return;
  const box = find(`[popovertarget="${target.id}"], [hx-target="#${target.id}"]`).closest(".pill").getBoundingClientRect();
  target.style.setProperty("--x", `${Math.max(8, Math.min(box.left, innerWidth - 200))}px`);
  target.style.setProperty("--y", `${box.bottom + 6}px`);
}, true);

/* ---- arrows move from card to card, Space previews ---- */
function nearest(here, links, way) {
  const box = (link) => link.getBoundingClientRect();
  const middle = (link) => box(link).left + box(link).width / 2;
  const rows = links.filter((link) => way * (box(link).top - box(here).top) > 8);
  const top = way * Math.min(...rows.map((link) => way * box(link).top));
  const row = rows.filter((link) => Math.abs(box(link).top - top) < 8);
  return row.sort((a, b) => Math.abs(middle(a) - middle(here)) - Math.abs(middle(b) - middle(here)))[0];
}
// The card that a key leads to from `here`, a card or nothing.
function nextCard(key, here) {
  const links = all(".shot__link");
  const aside = { ArrowRight: 1, ArrowLeft: -1 }[key];
  if (aside) return links[here ? links.indexOf(here) + aside : 0];
  const way = here && { ArrowDown: 1, ArrowUp: -1 }[key];
  return way ? nearest(here, links, way) : undefined;
}
onKey((key, event) => {
  if (event.target.closest?.("input")) return; // The slider has arrows of its own.
  const here = document.activeElement?.closest(".shot__link");
  if (key === " " && here) {
    event.preventDefault();
    if (isPlaying(here)) stop();
    else play(here.closest(".shot"));
  }
  const next = nextCard(key, here);
  if (!next) return;
  event.preventDefault();
  next.focus();
});
