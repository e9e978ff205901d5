// A review session: stars and verdicts by key; a verdict moves on by itself, with Shift it stays.
import "../frame.js";
import { all, find } from "../dom.js";
import { onKey } from "../keyboard.js";
import { give, light, settled, whenUndone } from "../opinions.js";
import { fullScreen, toggle } from "../player.js";
import { post } from "../requests.js";
import { onSwipe } from "../swipe.js";
import { adopt, put, skip, step, video } from "./screen.js";

const VERDICTS = { a: "approved", e: "changes", r: "rejected", u: "withdrawn" };
const watch = find("#watch");
const judge = find("#judge");
const rating = find("#rate");
const clips = () => all("[data-clip]");
let place = clips().findIndex((clip) => find("[aria-current]", clip));

/* ---- what the page says of the clip that is shown ---- */
function markCurrent(list) {
  for (const [n, clip] of list.entries()) {
    const link = find("a", clip);
    if (n === place) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}
function markOpinion({ dataset }) {
  light(rating, Number(dataset.stars));
  for (const choice of all('[name="verdict"]', judge)) {
    choice.setAttribute("aria-pressed", choice.value === dataset.verdict);
  }
}
function markWays(list) {
  const [earlier, later] = [list[place - 1], list[place + 1]].map((clip) => clip && `?at=${clip.dataset.clip}`);
  const back = find("#earlier");
  back.setAttribute("aria-disabled", !earlier);
  if (earlier) back.href = earlier;
  else back.removeAttribute("href");
  find("#later").href = later ?? watch.dataset.summary;
}
function mark() {
  const list = clips();
  const { dataset } = list[place];
  markCurrent(list);
  markOpinion(list[place]);
  find("[data-number]").textContent = place + 1;
  for (const field of all("[data-field]")) field.textContent = dataset[field.dataset.field];
  find('[data-field="name"]').href = dataset.page;
  const strip = find("#strip");
  strip.hidden = !dataset.strip;
  if (dataset.strip) strip.src = dataset.strip;
  markWays(list);
}

/* ---- from clip to clip ---- */
// The address names the clip, so that asking again shows no other.
function nameClip() {
  history.replaceState(history.state, "", `?at=${clips()[place].dataset.clip}`);
}
function noteSeen(clip) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", "");
  body.set("at", clip.dataset.clip);
  post(watch.dataset.seen, body, null).then((answer) => {
    if (answer) document.getElementById(clip.id)?.removeAttribute("data-unseen");
  });
}
// The summary has everything that was said: what is on its way is waited for, and what was refused is not left behind.
async function finish() {
  if (await settled()) location.assign(watch.dataset.summary);
}
function go(to) {
  const list = clips();
  if (to < 0) return undefined;
  if (to >= list.length) return finish();
  place = to;
  put(list, place);
  mark();
  find("a", list[place]).scrollIntoView({ block: "nearest", inline: "center" });
  nameClip();
  return noteSeen(list[place]);
}

/* ---- what is said ---- */
function keep(id, name, value) {
  const clip = document.getElementById(id);
  clip.removeAttribute("data-unsent");
  clip.dataset[name] = value === "withdrawn" ? "" : value;
  const { stars, verdict } = clip.dataset;
  const said = find("[data-said]", clip);
  said.textContent = Number(stars) ? `${stars} of 5` : "";
  const words = Object.assign(document.createElement("span"), { className: "sr", textContent: ` ${verdict}` });
  said.append(words);
}
async function say(name, value, stays) {
  const clip = clips()[place];
  const sent = give(clip.dataset.review, name, value, name === "stars" ? rating : judge);
  if (name === "verdict" && !stays) go(place + 1);
  if (await sent) keep(clip.id, name, value);
  else document.getElementById(clip.id).dataset.unsent = "";
  markOpinion(clips()[place]);
}
for (const form of [judge, rating]) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    event.preventDefault();
    say(button.name, button.value, event.shiftKey || button.value === "withdrawn");
  });
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("#film a, #earlier, #later");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const way = { earlier: place - 1, later: place + 1 };
  go(way[link.id] ?? clips().indexOf(link.closest("[data-clip]")));
});
whenUndone(mark);

/* ---- keys ---- */
const repeated = {
  j: () => skip(-1),
  l: () => skip(1),
  ",": () => step(-1),
  ".": () => step(1),
};
const once = {
  " ": () => video() && toggle(video()),
  k: () => video() && toggle(video()),
  m: () => find('[data-do="sound"]').click(),
  f: () => video() && fullScreen(video()),
  n: () => go(place + 1),
  p: () => go(place - 1),
  ArrowRight: () => go(place + 1),
  ArrowLeft: () => go(place - 1),
};
onKey((key, event) => {
  const { target } = event;
  if (key.startsWith("Arrow") && target.closest("input")) return;
  if (key === " " && target.closest("button, a, summary")) return;
  const deed = repeated[key] ?? (event.repeat ? null : once[key]);
  if (deed) event.preventDefault();
  deed?.();
  // A key that is held is one wish.
  if (event.repeat) return;
  if (VERDICTS[key]) say("verdict", VERDICTS[key], event.shiftKey || key === "u");
  if (/^[0-5]$/.test(key)) say("stars", key, true);
});

/* ---- a finger: the last clip leads to the summary ---- */
onSwipe(find("#screen"), () => ({ left: () => go(place + 1), right: place > 0 ? () => go(place - 1) : null }));

clips()[place].removeAttribute("data-unseen");
nameClip();
adopt(clips(), place);
mark();
