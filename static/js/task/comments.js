// Comments at a frame, over a range and in threads: what is written stays with this browser until it is sent.
import { find, keepContent, later } from "../dom.js";
import { say } from "../notices.js";
import { toggle } from "../player.js";
import { person } from "../server.js";
import { code, frame, seek, video, whenShown } from "./playback.js";

const draft = `draft:${person}:${location.pathname}`;
const shelf = `${draft}:more`; // What the draft has beside its words: a range, a drawing.
let moment = null; // Fixed when a person starts to type, to draw or to choose a range; null: follows the player.
let ranges = false; // The beginning of a range is chosen.

const value = (id) => find(id)?.value ?? "";
const isTimed = () => Boolean(video && find("#second")); // Not an image, nor a clip that has vanished by now.
const isBegun = () => Boolean(value("#note") || value("#strokes") || value("#until") || ranges);
const isOff = () => find("#moment").getAttribute("aria-pressed") === "false";

/* ---- the moment, and where a range ends ---- */
function showMoment() {
  const chip = find("[data-moment]");
  if (!chip) return;
  const until = value("#until");
  chip.textContent = code(moment ?? video.currentTime) + (until ? `–${code(Number(until))}` : "");
  find("#until-here")?.setAttribute("aria-pressed", Boolean(until));
}
function fix() {
  if (!isTimed()) return;
  if (isBegun() && moment === null) {
    toggle(video, false);
    moment = video.currentTime;
  }
  if (!isBegun()) moment = null;
  find("#second").value = moment === null || isOff() ? "" : moment.toFixed(6);
  showMoment();
}
// A form that has come back empty has no moment.
function fit() {
  if (!isTimed()) return;
  if (isBegun()) return showMoment();
  moment = null;
  find("#second").value = "";
  showMoment();
}
function turnMoment(chip) {
  const on = isOff();
  if (!on && value("#strokes")) return say("A drawing belongs to its frame: take it back first.");
  chip.setAttribute("aria-pressed", on);
  find("#note").placeholder = on ? "Comment at this frame" : "Comment on the whole clip";
  if (!on) forgetRange();
  return fix();
}
function forgetRange() {
  ranges = false;
  find("#until").value = "";
}
function turnRange() {
  const begun = moment !== null;
  if (value("#until")) {
    forgetRange();
  } else if (begun && video.currentTime > moment + frame / 2) {
    find("#until").value = video.currentTime.toFixed(6);
  } else {
    ranges = true;
    say("The range begins here. Go to where it ends and press “To here” again.");
  }
  find("#moment").setAttribute("aria-pressed", true);
  fix();
  keep();
}

/** Pauses at the frame that is drawn on: the one in view, or that of the strokes that are there already. */
export function holdFrame() {
  toggle(video, false);
  if (value("#strokes")) seek(moment);
  else moment = video.currentTime;
  find("#moment").setAttribute("aria-pressed", true);
}

/** Keeps strokes, as JSON, in the form of the comment; empty: none. */
export function keepStrokes(strokes) {
  find("#strokes").value = strokes;
  fix();
  keep();
}

/* ---- the draft ---- */
function keep() {
  localStorage.setItem(draft, value("#note"));
  const more = { second: moment, until: value("#until"), strokes: value("#strokes") };
  if (more.until || more.strokes) localStorage.setItem(shelf, JSON.stringify(more));
  else localStorage.removeItem(shelf);
}
function restore() {
  const note = find("#note");
  if (!note.value) note.value = localStorage.getItem(draft) ?? "";
  if (!isTimed()) return;
  const more = JSON.parse(localStorage.getItem(shelf) ?? "null");
  if (more && !value("#second")) {
    find("#second").value = more.second ?? "";
    find("#until").value = more.until;
    find("#strokes").value = more.strokes;
  }
  if (value("#second")) moment = Number(value("#second"));
}

if (find("#note")) restore();
document.addEventListener("input", ({ target }) => {
  if (target.id !== "note") return;
  fix();
  keep();
});
if (video) {
  whenShown(showMoment);
  showMoment();
  document.addEventListener("click", ({ target }) => {
    const chip = target.closest("#moment");
    if (chip) turnMoment(chip);
    if (target.closest("#until-here")) turnRange();
    const draw = target.closest("#draw");
    if (draw) later(draw.dataset.module).then(() => draw.dispatchEvent(new Event("draw", { bubbles: true }))).catch(() => {});
  });
  document.addEventListener("htmx:afterSettle", fit);
}
document.addEventListener("htmx:afterRequest", ({ detail: { requestConfig, successful } }) => {
  if (requestConfig.elt.id !== "composer" || !successful) return;
  ranges = false;
  if (!value("#strokes")) localStorage.removeItem(shelf);
  if (!value("#note")) {
    localStorage.removeItem(draft);
    moment = null;
  }
  find("#comment-list > :last-child")?.scrollIntoView({ block: "nearest" });
  find("#note").focus();
});

/* ---- forms beneath comments: what is written in one stays while the others change ---- */
let sender = null;
keepContent((old) => old.matches(".comment__more[open]") && find("form", old) && !old.contains(sender));
// What was taken closes its form, and leaves the words to the answer: those of a field in use would stay.
document.addEventListener("htmx:beforeOnLoad", ({ detail: { requestConfig, xhr } }) => {
  sender = requestConfig.verb === "post" ? requestConfig.elt : null;
  const around = xhr.status < 300 && sender?.closest(".comment__more");
  if (!around) return;
  around.open = false;
  if (around.contains(document.activeElement)) document.activeElement.blur();
});

/* ---- words: sent by Control and Return, left by Escape; names are offered after an @ ---- */
document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-names]") && target.value.includes("@")) later(find("#people").dataset.module).catch(() => {});
});
document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (!target.matches?.("[data-names]") || event.defaultPrevented || event.isComposing) return;
  // From the words back to the single keys; a list that an input method shows takes the key first.
  const around = target.closest(".comment__more");
  if (event.key === "Escape") (around ? find("summary", around) : find("#main")).focus({ preventScroll: true });
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  if (!event.repeat && !target.form.classList.contains("htmx-request")) target.form.requestSubmit();
});
