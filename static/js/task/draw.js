// Drawing on the frame at which the player stands, by mouse, pen or finger. Loaded when somebody first wants it.
import { find } from "../dom.js";
import { say } from "../notices.js";
import { holdFrame, keepStrokes } from "./comments.js";
import { layer, paint, show } from "./drawings.js";
import { video } from "./playback.js";

const FINEST = 0.003; // Of the picture: a line gets no point nearer to its last one.
const MOST = { strokes: 60, points: 400, all: 4000 }; // As the server takes them.
const bar = find("#draw-bar");
let strokes = [];
let stroke = null; // The one that is being drawn.

const chosen = (name) => find(`input[name="${name}"]:checked`, bar).value;
const draws = () => layer.matches("[data-draws]");
const away = ([x, y], [toX, toY]) => Math.hypot(toX - x, toY - y);
const rounded = (number) => Math.round(Math.min(1, Math.max(0, number)) * 10000) / 10000;

/** Where the pointer is in the picture, as parts of its width and height. */
function place({ clientX, clientY }) {
  const { width, height } = layer.viewBox.baseVal;
  const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(layer.getScreenCTM().inverse());
  return [rounded(x / width), rounded(y / height)];
}

/* ---- beginning and ending ---- */
function begin() {
  holdFrame();
  strokes = JSON.parse(find("#strokes").value || "[]");
  turn(true);
  paint(strokes);
  find("input:checked", bar).focus({ preventScroll: true });
}
function end() {
  if (!draws()) return;
  turn(false);
  stroke = null;
  show();
  find("#note").focus({ preventScroll: true });
}
function turn(on) {
  layer.toggleAttribute("data-draws", on);
  bar.hidden = !on;
  find("#draw")?.setAttribute("aria-pressed", on);
}
function keep() {
  paint(strokes);
  keepStrokes(strokes.length ? JSON.stringify(strokes) : "");
}
function undo() {
  strokes.pop();
  keep();
}

/* ---- a stroke ---- */
layer.addEventListener("pointerdown", (event) => {
  if (!draws() || !event.isPrimary || event.button) return;
  event.preventDefault();
  const count = strokes.reduce((sum, { points }) => sum + points.length, 0);
  if (strokes.length >= MOST.strokes || count >= MOST.all - MOST.points) {
    say("This drawing is full: take a stroke back, or draw on in another comment.", "warning");
    return;
  }
  layer.setPointerCapture(event.pointerId);
  const at = place(event);
  stroke = { kind: chosen("stroke"), ink: chosen("ink"), points: [at, at] };
});
layer.addEventListener("pointermove", (event) => {
  if (!stroke || !event.isPrimary) return;
  const at = place(event);
  const { kind, points } = stroke;
  if (kind !== "pen") points[1] = at;
  else if (away(points.at(-1), at) >= FINEST && points.length < MOST.points) points.push(at);
  paint([...strokes, stroke]);
});
function finish(event) {
  if (!stroke || !event.isPrimary) return;
  const { kind, points } = stroke;
  // A point is a dot; an arrow or a box without length is nothing.
  if (kind === "pen" || away(...points) > FINEST) strokes.push(stroke);
  stroke = null;
  keep();
}
layer.addEventListener("pointerup", finish);
layer.addEventListener("pointercancel", finish);

/* ---- what is pressed ---- */
document.addEventListener("draw", () => (draws() ? end() : begin()));
find("#draw-undo").addEventListener("click", undo);
find("#draw-done").addEventListener("click", end);
video.addEventListener("play", end);
document.addEventListener("htmx:afterSettle", () => { if (draws()) turn(true); });
document.addEventListener("htmx:afterRequest", ({ detail: { requestConfig, successful } }) => {
  if (requestConfig.elt.id === "composer" && successful) end();
});
// Before the page hears of them: Escape would leave more than the drawing.
addEventListener("keydown", (event) => {
  if (!draws() || event.target.matches("textarea, input:not([type=radio])")) return;
  const ends = event.key === "Escape";
  if (!ends && event.key.toLowerCase() !== "z") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (ends) end();
  else undo();
}, true);
