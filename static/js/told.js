// Told when a task of one's own has ended or others have said something: by a toast, in the title, and as the person has chosen.
import { all, find, keepAttribute, made } from "./dom.js";
import { say } from "./notices.js";
import { post, question } from "./requests.js";
import { formToken } from "./server.js";
import { isOver } from "./session.js";

const EVERY = 20000; // While nobody looks: the news of the page rest then.
const SELDOM = 3; // While nothing of theirs is open: every third time.
const LOOKS = 5000; // So often a page in view says that it is.
const KEPT = 50;
const { told: address, ways } = document.body.dataset;
const known = new Set(); // What this page has told of: numbers of tasks, keys of what was said.
let since = document.body.dataset.now;
let open = 1; // How many may still end; not known yet.
let unseen = 0;
let asking = false;
let turn = 0;

async function ask() {
  if (asking || isOver()) return;
  asking = true;
  const answer = await question(`${address}?since=${since}`);
  const news = await answer?.json().catch(() => null);
  asking = false;
  if (!news) return;
  ({ until: since, open } = news);
  const fresh = [...news.ended, ...news.said].filter(({ id }) => !known.has(id));
  fresh.forEach(({ id }) => known.add(id));
  if (fresh.length) tell(fresh, news);
}
function tell(fresh, { notifies, sounds }) {
  if (document.hidden) {
    unseen += fresh.length;
    showCount();
  } else {
    fresh.filter((one) => !isInView(one)).forEach(toast);
  }
  const mine = fresh.filter(({ id }) => isFirst(id)); // Of several open pages, one rings.
  if (sounds && mine.length) chime();
  if (notifies && document.hidden && !isAnotherInView()) mine.forEach(notify);
}

const isInView = ({ id, url, state }) => (state ? find(`#card-${id}, #row-${id}`) : url.startsWith(location.pathname));

/* ---- the title ---- */
function showCount() {
  const title = document.title.replace(/^\(\d+\) /, "");
  document.title = unseen ? `(${unseen}) ${title}` : title;
}

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

/** What this browser lets the studio do: "granted", "denied", "default" for not asked yet, "" for nothing at all. */
export const permission = () => (isSecureContext && "Notification" in window ? Notification.permission : "");

/** Asks whether this browser may notify, which only a press may do. Whether it may; if not, that is said. */
export async function askPermission() {
  const answer = permission() && await Notification.requestPermission();
  if (answer === "granted") return true;
  say(answer ? "This browser lets the studio notify nobody. Its settings of this site can change that."
    : "This browser has no notifications, or only for addresses with https.", "error");
  return false;
}

/* ---- it is offered where something is under way, until the person has it or this browser says no ---- */
keepAttribute((name, part) => name === "hidden" && part.id === "tell-me");
function offer() {
  all("#tell-me").forEach((button) => {
    button.hidden = permission() === "denied" || !permission() || (permission() === "granted" && "on" in button.dataset);
  });
}
document.addEventListener("click", async (event) => {
  const button = event.target.closest("#tell-me");
  if (!button || !(await askPermission())) return offer();
  const body = new FormData();
  for (const [name, value] of [["ways", "notifies"], ["notifies", "on"], ["csrfmiddlewaretoken", formToken()]]) body.set(name, value);
  if (await post(ways, body, button)) {
    button.hidden = true;
    say("This browser tells you when a clip of yours is ready. Notices, in your menu, has more.", "success");
  }
  return undefined;
});
document.addEventListener("htmx:afterSettle", offer);
offer();

/* ---- when it asks: when the frame has news of tasks of theirs or of the bell, and slowly while nobody looks ---- */
const rings = () => find("#bell")?.textContent.trim();
let bell = rings();
document.addEventListener("news", () => {
  const before = bell;
  bell = rings();
  if (open || bell !== before || Number(find("#queue-badge b")?.textContent)) ask();
});
setInterval(() => {
  turn += 1;
  if (document.hidden && (open || turn % SELDOM === 0)) ask();
}, EVERY);
function sayInView() {
  if (!document.hidden) localStorage.setItem("in view", Date.now());
}
setInterval(sayInView, LOOKS);
sayInView();
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    localStorage.removeItem("in view"); // Other pages in view say so again.
    open ||= 1;
    return;
  }
  sayInView();
  unseen = 0;
  showCount();
  ask();
});
