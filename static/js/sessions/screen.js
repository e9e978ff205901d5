// The clip that is shown, and the next two, which wait ready, silent and at their beginning. No other is loaded.
import { afterFrames } from "../clock.js";
import { find } from "../dom.js";
import { dress, toggle } from "../player.js";

const AHEAD = 2;
const screen = find("#screen");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const loaded = new Map(); // What shows a clip, by its place among all.

// What shows the clip now: a player, or a picture.
const shown = () => find(":scope > :is(video, img)", screen);

/** The player; null where a picture is shown. */
export const video = () => find(":scope > video", screen);

function made({ dataset }) {
  if ("image" in dataset) return Object.assign(new Image(), { alt: "", src: dataset.image });
  const player = document.createElement("video");
  Object.assign(player, { muted: true, loop: true, playsInline: true, preload: "auto", src: dataset.src });
  if (dataset.poster) player.poster = dataset.poster;
  for (const name of ["fps", "seconds", "picture", "proof"]) player.dataset[name] = dataset[name] ?? "";
  return player;
}
function unload(part) {
  part.remove();
  if (!part.matches("video")) return;
  part.pause();
  part.removeAttribute("src");
  part.load();
}

/** Takes over what the page came with: the clip at this place. */
export function adopt(items, place) {
  if (shown()) loaded.set(place, shown());
  load(items, place);
  begin();
}
function load(items, place) {
  const wanted = items.slice(place, place + AHEAD + 1).map((_, n) => place + n);
  for (const [n, part] of loaded) {
    if (wanted.includes(n)) continue;
    unload(part);
    loaded.delete(n);
  }
  for (const n of wanted) {
    if (!loaded.has(n)) loaded.set(n, made(items[n]));
  }
}
function begin() {
  const player = video();
  if (!player) return;
  player.muted = true;
  player.currentTime = 0;
  find('[data-do="sound"]').setAttribute("aria-pressed", "false");
  if (!still.matches) toggle(player, true);
}

/** Shows the clip at this place of all. */
export function put(items, place) {
  const { dataset } = items[place];
  const before = shown();
  load(items, place);
  delete screen.dataset.broken;
  find(".player__cannot", screen).hidden = true;
  find('[data-cannot="play"]', screen).textContent = `This browser cannot play ${dataset.codec}.`;
  find(".player__cannot a", screen).href = `${dataset.file}?download=1`;
  if (before?.isConnected) before.remove();
  screen.prepend(loaded.get(place));
  screen.removeAttribute("data-playing");
  dress();
  begin();
}

/* ---- where the player stands ---- */
const clock = find("#clock");

function follow() {
  requestAnimationFrame(follow);
  const player = video();
  const long = player?.duration || 0;
  if (!long) return;
  clock.max = long;
  if (document.activeElement !== clock || !player.paused) clock.value = player.currentTime;
  clock.setAttribute("aria-valuetext", `${player.currentTime.toFixed(1)} seconds`);
  clock.closest(".timeline__film").style.setProperty("--head", `${(player.currentTime / long) * 100}%`);
}
clock.addEventListener("input", () => { if (video()) video().currentTime = Number(clock.value); });
follow();

function seek(player, t) {
  player.currentTime = Math.min(Math.max(t, 0), Math.max(0, (player.duration || 0) - 0.001));
}

/** Goes on or back by so many seconds. */
export function skip(seconds) {
  const player = video();
  if (player) seek(player, player.currentTime + seconds);
}

/** Stops, and goes on by some frames. */
export function step(frames) {
  const player = video();
  if (!player) return;
  toggle(player, false);
  seek(player, afterFrames(player.currentTime, frames, Number(player.dataset.fps) || 24));
}
