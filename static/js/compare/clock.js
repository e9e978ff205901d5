// One clock for all players. It follows the one that is heard; the others follow it by going a little faster or
// slower, which nobody sees, and jump only when they are far off. When one has nothing to show yet, all wait for it.
import { end, isOn, leader, lengthOf, placeOf, sides } from "./sides.js";

const EXACT = 0.004; // Seconds: nearer than this is no fault.
const NEAR = 0.02; // Seconds: who waits is set right when further off than this.
const FAR = 0.3; // Seconds: further than this it jumps.
const PULL = 4; // How strongly a fault of one second changes the speed …
const MOST = 0.5; // … and by how much at most: who was held up is there again in a second.
const OFTEN = 80; // Milliseconds between two changes of the speed of one player.
const PATIENCE = 150; // Milliseconds that one may lag before all wait for it.

let at = 0; // What the clock said …
let since = 0; // … at this moment.
let speed = 1;
let playing = false;
let held = false; // It plays and waits for one that has nothing to show yet.
let looping = true;
let show = () => {};

/** Calls `go` each time that another moment may be shown. */
export const whenShown = (go) => { show = go; };

/** Whether it plays. */
export const isPlaying = () => playing;

/** What the clock says, in seconds. */
export const now = () => (playing && !held ? at + ((performance.now() - since) / 1000) * speed : at);

function set(t) {
  at = t;
  since = performance.now();
}

/* ---- each player ---- */
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const start = ({ video }) => { if (video.paused) video.play().catch(() => {}); };

// Puts a player exactly where the clock is.
function put(side) {
  const wanted = clamp(placeOf(side, now()), 0, Math.max(0, lengthOf(side) - 0.001));
  if (Math.abs(side.video.currentTime - wanted) > 0.001) side.video.currentTime = wanted;
}
function rest(side) {
  if (!side.video.paused) side.video.pause();
  if (placeOf(side, now()) < 0 && side.video.currentTime > 0) side.video.currentTime = 0;
}
function setRate(video, rate) {
  if (Math.abs(video.playbackRate - rate) > 0.002) video.playbackRate = rate;
}
function nudge(side, fault) {
  if (performance.now() - side.nudged < OFTEN) return;
  side.nudged = performance.now();
  setRate(side.video, Math.abs(fault) < EXACT ? speed : speed * (1 - clamp(fault * PULL, -MOST, MOST)));
}
const faultOf = (side) => side.video.currentTime - placeOf(side, now());
const isFar = (side) => Math.abs(faultOf(side)) > FAR && !side.video.seeking;

function follow(side) {
  if (!isOn(side, now())) return rest(side);
  if (isFar(side)) put(side);
  start(side);
  return nudge(side, faultOf(side));
}

/* ---- all together ---- */
const isShort = (side) => isOn(side, now()) && (side.video.seeking || side.video.readyState < 3);

function isStuck() {
  for (const side of sides) side.short = isShort(side) ? side.short || performance.now() : 0;
  return sides.some(({ short }) => short && (held || performance.now() - short > PATIENCE));
}
// They wait at one moment, also those that were off. One that is short of data is let go: paused it may load no more.
function hold() {
  if (!held) {
    set(now());
    held = true;
    sides.filter((side) => isOn(side, at) && Math.abs(faultOf(side)) > NEAR && !side.video.seeking).forEach(put);
  }
  for (const side of sides) {
    if (isShort(side) && !side.video.seeking) start(side);
    else if (!side.video.paused) side.video.pause();
  }
}
function go() {
  if (held) since = performance.now();
  held = false;
  const first = leader(now());
  if (first) {
    if (!first.video.paused && !first.video.seeking) set(first.video.currentTime - first.offset);
    setRate(first.video, speed);
    start(first);
  }
  sides.filter((side) => side !== first).forEach(follow);
}
function tick() {
  if (!playing) return;
  requestAnimationFrame(tick);
  if (isStuck()) hold();
  else go();
  if (now() >= end() - 0.002) again();
  show();
}
function again() {
  if (!looping) return pause();
  return jump(0);
}
// Goes elsewhere, and on together from there.
function jump(t) {
  set(t);
  held = playing;
  for (const side of sides) side.video.pause();
  sides.forEach(put);
}

/** Plays, from the beginning when it stood at the end. */
export function play() {
  if (playing || !sides.length) return;
  playing = true;
  jump(at >= end() - 0.05 ? 0 : at);
  tick();
}

/** Stops all of them at the same moment. */
export function pause() {
  set(Math.min(now(), end()));
  playing = false;
  held = false;
  for (const side of sides) {
    side.video.pause();
    setRate(side.video, speed);
  }
  sides.forEach(put);
  show();
}

/** Goes to a time of the clock, in seconds. */
export function seek(t) {
  jump(clamp(t, 0, Math.max(0, end() - 0.001)));
  show();
}

/** Gives one side another offset, in seconds. */
export function shift(side, offset) {
  side.offset = offset;
  seek(now());
}

/** Plays at so many times the speed. */
export function setSpeed(times) {
  set(now());
  speed = times;
  for (const { video } of sides) video.playbackRate = times;
}

/** How fast it plays. */
export const speedNow = () => speed;

/** Begins again at the end, or no longer. Says which. */
export function turnLoop() {
  looping = !looping;
  return looping;
}
