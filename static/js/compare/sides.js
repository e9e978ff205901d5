// The players of the page, each with its offset, and which of them is heard.
import { all, find } from "../dom.js";

/** A side: its pane, its letter, its player, and the seconds by which it is ahead of the clock. */
export const sides = all("[data-pane]")
  .map((pane) => ({ pane, letter: pane.dataset.pane, video: find("video", pane), offset: 0, short: 0, nudged: 0 }))
  .filter((side) => side.video);

/** Seconds of its clip. */
export const lengthOf = ({ video }) => (Number.isFinite(video.duration) ? video.duration : Number(video.dataset.seconds)) || 0;

/** When the last one ends, by the clock. */
export const end = () => Math.max(0, ...sides.map((side) => lengthOf(side) - side.offset));

/** Where a side stands when the clock says `t`; it may be before its beginning or past its end. */
export const placeOf = (side, t) => t + side.offset;

const works = ({ video }) => !video.error && !video.closest(".player").dataset.broken;

/** Whether a side has a picture of its own when the clock says `t`. */
export function isOn(side, t) {
  const place = placeOf(side, t);
  return place >= 0 && place < lengthOf(side) && !side.video.ended && works(side);
}

/** The side that the clock follows: the one that is heard, else the one that goes on longest; null: none is on. */
export function leader(t) {
  const on = sides.filter((side) => isOn(side, t));
  const heard = on.find((side) => !side.video.muted);
  return heard ?? on.sort((a, b) => lengthOf(b) - b.offset - (lengthOf(a) - a.offset))[0] ?? null;
}

/** Lets one side be heard, or none any more. */
export function hear(wanted) {
  for (const side of sides) {
    const on = side === wanted && side.video.muted;
    side.video.muted = !on;
    const button = find("[data-hear]", side.pane);
    button?.setAttribute("aria-pressed", on);
    if (button) find("[data-on]", button).hidden = !on;
    if (button) find("[data-off]", button).hidden = on;
  }
}
