// Looking into a clip without opening it: eight frames under the pointer, and the clip itself, muted, in its place.
import { find, keepAttribute } from "../dom.js";
import { isTouched } from "./place.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");

// What stands here on a card stays when the card is brought up to date.
keepAttribute((name, part) => ["style", "data-scrub", "data-playing"].includes(name) && part.matches(".shot__frame"));

/* ---- the pointer moves through eight frames ---- */
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

/* ---- keyboard focus, Space and a held finger play the clip ---- */
let playing = null; // The frame of the card in which it plays.

/** Whether the card of this link plays. */
export const isPlaying = (link) => Boolean(playing) && link.contains(playing);

/** Plays the clip of a card, the only one at a time; nothing where this browser has no decoder for it. */
export function play(shot) {
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

/** Stops what plays. */
export function stop() {
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
  if (link?.matches(":focus-visible") && isTouched() && !still.matches) play(link.closest(".shot"));
  else if (!link) stop();
});
document.addEventListener("focusout", (event) => {
  if (event.target.matches(".shot__link")) stop();
});

let held = 0;
let swallow = false; // The click that ends the holding leads nowhere.
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
