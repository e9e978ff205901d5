// Clips side by side: one transport, a pick by key, stars, a wipe.
import "../frame.js";
import { afterFrames, frameText } from "../clock.js";
import { all, find } from "../dom.js";
import { onKey } from "../keyboard.js";
import { give, light, whenUndone } from "../opinions.js";
import { deeds } from "../player.js";
import { isPlaying, now, pause, play, seek, setSpeed, shift, speedNow, turnLoop, whenShown } from "./clock.js";
import { end, hear, isOn, lengthOf, placeOf, sides } from "./sides.js";

const SPEEDS = [0.25, 0.5, 1, 1.5, 2];
const MOST_AHEAD = 60; // Seconds, as the fields of offsets say.
const stage = find("#stage");
const panes = all("[data-pane]");
const clock = find("#clock");

/* ---- the pane that keys are for ---- */
let current = panes[0];
function choose(pane) {
  if (!pane) return;
  current = pane;
  for (const one of panes) one.toggleAttribute("data-current", one === pane);
  for (const tab of all("[data-tab]")) tab.setAttribute("aria-current", tab.dataset.tab === pane.dataset.pane);
}
function goTo(pane) {
  pane?.focus({ preventScroll: true });
  pane?.scrollIntoView({ block: "nearest", inline: "nearest" });
}
const sideOf = (pane) => sides.find((side) => side.pane === pane);
document.addEventListener("focusin", ({ target }) => choose(target.closest("[data-pane]")));
document.addEventListener("click", ({ target }) => {
  const tab = target.closest("[data-tab]");
  if (tab) goTo(find(`#pane-${tab.dataset.tab}`));
});
// On a phone, what was swiped to is the current one.
const swiped = new IntersectionObserver((seen) => {
  for (const { target, intersectionRatio } of seen) {
    if (intersectionRatio > 0.6 && getComputedStyle(target.parentElement).display === "flex") choose(target);
  }
}, { threshold: 0.6 });
panes.forEach((pane) => swiped.observe(pane));

/* ---- the transport ---- */
const fps = () => Number(sideOf(current)?.video.dataset.fps || sides[0]?.video.dataset.fps) || 25;
const toggle = () => (isPlaying() ? pause() : play());
const code = (t) => frameText(t, fps());
function step(frames) {
  pause();
  seek(afterFrames(now(), frames, fps()));
}
function faster(by, around = false) {
  if (!sides.length) return;
  const place = SPEEDS.indexOf(speedNow()) + by;
  setSpeed(SPEEDS[around ? (place + SPEEDS.length) % SPEEDS.length : Math.min(Math.max(place, 0), SPEEDS.length - 1)]);
  find("[data-speed]").textContent = `${speedNow()}×`;
}
function showSide(side) {
  const t = placeOf(side, now());
  const note = find("[data-note]", side.pane);
  const over = t >= lengthOf(side) || side.video.ended;
  note.hidden = isOn(side, now()) || !(over || t < 0);
  note.textContent = over ? `ends at ${code(lengthOf(side) - side.offset)}` : `begins at ${code(-side.offset)}`;
  const lane = find(`[data-lane="${side.letter}"]`);
  lane.style.setProperty("--from", `${(-side.offset / end()) * 100}%`);
  lane.style.setProperty("--long", `${(lengthOf(side) / end()) * 100}%`);
}
function show() {
  if (!sides.length || !end()) return;
  const t = Math.min(now(), end());
  clock.max = end();
  if (document.activeElement !== clock || isPlaying()) clock.value = t;
  clock.setAttribute("aria-valuetext", `${t.toFixed(1)} seconds`);
  clock.closest(".tracks").style.setProperty("--head", `${(t / end()) * 100}%`);
  find("[data-timecode]").textContent = code(t);
  find("[data-end]").textContent = code(end());
  stage.toggleAttribute("data-playing", isPlaying());
  find('[data-do="play"]').setAttribute("aria-label", isPlaying() ? "Pause" : "Play");
  sides.forEach(showSide);
}
Object.assign(deeds, {
  play: toggle,
  back: () => step(-1),
  on: () => step(1),
  speed: () => faster(1, true),
  loop: (_, button) => button.setAttribute("aria-pressed", turnLoop()),
});
document.addEventListener("click", (event) => {
  if (!event.target.matches("#panes video") || event.target.controls) return;
  event.stopPropagation();
  goTo(event.target.closest("[data-pane]"));
  toggle();
}, true);
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-hear]");
  if (button) hear(sideOf(button.closest("[data-pane]")));
});
document.addEventListener("input", ({ target }) => {
  if (target === clock) seek(Number(clock.value));
  const side = target.matches("[data-offset]") && sideOf(target.closest("[data-pane]"));
  const offset = target.valueAsNumber || 0;
  if (side && Math.abs(offset) <= MOST_AHEAD) shift(side, offset);
});
whenShown(show);
document.addEventListener("visibilitychange", () => { if (document.hidden) pause(); });
for (const { video } of sides) {
  for (const kind of ["loadedmetadata", "seeked", "play", "pause"]) video.addEventListener(kind, show);
}

/* ---- one over the other ---- */
const wipe = find("#wipe");
const wipeAt = find("#wipe-at");
function turnWipe() {
  const on = stage.toggleAttribute("data-wipe");
  wipe.setAttribute("aria-pressed", on);
  wipeAt.hidden = !on;
  if (on) wipeAt.focus({ preventScroll: true });
}
wipe?.addEventListener("click", turnWipe);
wipeAt?.addEventListener("input", () => stage.style.setProperty("--wipe", `${wipeAt.value}%`));

/* ---- stars ---- */
async function rate(form, stars) {
  const fieldset = find(".rate", form);
  if (await give(form.action, "stars", stars, fieldset)) light(form, Number(stars));
}
for (const form of all("[data-rates]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    rate(form, event.submitter.value);
  });
}
whenUndone();

/* ---- keys ---- */
const repeated = {
  j: () => seek(now() - 1),
  l: () => seek(now() + 1),
  ",": () => step(-1),
  ".": () => step(1),
  "<": () => faster(-1),
  ">": () => faster(1),
  ArrowLeft: () => goTo(panes[panes.indexOf(current) - 1]),
  ArrowRight: () => goTo(panes[panes.indexOf(current) + 1]),
};
const once = {
  " ": toggle,
  k: toggle,
  m: () => find("[data-hear]", current)?.click(),
  o: () => find("[data-offset]", current)?.focus(),
  r: () => find('[data-do="loop"]')?.click(),
  w: () => wipe?.click(),
  b: () => find("#blind")?.click(),
  u: () => find("#take-back")?.click(),
  Enter: () => find('[name="winner"]', current).click(),
};
onKey((key, event) => {
  const { target } = event;
  if (key.startsWith("Arrow") && target.closest("input")) return;
  if ([" ", "Enter"].includes(key) && target.closest("button, a, summary")) return;
  const deed = repeated[key] ?? (event.repeat ? null : once[key]);
  if (deed) event.preventDefault();
  deed?.();
  if (/^[0-5]$/.test(key) && !event.repeat) rate(find("[data-rates]", current), key);
});
// From an offset back to the single keys.
document.addEventListener("keydown", ({ key, target }) => {
  if (["Escape", "Enter"].includes(key) && target.matches("[data-offset]")) goTo(target.closest("[data-pane]"));
});

choose(current);
goTo(current);
show();
