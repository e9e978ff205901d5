// An order, and what becomes of it: one whose answer was lost is asked for by its key; the plan of several; the cards and clips beside the form.
import { all, announce, find, isPost, keepAttribute, keepContent, keepPart } from "../dom.js";
import { lineIsBack } from "../notices.js";
import { deeds, dress, toggle } from "../player.js";
import { post, question } from "../requests.js";
import { askForm, forgetAddress, hidden, keepNow, order, wait } from "./order.js";

const isOrder = (event) => event.detail.elt.id === "order" && isPost(event);

document.addEventListener("htmx:beforeRequest", (event) => { if (isOrder(event)) wait(); });

// Where the form came back anew, it is the draft; after an order that says that its answer has come.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "order" || !isPost(event) || event.detail.xhr.status >= 400) return;
  forgetAddress();
  keepNow();
});

for (const lost of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(lost, (event) => {
    if (!isOrder(event) || (lost === "htmx:responseError" && event.detail.xhr.status < 500)) return;
    event.stopPropagation();
    const { again, order_key: key } = event.detail.requestConfig.parameters;
    findOut(again || key);
  }, true);
}

/** Says what became of an order, under the form; `asking`: it is being found out. */
export function sayFate(text, kind, asking = false) {
  const line = find("#fate");
  line.textContent = text;
  line.dataset.kind = kind;
  line.hidden = false;
  line.toggleAttribute("data-says-line", asking);
  if (asking) lineIsBack();
}

// It is not known yet whether the order was placed: ask until it is.
async function findOut(key) {
  const before = hidden("order_key").value;
  const address = order().dataset.wish.replace(before, key);
  const isStill = () => hidden("order_key")?.value === before;
  sayFate("No answer came. Finding out whether it was ordered…", "warn", true);
  for (let pause = 1000; isStill(); pause = Math.min(pause * 2, 15000)) {
    await new Promise((done) => { setTimeout(done, pause); });
    const answer = await question(address);
    const fate = await answer?.json().catch(() => null);
    if (fate && isStill()) return became(fate);
  }
  return undefined;
}
function became({ text, placed, key, url }) {
  sayFate(text, placed ? "good" : "warn");
  if (!placed) return undefined;
  hidden("order_key").value = key;
  order().dataset.wish = url;
  find("#before")?.remove();
  announce("tasks");
  announce("balance");
  return keepNow();
}

/* ---- the plan of the form, in its dialog: once it is ordered or put on hold, the form goes on to its next wish ---- */
document.addEventListener("planned", ({ detail: { after } }) => {
  if (order()) askForm("GET", { after }).then(keepNow);
});

// A closed plan asks for no news. What was written in it is kept by the server, and lines that are not added yet by the page.
const dialog = find("#plan");
const lines = new Map(); // By the plan's address.
dialog?.addEventListener("close", () => {
  const form = find("#plan-form");
  if (form && dialog.hasAttribute("data-typed")) post(form.action, new FormData(form), find("#send"));
  if (form) lines.set(form.action, find("#lines").value);
  dialog.removeAttribute("data-typed");
  find("#plan-here").replaceChildren();
});
document.addEventListener("htmx:afterSettle", ({ detail: { target } }) => {
  const kept = target.id === "plan-here" && lines.get(find("#plan-form")?.action);
  if (!kept) return;
  find("#lines").value = kept;
  find("#plan-lines").open = true;
});

/* ---- Now: the newest card is in view, what ended is said aloud, no clip is exchanged under the hand ---- */
// A player that is shown already is left alone, so that it keeps playing.
keepContent((old, next) => old.matches(".latest .player") && old.id === next.id);

// The clip that is played, pointed at or in focus stays where it is, even when a newer one arrives.
document.addEventListener("htmx:configRequest", ({ detail: { elt, path, parameters } }) => {
  if (elt.id !== "now" || path.includes("shown=")) return;
  const used = find(".latest:hover, .latest:focus-within") ?? playing()?.closest(".latest");
  if (used) parameters.stays = used.dataset.task;
});

/* ---- a clip plays on its card, where it was ordered, and stays there as long as somebody looks at it ---- */
const playing = () => all("#now video").find((video) => !video.paused);
const usedCard = () => playing()?.closest("#strip .job") ?? find("#strip .job:is(:focus-within, :hover)");
const isLookedAt = (card) => card.matches(":is(:focus-within, :hover)") || card.contains(playing() ?? null);

keepPart((part) => part.matches(".job > .player") || (part.matches(".job:has(> .player)") && isLookedAt(part)));
document.addEventListener("click", (event) => {
  const poster = event.target.closest("[data-plays]");
  if (!poster || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const card = poster.closest(".job");
  if (!find(":scope > .player", card)) card.append(find("template", card).content.cloneNode(true));
  dress();
  toggle(find("video", card), true);
  find('[data-do="play"]', card).focus({ preventScroll: true });
});
deeds.close = (video, button) => {
  const card = button.closest(".job");
  video.pause();
  find(".player", card).remove();
  find("[data-plays]", card).focus({ preventScroll: true });
};
// One is heard at a time.
document.addEventListener("play", ({ target }) => {
  if (target.matches("#now video")) all("#now video").filter((other) => other !== target).forEach((other) => other.pause());
}, true);

let standing = null; // The card that is in use, and where it stands.
document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  const card = target.id === "now" && usedCard();
  standing = card ? { id: card.id, left: card.getBoundingClientRect().left } : null;
});

let newestCard = find("#now .job")?.id;
// What is in use stays where it is, and the strip gets room behind it for that; else the newest is in view.
keepAttribute((name) => name === "data-room");
function showNewest() {
  const strip = find("#strip");
  const card = standing && document.getElementById(standing.id);
  if (card) return keepStanding(strip, card);
  strip.removeAttribute("data-room");
  const newest = find("#now .job")?.id;
  if (newest && newest !== newestCard) strip.scrollLeft = 0;
  newestCard = newest;
  return undefined;
}
function keepStanding(strip, card) {
  const off = () => card.getBoundingClientRect().left - standing.left;
  strip.scrollLeft += off();
  if (off() <= 0) return;
  strip.setAttribute("data-room", "");
  strip.scrollLeft += off();
}

const states = () => new Map(all("#now .job").map((job) => [job.id, job.dataset.state]));
const ENDS = ["ready", "failed", "refused", "unconfirmed"];
let seen = states();
function sayEnded() {
  const before = seen;
  seen = states();
  const ended = all("#now .job").filter(({ id, dataset: { state } }) => before.has(id) && before.get(id) !== state && ENDS.includes(state));
  const words = ended.map((job) => `${find(".job__prompt", job).textContent.trim().slice(0, 60)}: ${find(".state", job).textContent.trim()}`);
  if (words.length) find("#said").textContent = words.join(". ");
}
document.addEventListener("htmx:afterSettle", ({ detail: { target } }) => {
  if (target.id !== "now") return;
  showNewest();
  sayEnded();
});
