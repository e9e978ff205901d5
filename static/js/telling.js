// Tells that tasks of one's own have ended: by a toast, a notification, a sound.
import { find, made } from "./dom.js";
import { say } from "./notices.js";
import { LOOKS, permission } from "./told.js";

const KEPT = 50;

/* ---- the toast ---- */
function toast({ words, url, state }) {
  const link = Object.assign(made("a", "btn btn--sm", "Open"), { href: url });
  const kind = state === "ready" ? "success" : "warning";
  say(words, state ? kind : "", link);
}

/* ---- a notification and a sound ---- */
function isFirst(id) {
  const rung = JSON.parse(localStorage.getItem("rung") ?? "[]");
  if (rung.includes(id)) return false;
  localStorage.setItem("rung", JSON.stringify([id, ...rung].slice(0, KEPT)));
  return true;
}
const isAnotherInView = () => Date.now() - Number(localStorage.getItem("in view") ?? 0) < 2 * LOOKS;
function notify({ id, words, url }) {
  if (permission() !== "granted") return;
  const [title, ...rest] = words.split(": ");
  const notice = new Notification(title, { body: rest.join(": "), tag: `task-${id}` });
  notice.addEventListener("click", () => {
    focus();
    location.assign(url);
  });
}

/** Two short tones. */
export function chime() {
  const audio = new AudioContext();
  const [loud, now] = [audio.createGain(), audio.currentTime];
  loud.connect(audio.destination);
  loud.gain.setValueAtTime(0.12, now);
  loud.gain.exponentialRampToValueAtTime(0.001, now + 0.6);
  for (const [pitch, after] of [[660, 0], [880, 0.14]]) {
    const tone = audio.createOscillator();
    tone.frequency.value = pitch;
    tone.connect(loud);
    tone.start(now + after);
    tone.stop(now + 0.6);
  }
  setTimeout(() => audio.close(), 1000);
}

/** Asks whether this browser may notify, which only a press may do. Whether it may; if not, that is said. */
export async function askPermission() {
  const answer = permission() && await Notification.requestPermission();
  if (answer === "granted") return true;
  say(answer ? "This browser lets the studio notify nobody. Its settings of this site can change that."
    : "This browser has no notifications, or only for addresses with https.", "error");
  return false;
}

// A task by its card or row, what was said by the page of its clip.
const isInView = ({ id, url, state }) => (state ? find(`#card-${id}, #row-${id}`) : url.startsWith(location.pathname));

/** Tells of tasks that have ended and of what others have said, as the person has chosen. */
export function tell({ fresh, isHidden, notifies, sounds }) {
  if (!isHidden) fresh.filter((one) => !isInView(one)).forEach(toast);
  const mine = fresh.filter(({ id }) => isFirst(id)); // Of several open pages, one rings.
  if (sounds && mine.length) chime();
  if (notifies && isHidden && !isAnotherInView()) mine.forEach(notify);
}
