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

function code(t) {
  const rate = Math.max(1, Math.round(fps));
  const frames = Math.floor(t * rate + 0.01);
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
      tick();
    });
  }
  video.addEventListener("volumechange", () => find('[data-do="sound"]')?.setAttribute("aria-pressed", !video.muted));
  for (const event of ["seeked", "loadedmetadata", "ended"]) video.addEventListener(event, show);
  document.addEventListener("fullscreenchange", () => { video.controls = document.fullscreenElement === video; });
  find("#clock").addEventListener("input", (event) => seek(Number(event.target.value)));
  show();
}
let ticking = 0;
function tick() {
  cancelAnimationFrame(ticking);
  show();
  if (!video.paused) ticking = requestAnimationFrame(tick);
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
  const copier = event.target.closest("[data-copy]");
  if (copier) copyText(find(copier.dataset.copy).textContent, copier);
});

/* ---- copy ---- */
async function copyText(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "sr";
    button.after(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    button.focus();
  }
  say("Copied.");
}
function say(words) {
  const toast = document.createElement("div");
  toast.className = "toast";
  const line = document.createElement("p");
  line.textContent = words;
  toast.append(line);
  showToast(toast);
}

/* ---- comments ---- */
const draft = `draft:${location.pathname}`;
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
  find("#second").value = moment === null || off ? "" : moment.toFixed(3);
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
  if (event.target.id === "composer" && event.detail.successful) {
    localStorage.removeItem(draft);
    moment = null;
    find("#comment-list > :last-child")?.scrollIntoView({ block: "nearest" });
  }
});
if (video && !find("#note").value && localStorage.getItem(draft)) find("#note").value = localStorage.getItem(draft);
if (video && find("#second").value) moment = Number(find("#second").value);

/* ---- keys: never while typing or with a modifier held ---- */
const said = { a: "Approved", e: "Changes asked", r: "Rejected" };
const verdicts = { a: "approved", e: "changes", r: "rejected" };
const seekKeys = {
  " ": () => toggle(),
  k: () => toggle(),
  j: () => seek(video.currentTime - 1),
  l: () => seek(video.currentTime + 1),
  ",": () => step(-1),
  ".": () => step(1),
  "<": () => faster(-1),
  ">": () => faster(1),
  m: () => find('[data-do="sound"]')?.click(),
  f: () => deeds.full(),
  c: () => { toggle(false); find("#note").focus(); },
};
document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input:not([type=range]), textarea, select, [contenteditable]");
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || field || find("dialog[open], :popover-open")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "n" || key === "p") find(key === "n" ? "#older[href]" : "#newer[href]")?.click();
  if (!find("#review")) return;
  if (key === " " && event.target.closest("button, a, summary")) return;
  if (video && seekKeys[key]) {
    event.preventDefault();
    seekKeys[key]();
  }
  if (verdicts[key]) {
    const button = find(`#verdict-${verdicts[key]}`);
    say(button.getAttribute("aria-pressed") === "true" ? "Verdict taken back." : `${said[key]}. The same key takes it back.`);
    button.click();
  }
  if (/^[0-5]$/.test(key)) {
    const star = find(`#star-${key}`);
    star?.click();
    if (star) say(key === "0" ? "Stars cleared." : `${key} of 5. 0 clears.`);
  }
});
