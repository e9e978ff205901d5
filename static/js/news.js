// What others and the worker do meanwhile: the frame asks slowly while a person looks, and at once when they come back.
import { setClock } from "./clock.js";
import { find, Idiomorph, isBySelf, parsed } from "./dom.js";
import { askPolls, question } from "./requests.js";
import { renewToken, settle } from "./server.js";
import { check, isOver, whenBack } from "./session.js";

const EVERY = 15000;
const SOONEST = 4000; // After an answer of a part that polls faster.
const SETTLED = 500; // Coming back is told twice, by the window and by the page.
let asked = performance.now();
let asking = false;
let address = document.body.dataset.news; // The answer names the next, by which nothing new is told.
let again = false; // Something was done while an answer was on its way: what it says may be from before.

async function ask() {
  if (asking || isOver() || document.hidden) return;
  asking = true;
  asked = performance.now();
  const answer = await question(address);
  const words = await answer?.text().catch(() => null);
  const news = find("#news", parsed(words ?? ""));
  asking = false;
  if (again) askAnew();
  else if (news) take(news);
  else if (answer && answer.status !== 204) settle(0, "", null); // Something between us and the server answers in its place.
}
function askAnew() {
  again = asking;
  ask();
}
function take(news) {
  address = news.dataset.next;
  setClock(news.dataset.now);
  renewToken(news.dataset.token);
  for (const part of [...news.children]) Idiomorph.morph(document.getElementById(part.id), part, { morphStyle: "outerHTML" });
  document.dispatchEvent(new Event("news"));
}

const due = (after) => performance.now() - asked >= after;
setInterval(() => { if (due(EVERY)) ask(); }, 1000);
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful) return;
  if (!isBySelf(detail.requestConfig)) askAnew();
  else if (due(SOONEST)) ask();
});
document.body.addEventListener("balance", askAnew);

// Back on the page, or the line is back: everything that polls catches up.
let back = -Infinity;
function catchUp() {
  if (document.hidden) return;
  if (isOver()) {
    check().catch(() => {});
  } else if (performance.now() - back >= SETTLED) {
    back = performance.now();
    ask();
    askPolls();
  }
}
document.addEventListener("visibilitychange", catchUp);
addEventListener("focus", catchUp);
addEventListener("online", catchUp);
addEventListener("pageshow", (event) => { if (event.persisted) catchUp(); });
whenBack(() => { ask(); askPolls(); });
