// What people have drawn on frames, over the clip: shown where the player stands still at its moment.
import { all, find } from "../dom.js";
import { frame, video, whenShown } from "./playback.js";

/** The picture that is drawn on. It fits the clip as the clip fits the player; null where nothing can be drawn. */
export const layer = find("#drawing");
const HEAD = 0.03; // Of the longer side: how long the head of an arrow is.

const SHAPES = {
  pen: (at) => `M${at.map((point) => point.join(" ")).join("L")}`,
  box: ([[x, y], [toX, toY]]) => `M${x} ${y}H${toX}V${toY}H${x}Z`,
  arrow([[x, y], [toX, toY]]) {
    const { width, height } = layer.viewBox.baseVal;
    const long = Math.min(HEAD * Math.max(width, height), Math.hypot(toX - x, toY - y) / 2);
    const turn = Math.atan2(toY - y, toX - x);
    const end = (by) => `${toX - long * Math.cos(turn + by)} ${toY - long * Math.sin(turn + by)}`;
    return `M${x} ${y}L${toX} ${toY}M${end(0.5)}L${toX} ${toY}L${end(-0.5)}`;
  },
};

/** Shows these strokes and nothing else. */
export function paint(strokes) {
  const { width, height } = layer.viewBox.baseVal;
  layer.replaceChildren(...strokes.map(({ kind, ink, points }) => {
    const path = document.createElementNS(layer.namespaceURI, "path");
    path.setAttribute("d", SHAPES[kind](points.map(([x, y]) => [x * width, y * height])));
    path.dataset.ink = ink;
    return path;
  }));
}

const frameAt = (t) => Math.floor(Number(t) / frame + 0.05); // As time codes count them.
// Those of the comments at this moment, and of the one that is being written.
function here() {
  const t = frameAt(video.currentTime);
  const isHere = (from, until) => from !== "" && t >= frameAt(from) && t <= frameAt(until || from);
  const said = all("[data-drawing]").map(({ dataset }) => [dataset.from, dataset.until, dataset.drawing]);
  const [second, until, strokes] = ["#second", "#until", "#strokes"].map((id) => find(id)?.value ?? "");
  return [...said, [second, until, strokes || "[]"]].filter(([from, to]) => isHere(from, to)).flatMap((one) => JSON.parse(one[2]));
}

/** Shows what belongs to where the player stands; while it plays, nothing. */
export function show() {
  if (!layer.matches("[data-draws]")) paint(video.paused ? here() : []);
}

// The browser knows best how large the picture is: a phone's clip may be stored on its side.
function measure() {
  if (video.videoWidth) layer.setAttribute("viewBox", `0 0 ${video.videoWidth} ${video.videoHeight}`);
  show();
}
if (layer) {
  whenShown(show);
  video.addEventListener("loadedmetadata", measure);
  document.addEventListener("htmx:afterSettle", show);
  measure();
}
