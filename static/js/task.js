// The task page: player, timeline, comments at a frame, review by keys.
"use strict";

const video = find("#video");
const fps = Number(video?.dataset.fps) || 24;
const seconds = () => (Number.isFinite(video.duration) ? video.duration : Number(video.dataset.seconds)) || 0;
const speeds = [0.25, 0.5, 1, 1.5, 2];

// Parts that need script show themselves when there is script, also after a swap.
function reveal() {
  all("[data-script][hidden]").forEach((part) => { part.hidden = false; });
}
reveal();
document.addEventListener("htmx:afterSettle", () => {
  reveal();
  if (video) { fitNote(); showMoment(); }
});

// The frame that is shown at a time, as views/panel.py counts it too.
function code(t) {
  const rate = Math.max(1, Math.round(fps));
  const frames = Math.floor(t * rate + 0.05);
  const two = (n) => String(n).padStart(2, "0");
  return `${Math.floor(frames / (rate * 60))}:${two(Math.floor(frames / rate) % 60)}.${two(frames % rate)}`;
}

/* ---- player ---- */
let moment = null; // Fixed when somebody starts to type; null: follows the player.

function show() {
  const clock = find("#clock");
  const t = video.currentTime;
  if (document.activeElement !== clock || !video.paused) clock.value = t;
  clock.setAttribute("aria-valuetext", `${t.toFixed(1)} seconds`);
  clock.closest(".timeline__film").style.setProperty("--head", `${(t / (seconds() || 1)) * 100}%`);
  find("[data-timecode]").textContent = code(t);
  showMoment();
}
function showMoment() {
  const chip = find("[data-moment]");
  if (chip) chip.textContent = code(moment ?? video.currentTime);
}
function seek(t) {
  video.currentTime = Math.min(Math.max(t, 0), Math.max(0, seconds() - 0.001));
  show();
}
function toggle(on = video.paused) {
  if (on) video.play().catch(() => {});
  else video.pause();
}
function step(frames) {
  toggle(false);
  seek((Math.round(video.currentTime * fps) + frames + 0.1) / fps);
}
function faster(by) {
  const next = speeds[speeds.indexOf(video.playbackRate) + by];
  rate(next ?? (by > 0 ? speeds.at(-1) : speeds[0]));
}
function rate(speed) {
  video.playbackRate = speed;
  find("[data-speed]").textContent = `${speed}×`;
}
const deeds = {
  play: () => toggle(),
  back: () => step(-1),
  on: () => step(1),
  speed: () => rate(speeds[(speeds.indexOf(video.playbackRate) + 1) % speeds.length]),
  loop: (button) => { video.loop = !video.loop; button.setAttribute("aria-pressed", video.loop); },
  sound: () => { video.muted = !video.muted; },
  full: () => (document.fullscreenElement ? document.exitFullscreen() : (video.requestFullscreen ?? video.webkitEnterFullscreen)?.call(video)),
};

if (video) {
  video.controls = false;
  video.addEventListener("click", () => toggle());
  for (const event of ["play", "pause"]) {
    video.addEventListener(event, () => {
      find("#player").toggleAttribute("data-playing", !video.paused);
      find('[data-do="play"]').setAttribute("aria-label", video.paused ? "Play" : "Pause");
      follow();
    });
  }
  video.addEventListener("volumechange", () => find('[data-do="sound"]')?.setAttribute("aria-pressed", !video.muted));
  for (const event of ["seeked", "loadedmetadata", "ended"]) video.addEventListener(event, show);
  document.addEventListener("fullscreenchange", () => { video.controls = document.fullscreenElement === video; });
  find("#clock").addEventListener("input", (event) => seek(Number(event.target.value)));
  show();
}
let following = 0;
function follow() {
  cancelAnimationFrame(following);
  show();
  if (!video.paused) following = requestAnimationFrame(follow);
}

document.addEventListener("click", (event) => {
  const deed = event.target.closest("[data-do]");
  if (deed && video) deeds[deed.dataset.do](deed);
  const mark = event.target.closest("[data-at]");
  if (mark && video) {
    toggle(false);
    seek(Number(mark.dataset.at));
    if (mark.closest(".timeline")) find(mark.getAttribute("href"))?.scrollIntoView({ block: "nearest" });
  }
});

/* ---- comments ---- */
const draft = `draft:${session.person}:${location.pathname}`;
function fitNote() {
  const second = find("#second");
  const note = find("#note");
  if (!note) return;
  if (!note.value) { moment = null; second.value = ""; }
}
function fix() {
  const note = find("#note");
  const off = find("#moment").getAttribute("aria-pressed") === "false";
  if (note.value && moment === null) {
    toggle(false);
    moment = video.currentTime;
  }
  if (!note.value) moment = null;
  find("#second").value = moment === null || off ? "" : moment.toFixed(6);
  showMoment();
}
document.addEventListener("input", (event) => {
  if (event.target.id !== "note" || !video) return;
  localStorage.setItem(draft, event.target.value);
  fix();
});
document.addEventListener("click", (event) => {
  const chip = event.target.closest("#moment");
  if (!chip || !video) return;
  const on = chip.getAttribute("aria-pressed") === "false";
  chip.setAttribute("aria-pressed", on);
  find("#note").placeholder = on ? "Comment at this frame" : "Comment on the whole clip";
  fix();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.requestConfig.elt.id === "composer" && event.detail.successful) {
    if (!find("#note").value) {
      localStorage.removeItem(draft);
      moment = null;
    }
    find("#comment-list > :last-child")?.scrollIntoView({ block: "nearest" });
    find("#note").focus();
  }
});
// From the words back to the single keys; a list that an input method shows takes the key first.
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "note" || event.key !== "Escape" || event.isComposing) return;
  find("#main").focus({ preventScroll: true });
});
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "note" || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  const composer = event.target.form;
  if (!event.repeat && !event.isComposing && !composer.classList.contains("htmx-request")) composer.requestSubmit();
});
if (video && !find("#note").value && localStorage.getItem(draft)) find("#note").value = localStorage.getItem(draft);
if (video && find("#second").value) moment = Number(find("#second").value);

/* ---- keys ---- */
const verdicts = { a: "approved", e: "changes", r: "rejected", u: "withdrawn" };
const seekKeys = {
  " ": () => toggle(),
  k: () => toggle(),
  j: () => seek(video.currentTime - 1),
  l: () => seek(video.currentTime + 1),
  ",": () => step(-1),
  ".": () => step(1),
  "<": () => faster(-1),
  ">": () => faster(1),
};
const onceKeys = {
  m: () => find('[data-do="sound"]')?.click(),
  f: () => deeds.full(),
  c: () => { toggle(false); find("#note").focus(); },
};
document.addEventListener("keydown", (event) => {
  const key = singleKey(event);
  if (!key || event.defaultPrevented || find("dialog[open], :popover-open")) return;
  if (key === " " && (event.repeat || event.target.closest("button, a, summary"))) return;
  if (!event.repeat && (key === "n" || key === "p")) find(key === "n" ? "#older[href]" : "#newer[href]")?.click();
  if (!find("#review")) return;
  const act = video && (seekKeys[key] ?? (event.repeat ? null : onceKeys[key]));
  if (act) {
    event.preventDefault();
    act();
  }
  // A key that is held is one wish.
  if (event.repeat) return;
  if (verdicts[key]) find(`#verdict-${verdicts[key]}`)?.click();
  if (/^[0-5]$/.test(key)) find(`#star-${key}`)?.click();
});
