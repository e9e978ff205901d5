// The gallery: poster size, previews, menus of the filters, moving by keys.
"use strict";

// Poster size, remembered by this browser.
function size(step) {
  root.dataset.density = step;
  const slider = find("#density");
  if (!slider) return;
  slider.value = step;
  slider.style.setProperty("--p", `${(step - 1) * 25}%`);
}
const remembered = () => Number(localStorage.getItem("density")) || 3;
size(remembered());

document.addEventListener("input", (event) => {
  if (event.target.id === "density") {
    localStorage.setItem("density", event.target.value);
    size(Number(event.target.value));
  }
  if (event.target.id === "q") {
    clearTimeout(pause);
    pause = setTimeout(() => event.target.form.requestSubmit(), 350);
  }
});
let pause = 0;

// What script has put into a card stays when the card is morphed, and so does what is being typed.
const reckon = Idiomorph.defaults;
reckon.callbacks.beforeAttributeUpdated = (name, node) =>
  !(name === "style" || name === "data-scrub" || name === "data-playing") || !node.matches(".shot__frame, #density");

document.addEventListener("htmx:afterSettle", () => size(remembered()));

// The place that is left for a clip is in the address, so that Back finds it also when the browser kept nothing.
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
function comeBack() {
  const card = location.hash.startsWith("#shot-") && document.getElementById(location.hash.slice(1));
  if (!card || touched) return;
  find(".shot__link", card).focus({ preventScroll: true });
  const page = find("#main");
  const scroller = page.scrollHeight > page.clientHeight && getComputedStyle(page).overflowY !== "visible" ? page : window;
  const top = history.state?.top ?? window.innerHeight / 3;
  scroller.scrollBy({ top: card.getBoundingClientRect().top - top, behavior: "instant" });
}
if (location.hash === "#q") find("#q").focus();

// Once at once and once when everything has its size; a page that the browser kept learns what has changed meanwhile.
comeBack();
addEventListener("pageshow", (event) => {
  if (!event.persisted) comeBack();
  else htmx.ajax("GET", location.pathname + location.search, { source: "#gallery-tools", target: "#gallery", select: "#gallery", swap: "morph:outerHTML" });
});

// Paper shows every poster.
addEventListener("beforeprint", () => all("img[loading=lazy]").forEach((image) => { image.loading = "eager"; }));

// Filters hang from their pills and close when one is chosen; the focus goes back to the pill.
let pill = "";
document.addEventListener("click", (event) => {
  const inside = event.target.closest(".gallery__menu a, .gallery__menu [type=submit], .pill__off");
  if (inside) pill = inside.closest(".gallery__menu")?.id ?? inside.closest(".pill").id.replace("pill-", "f-");
});
document.addEventListener("htmx:afterSettle", () => {
  if (!pill) return;
  find(`[popovertarget="${pill}"]`)?.focus({ preventScroll: true });
  pill = "";
});
document.addEventListener("beforetoggle", (event) => {
  if (event.newState !== "open" || !event.target.matches(".gallery__menu")) return;
  const pill = find(`[popovertarget="${event.target.id}"]`).closest(".pill").getBoundingClientRect();
  const x = Math.min(pill.left, window.innerWidth - 200);
  event.target.style.setProperty("--x", `${Math.max(8, x)}px`);
  event.target.style.setProperty("--y", `${pill.bottom + 6}px`);
}, true);
document.addEventListener("click", (event) => {
  if (event.target.closest(".gallery__menu a")) event.target.closest("[popover]").hidePopover();
});
document.addEventListener("submit", (event) => {
  if (event.target.matches(".gallery__menu")) event.target.hidePopover();
});

// The pointer moves through eight frames of the clip.
const still = matchMedia("(prefers-reduced-motion: reduce)");
document.addEventListener("pointermove", (event) => {
  const frame = event.target.closest?.(".shot")?.querySelector(".shot__frame[data-strip]");
  if (!frame || !frame.dataset.strip || event.pointerType === "touch" || still.matches || "playing" in frame.dataset) return;
  const box = frame.getBoundingClientRect();
  const x = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 0.999);
  if (!find(".shot__strip", frame)) {
    const strip = Object.assign(new Image(), { className: "shot__strip", alt: "", src: frame.dataset.strip });
    strip.dataset.kept = "";
    find(".shot__head", frame).before(strip);
  }
  frame.dataset.scrub = "";
  frame.style.setProperty("--f", `${(Math.floor(x * 8) / 7) * 100}%`);
  frame.style.setProperty("--x", `${x * box.width}px`);
});
document.addEventListener("pointerout", (event) => {
  const shot = event.target.closest?.(".shot");
  if (shot && !shot.contains(event.relatedTarget)) delete find(".shot__frame", shot).dataset.scrub;
});

// Keyboard focus and a held finger play the clip, muted, in its place.
let playing = null;
function play(shot) {
  const frame = find(".shot__frame[data-clip]", shot);
  if (!frame || frame === playing) return;
  stop();
  const video = document.createElement("video");
  if (frame.dataset.proof && !video.canPlayType(frame.dataset.proof)) return;
  Object.assign(video, { muted: true, loop: true, playsInline: true, preload: "none", src: frame.dataset.clip });
  video.addEventListener("error", () => { if (video.isConnected && video.error) stop(); });
  video.dataset.kept = "";
  find(".shot__head", frame).before(video);
  frame.dataset.playing = "";
  playing = frame;
  video.play().catch(() => {});
}
function stop() {
  if (!playing) return;
  const video = find("video", playing);
  video?.removeAttribute("src");
  video?.load();
  video?.remove();
  delete playing.dataset.playing;
  playing = null;
}
document.addEventListener("focusin", (event) => {
  const link = event.target.closest(".shot__link");
  if (link?.matches(":focus-visible") && touched && !still.matches) play(link.closest(".shot"));
  else if (!link) stop();
});
document.addEventListener("focusout", (event) => {
  if (event.target.matches(".shot__link")) stop();
});

let held = 0;
let swallow = false;
document.addEventListener("touchstart", (event) => {
  const shot = event.target.closest(".shot");
  clearTimeout(held);
  if (shot) held = setTimeout(() => { swallow = true; play(shot); }, 400);
  else stop();
}, { passive: true });
for (const end of ["touchend", "touchmove", "touchcancel"]) {
  document.addEventListener(end, () => clearTimeout(held), { passive: true });
}
document.addEventListener("click", (event) => {
  if (swallow && event.target.closest(".shot__link")) event.preventDefault();
  swallow = false;
}, true);
document.addEventListener("contextmenu", (event) => {
  if (swallow && event.target.closest(".shot")) event.preventDefault();
});

// Arrows move from card to card, Space previews, / searches.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event) || find("dialog[open], :popover-open")) return;
  if (event.key === "/") {
    event.preventDefault();
    find("#q").focus();
    return;
  }
  const here = document.activeElement.closest?.(".shot__link");
  if (event.key === " " && here) {
    event.preventDefault();
    if (playing && here.contains(playing)) stop();
    else play(here.closest(".shot"));
    return;
  }
  const links = all(".shot__link");
  const next = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (next && links.length) {
    event.preventDefault();
    links[here ? links.indexOf(here) + next : 0]?.focus();
  }
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && here) {
    const target = nearest(here, links, event.key === "ArrowDown" ? 1 : -1);
    if (target) { event.preventDefault(); target.focus(); }
  }
});
function nearest(here, links, way) {
  const box = (link) => link.getBoundingClientRect();
  const middle = (link) => box(link).left + box(link).width / 2;
  const rows = links.filter((link) => way * (box(link).top - box(here).top) > 8);
  const top = way * Math.min(...rows.map((link) => way * box(link).top));
  const row = rows.filter((link) => Math.abs(box(link).top - top) < 8);
  return row.sort((a, b) => Math.abs(middle(a) - middle(here)) - Math.abs(middle(b) - middle(here)))[0];
}
