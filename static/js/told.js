// Told when a task of one's own has ended or others have said something: by a toast, in the title, and as the person has chosen.
import { all, find, keepAttribute, later } from "./dom.js";
import { lineBroke } from "./notices.js";
import { question } from "./requests.js";
import { isOver } from "./session.js";

const EVERY = 20000; // While nobody looks: the news of the page rest then.
const SELDOM = 3; // While nothing of theirs is open: every third time.
/** So often a page in view says that it is, in milliseconds. */
export const LOOKS = 5000;
const { told: address, telling } = document.body.dataset;
const known = new Set(); // What this page has told of: numbers of tasks, keys of what was said.
let since = document.body.dataset.now;
let open = 1; // How many may still end, or be told of; not known yet.
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
  since = news.until;
  open = news.open || Number(news.more);
  const fresh = [...news.ended, ...news.said].filter(({ id }) => !known.has(id));
  fresh.forEach(({ id }) => known.add(id));
  if (fresh.length) tell(fresh, news);
}
async function tell(fresh, ways) {
  if (document.hidden) {
    unseen += fresh.length;
    showCount();
  }
  const isHidden = document.hidden;
  await later(telling).catch(() => {});
  document.dispatchEvent(new CustomEvent("fresh", { detail: { ...ways, fresh, isHidden } }));
}

/* ---- the title ---- */
function showCount() {
  const title = document.title.replace(/^\(\d+\) /, "");
  document.title = unseen ? `(${unseen}) ${title}` : title;
}

/* ---- a notification and a sound: what tells comes when there is something to tell ---- */

/** What this browser lets the studio do: "granted", "denied", "default" for not asked yet, "" for nothing at all. */
export const permission = () => (isSecureContext && "Notification" in window ? Notification.permission : "");

/* ---- it is offered where something is under way, until the person has it or this browser says no ---- */
keepAttribute((name, part) => name === "hidden" && part.id === "tell-me");
function offer() {
  all("#tell-me").forEach((button) => {
    button.hidden = permission() === "denied" || !permission() || (permission() === "granted" && "on" in button.dataset);
  });
}
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("#tell-me");
  if (!button) return;
  if (await later(telling).catch(() => null)) button.dispatchEvent(new CustomEvent("wanted", { bubbles: true }));
  else lineBroke(button);
});
document.addEventListener("offers", offer);
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
