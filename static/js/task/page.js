// The task page: review by keys.
import "../frame.js";
import "../queue/cases.js";
import "./comments.js";
import "./drawings.js";
import { find } from "../dom.js";
import { onKey } from "../keyboard.js";
import { fullScreen, toggle } from "../player.js";
import { onSwipe } from "../swipe.js";
import { faster, seek, step, video } from "./playback.js";

const VERDICTS = { a: "approved", e: "changes", r: "rejected", u: "withdrawn" };
const seekKeys = {
  " ": () => toggle(video),
  k: () => toggle(video),
  j: () => seek(video.currentTime - 1),
  l: () => seek(video.currentTime + 1),
  ",": () => step(-1),
  ".": () => step(1),
  "<": () => faster(-1),
  ">": () => faster(1),
};
const onceKeys = {
  m: () => find('[data-do="sound"]')?.click(),
  f: () => video && fullScreen(video),
  c: () => { if (video) toggle(video, false); find("#note").focus(); },
  d: () => find("#draw")?.click(),
  o: () => find("#until-here")?.click(),
};

/* ---- to the clip beside it: by key, or by a finger that draws this one away ---- */
const pressOf = (link) => link && (() => link.click());
const ways = () => ({ left: pressOf(find("#older[href]")), right: pressOf(find("#newer[href]")) });

if (find("#player")) onSwipe(find("#player"), ways);

onKey((key, event) => {
  if (key === " " && (event.repeat || event.target.closest("button, a, summary"))) return;
  if (!event.repeat && (key === "n" || key === "p")) ways()[key === "n" ? "left" : "right"]?.();
  if (!find("#review")) return;
  const act = (video && seekKeys[key]) ?? (event.repeat ? null : onceKeys[key]);
  if (act) {
    event.preventDefault();
    act();
  }
  // A key that is held is one wish.
  if (event.repeat) return;
  if (VERDICTS[key]) find(`#verdict-${VERDICTS[key]}`)?.click();
  if (/^[0-5]$/.test(key)) find(`#star-${key}`)?.click();
});
