// Ages and clocks tick here, so that nothing has to be fetched for them.
import { all } from "./dom.js";

function ageText(seconds) {
  if (seconds < 10) return "just now";
  for (const [size, name] of [[86400, "d"], [3600, "h"], [60, "min"]]) {
    if (seconds >= size) return `${Math.floor(seconds / size)} ${name} ago`;
  }
  return `${Math.floor(seconds)} s ago`;
}

// Two digits at least.
const two = (number) => String(number).padStart(2, "0");

/** Seconds as 0:05, 12:34 or 1:02:03. */
export function clockText(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

const frameAt = (t, fps) => Math.floor(t * fps + 0.05);

/** The time, in seconds, at which the frame begins that is so many after the one shown at `t`. */
export const afterFrames = (t, frames, fps) => (frameAt(t, fps) + frames + 0.1) / fps; // A little later: rounding never shows another.

/** The frame that is shown at a time in seconds as 0:05.12, as views/task counts it too. */
export function frameText(t, fps) {
  const rate = Math.max(1, Math.round(fps));
  const frames = frameAt(t, rate);
  return `${Math.floor(frames / (rate * 60))}:${two(Math.floor(frames / rate) % 60)}.${two(frames % rate)}`;
}

// The browser's clock may be wrong: times are counted by the server's, which each page and each news brings.
let ahead = 0;

/** Sets the clock by the server's: its milliseconds, which are `since` milliseconds old. */
export function setClock(server, since = 0) {
  if (server) ahead = Number(server) + since - Date.now();
}
const arrived = performance.getEntriesByType("navigation")[0]?.responseStart || performance.now();
setClock(document.body.dataset.now, performance.now() - arrived);

function showAges() {
  const now = Date.now() + ahead;
  for (const el of all("time[data-ago], time[data-since], time[data-until]")) {
    const seconds = (now - Date.parse(el.dateTime)) / 1000;
    const text = el.hasAttribute("data-until") ? clockText(-seconds) : el.hasAttribute("data-since") ? clockText(seconds) : ageText(seconds);
    if (el.textContent !== text) el.textContent = text;
  }
}
setInterval(showAges, 1000);
