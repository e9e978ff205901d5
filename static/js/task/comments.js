// Comments at a frame: what is written stays with this browser until it is sent.
import { find } from "../dom.js";
import { toggle } from "../player.js";
import { person } from "../server.js";
import { code, video, whenShown } from "./playback.js";

const draft = `draft:${person}:${location.pathname}`;
let moment = null; // Fixed when a person starts to type; null: follows the player.

function showMoment() {
  const chip = find("[data-moment]");
  if (chip) chip.textContent = code(moment ?? video.currentTime);
}
function fix() {
  const note = find("#note");
  const off = find("#moment").getAttribute("aria-pressed") === "false";
  if (note.value && moment === null) {
    toggle(video, false);
    moment = video.currentTime;
  }
  if (!note.value) moment = null;
  find("#second").value = moment === null || off ? "" : moment.toFixed(6);
  showMoment();
}
// A note that has come back empty has no moment.
function fit() {
  const note = find("#note");
  if (note && !note.value) {
    moment = null;
    find("#second").value = "";
  }
  showMoment();
}
function turnMoment(chip) {
  const on = chip.getAttribute("aria-pressed") === "false";
  chip.setAttribute("aria-pressed", on);
  find("#note").placeholder = on ? "Comment at this frame" : "Comment on the whole clip";
  fix();
}

if (video) {
  const note = find("#note");
  if (!note.value && localStorage.getItem(draft)) note.value = localStorage.getItem(draft);
  if (find("#second").value) moment = Number(find("#second").value);
  whenShown(showMoment);
  showMoment();

  document.addEventListener("input", ({ target }) => {
    if (target.id !== "note") return;
    localStorage.setItem(draft, target.value);
    fix();
  });
  document.addEventListener("click", ({ target }) => {
    const chip = target.closest("#moment");
    if (chip) turnMoment(chip);
  });
  document.addEventListener("htmx:afterSettle", fit);
}
document.addEventListener("htmx:afterRequest", ({ detail: { requestConfig, successful } }) => {
  if (requestConfig.elt.id !== "composer" || !successful) return;
  if (!find("#note").value) {
    localStorage.removeItem(draft);
    moment = null;
  }
  find("#comment-list > :last-child")?.scrollIntoView({ block: "nearest" });
  find("#note").focus();
});
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "note" || event.isComposing) return;
  // From the words back to the single keys; a list that an input method shows takes the key first.
  if (event.key === "Escape") find("#main").focus({ preventScroll: true });
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  const composer = event.target.form;
  if (!event.repeat && !composer.classList.contains("htmx-request")) composer.requestSubmit();
});
