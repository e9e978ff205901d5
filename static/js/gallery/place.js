// Where a person is in the gallery, and how large: the size of the posters, and the card to come back to.
import { all, ask, find, keepAttribute } from "../dom.js";

/* ---- poster size, remembered by this browser ---- */
function size(step) {
  document.documentElement.dataset.density = step;
  const slider = find("#density");
  if (!slider) return;
  slider.value = step;
  slider.style.setProperty("--p", `${(step - 1) * 25}%`);
}
const remembered = () => Number(localStorage.getItem("density")) || 3;
size(remembered());
document.addEventListener("htmx:afterSettle", () => size(remembered()));
document.addEventListener("input", (event) => {
  if (event.target.id !== "density") return;
  localStorage.setItem("density", event.target.value);
  size(Number(event.target.value));
});
keepAttribute((name, part) => name === "style" && part.matches("#density"));

/* ---- the place that is left for a clip is in the address, so that Back finds it also when the browser kept nothing ---- */
const WHOLE = 240; // Cards that the server shows from the newest on (views/gallery DEEP).
document.addEventListener("click", (event) => {
  const card = event.target.closest(".shot__link")?.closest(".shot");
  if (!card || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const whole = !find(".gallery__back") && all(".gallery__day .shot").length <= WHOLE;
  const url = new URL(location.href);
  url.searchParams.delete("before");
  url.searchParams.set("upto", (whole && find("[data-upto]")?.dataset.upto) || card.dataset.place);
  url.hash = card.id;
  history.replaceState({ ...history.state, top: card.getBoundingClientRect().top }, "", url);
});

let touched = false;
for (const kind of ["wheel", "touchstart", "keydown", "pointerdown"]) {
  addEventListener(kind, () => { touched = true; }, { passive: true, capture: true });
}

/** Whether anything was done on the page since it came. */
export const isTouched = () => touched;

function comeBack() {
  const card = location.hash.startsWith("#shot-") && document.getElementById(location.hash.slice(1));
  if (!card || touched) return;
  find(".shot__link", card).focus({ preventScroll: true });
  const page = find("#main");
  const scroller = page.scrollHeight > page.clientHeight && getComputedStyle(page).overflowY !== "visible" ? page : window;
  const top = history.state?.top ?? innerHeight / 3;
  scroller.scrollBy({ top: card.getBoundingClientRect().top - top, behavior: "instant" });
}

// Once at once and once when everything has its size; a page that the browser kept learns what has changed meanwhile.
comeBack();
addEventListener("pageshow", (event) => {
  if (!event.persisted) return comeBack();
  const how = { source: "#gallery-tools", target: "#gallery", select: "#gallery", swap: "morph:outerHTML" };
  return ask("GET", location.pathname + location.search, how);
});

// Paper shows every poster.
addEventListener("beforeprint", () => all("img[loading=lazy]").forEach((image) => { image.loading = "eager"; }));
