// The player: our own controls over a clip, wherever one is shown, and a word where this browser cannot play it.
import { clockText } from "./clock.js";
import { all, find } from "./dom.js";
import { call } from "./server.js";

const VIDEO = ".player video";
const near = (part) => part.closest(":has([data-do])"); // What a clip and its controls have in common.

/** Plays or pauses. */
export function toggle(video, on = video.paused) {
  if (on) video.play().catch(() => {});
  else video.pause();
}

/** Shows a clip on the whole screen, or no longer. */
export function fullScreen(video) {
  if (document.fullscreenElement) document.exitFullscreen();
  else (video.requestFullscreen ?? video.webkitEnterFullscreen)?.call(video);
}

/** What the buttons do, by their `data-do`: `(video, button)`. A page with more buttons adds theirs. */
export const deeds = {
  play: (video) => toggle(video),
  sound: (video) => { video.muted = !video.muted; },
  full: fullScreen,
};

document.addEventListener("click", ({ target }) => {
  // With the browser's own controls, on the whole screen, it does that itself.
  if (target.matches(VIDEO) && !target.controls) toggle(target);
  const button = target.closest("[data-do]");
  const around = button?.closest(":has(video)");
  if (around) deeds[button.dataset.do](find("video", around), button);
});

/* ---- what the controls show ---- */
const shows = {
  play: showState,
  pause: showState,
  volumechange: (video) => find('[data-do="sound"]', near(video))?.setAttribute("aria-pressed", !video.muted),
  timeupdate: (video) => {
    const clock = find("[data-clock]", near(video));
    if (clock) clock.textContent = `${clockText(video.currentTime)} of ${clockText(video.duration || 0)}`;
  },
};
function showState(video) {
  video.closest(".player").toggleAttribute("data-playing", !video.paused);
  find('[data-do="play"]', near(video)).setAttribute("aria-label", video.paused ? "Play" : "Pause");
}
for (const [kind, show] of Object.entries(shows)) {
  document.addEventListener(kind, ({ target }) => { if (target.matches?.(VIDEO)) show(target); }, true);
}
document.addEventListener("fullscreenchange", () => {
  all(VIDEO).forEach((video) => { video.controls = document.fullscreenElement === video; });
});

/** Gives players that have come our controls in place of the browser's, and says where one cannot play. */
export function dress() {
  for (const bar of all(".player__bar")) bar.hidden = false;
  for (const video of all(VIDEO)) {
    if (document.fullscreenElement !== video) video.controls = false;
    judge(video);
  }
}

/* ---- clips that this browser cannot play ---- */

function sayCannot(video, what) {
  const player = video.closest(".player");
  const note = find(".player__cannot", player);
  if (!note) return;
  for (const line of all("[data-cannot]", note)) line.hidden = line.dataset.cannot !== what;
  note.hidden = false;
  player.dataset.broken = what;
  video.controls = false;
  const offer = what === "play" && find(":scope > #rendition", player.parentElement);
  if (offer) offer.hidden = false;
}

// A broken line and a missing file look like a missing decoder: only the server knows.
async function askWhy(video) {
  const answer = await call(video.currentSrc || video.src, { method: "HEAD" });
  sayCannot(video, answer?.ok && !answer.redirected ? "play" : "reach");
}
// Without a decoder for the picture, a browser plays the sound alone.
const isBlind = (video) => Number(video.dataset.picture) > 0 && video.readyState > 0 && !video.videoWidth;
function judge(video) {
  const refused = video.dataset.proof && !video.canPlayType(video.dataset.proof);
  if (refused || isBlind(video)) sayCannot(video, "play");
  else if (video.error) askWhy(video);
}
document.addEventListener("error", ({ target }) => { if (target.matches?.(VIDEO)) askWhy(target); }, true);
document.addEventListener("loadedmetadata", ({ target }) => { if (target.matches?.(VIDEO)) judge(target); }, true);

document.addEventListener("htmx:afterSettle", dress);
dress();
