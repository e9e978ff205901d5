// The clip of the task page: its timeline, single frames, speed.
import { afterFrames, frameText } from "../clock.js";
import { find } from "../dom.js";
import { deeds, toggle } from "../player.js";

const SPEEDS = [0.25, 0.5, 1, 1.5, 2];

/** The clip; null where this page has none. */
export const video = find("#video");
const fps = Number(video?.dataset.fps) || 24;

/** How long a frame is shown, in seconds. */
export const frame = 1 / fps;
const seconds = () => (Number.isFinite(video.duration) ? video.duration : Number(video.dataset.seconds)) || 0;
const shown = new EventTarget();

/** Calls `go` each time that another moment may be shown. */
export const whenShown = (go) => shown.addEventListener("shown", go);

/** The frame at a time in seconds, of this clip. */
export const code = (t) => frameText(t, fps);

function show() {
  const clock = find("#clock");
  const t = video.currentTime;
  if (document.activeElement !== clock || !video.paused) clock.value = t;
  clock.setAttribute("aria-valuetext", `${t.toFixed(1)} seconds`);
  clock.closest(".timeline__film").style.setProperty("--head", `${(t / (seconds() || 1)) * 100}%`);
  find("[data-timecode]").textContent = code(t);
  shown.dispatchEvent(new Event("shown"));
}

/** Goes to a time in seconds. */
export function seek(t) {
  video.currentTime = Math.min(Math.max(t, 0), Math.max(0, seconds() - 0.001));
  show();
}

/** Pauses, and goes on by some frames. */
export function step(frames) {
  toggle(video, false);
  seek(afterFrames(video.currentTime, frames, fps));
}

/** Goes one speed up or down. */
export function faster(by) {
  const next = SPEEDS[SPEEDS.indexOf(video.playbackRate) + by];
  setSpeed(next ?? (by > 0 ? SPEEDS.at(-1) : SPEEDS[0]));
}
function setSpeed(speed) {
  video.playbackRate = speed;
  find("[data-speed]").textContent = `${speed}×`;
}

Object.assign(deeds, {
  back: () => step(-1),
  on: () => step(1),
  speed: () => setSpeed(SPEEDS[(SPEEDS.indexOf(video.playbackRate) + 1) % SPEEDS.length]),
  loop: (_, button) => { video.loop = !video.loop; button.setAttribute("aria-pressed", video.loop); },
});

let following = 0;
function follow() {
  cancelAnimationFrame(following);
  show();
  if (!video.paused) following = requestAnimationFrame(follow);
}
if (video) {
  for (const event of ["play", "pause"]) video.addEventListener(event, follow);
  for (const event of ["seeked", "loadedmetadata", "ended"]) video.addEventListener(event, show);
  find("#clock").addEventListener("input", (event) => seek(Number(event.target.value)));
  show();
  document.addEventListener("click", ({ target }) => {
    const mark = target.closest("[data-at]");
    if (!mark) return;
    toggle(video, false);
    seek(Number(mark.dataset.at));
    if (mark.closest(".timeline")) find(mark.getAttribute("href"))?.scrollIntoView({ block: "nearest" });
  });
}

/* ---- where the page was opened for: a comment at its moment ---- */
const opened = video && location.hash.startsWith("#c") && document.getElementById(location.hash.slice(1));
const moment = opened && find("[data-at]", opened);
if (moment) {
  const go = () => seek(Number(moment.dataset.at));
  if (video.readyState > 0) go();
  else video.addEventListener("loadedmetadata", go, { once: true });
}

/* ---- the frame at which the player stands is what its button sends ---- */
document.addEventListener("submit", ({ target }) => {
  if (target.id === "this-frame") target.elements.at.value = video.currentTime.toFixed(3);
}, true);
