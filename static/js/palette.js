// Search and commands: type, arrows, Enter. The server finds; what is chosen comes first the next time.
import { all, find, made, reveal } from "./dom.js";
import { question } from "./requests.js";
import { person } from "./server.js";
import { isOver } from "./session.js";

const STILL = 150; // After the last letter.
const AGAIN = 2000; // After no answer.
const MOST_RECENT = 12;
const dialog = find("#palette");
const field = find("input", dialog);
const list = find("#palette-list");
let turn = 0; // Of the newest question: an older answer says nothing any more.
let soon = 0;
let answered = null; // The words whose results are shown.
let wanting = false; // Enter was pressed before they came.

/* ---- what was chosen lately: keys without words, in this browser ---- */
const SHELF = `recent:${person}`;
function recent() {
  const kept = localStorage.getItem(SHELF);
  return kept ? kept.split(",") : [];
}
function remember(key) {
  const others = recent().filter((other) => other !== key);
  localStorage.setItem(SHELF, [key, ...others].slice(0, MOST_RECENT).join(","));
}

/* ---- asked and answered ---- */
const words = () => field.value.trim();
function askSoon(time = STILL) {
  turn += 1;
  clearTimeout(soon);
  soon = setTimeout(ask, time);
}
async function ask() {
  clearTimeout(soon);
  turn += 1;
  const [mine, asked] = [turn, words()];
  const answer = await question(`${dialog.dataset.find}?${new URLSearchParams({ q: asked, recent: recent().join(",") })}`);
  const html = await answer?.text().catch(() => null);
  if (mine !== turn || !dialog.open) return;
  if (!html) noAnswer();
  else show(html, asked);
}
function show(html, asked) {
  list.innerHTML = html;
  reveal();
  answered = asked;
  const { count } = find(".found", list).dataset;
  say(count === "1" ? "1 result" : `${count} results`);
  if (wanting) choose();
}
function noAnswer() {
  const why = isOver() ? "You were signed out. Sign in to search." : "The server cannot be reached. It is asked again by itself.";
  list.replaceChildren(made("p", "dim found__none", why));
  answered = null;
  say(why);
  if (!isOver()) askSoon(AGAIN);
}
const say = (what) => { find("#palette-said").textContent = what; };

/* ---- opened, with what was typed elsewhere ---- */
dialog.addEventListener("wanted", ({ detail: typed }) => {
  if (!dialog.open) {
    dialog.showModal();
    field.value = "";
  }
  field.value += typed;
  field.focus();
  ask();
});
dialog.addEventListener("close", () => {
  turn += 1;
  clearTimeout(soon);
  wanting = false;
});

/* ---- chosen ---- */
const results = () => all(".result", list).filter((result) => result.checkVisibility());
function choose() {
  wanting = words() !== answered;
  if (wanting) ask();
  else results()[0]?.click();
}
list.addEventListener("click", ({ target }) => {
  const result = target.closest(".result");
  if (result?.dataset.key) remember(result.dataset.key);
  if (result?.matches("button")) dialog.close();
});
field.addEventListener("input", (event) => {
  event.stopPropagation(); // Words to search with are nothing to lose: a press beside it closes it.
  wanting = false;
  askSoon();
});
dialog.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const found = results();
  const here = found.indexOf(document.activeElement);
  const to = { ArrowDown: Math.min(here + 1, found.length - 1), ArrowUp: here - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    (found[to] ?? field).focus();
    found[to]?.scrollIntoView({ block: "nearest" });
  } else if (event.key === "Escape") {
    event.preventDefault(); // A search field would only be emptied.
    dialog.close();
  } else if (event.key === "Enter" && event.target === field) {
    event.preventDefault();
    if (!event.repeat) choose();
  } else if (here >= 0 && event.key.length === 1 && event.key !== " ") {
    field.focus();
  }
});
