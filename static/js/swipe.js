// A finger that draws a clip aside leads to the next one, or to the one before.
import { find } from "./dom.js";

const FAR = 64; // Pixels: from here on it is meant.
const STRAIGHT = 1.5; // So much more aside than up or down.
const HELD_BACK = 4; // Where there is no other clip, it gives way by so much less.

/** Goes by `waysOf()`, whose `left` and `right` are null where there is no other clip, when a finger has drawn `part` there. */
export function onSwipe(part, waysOf) {
  let begun = null;
  const isMeant = ({ x, y }) => Math.abs(x) > FAR && Math.abs(x) > STRAIGHT * Math.abs(y);
  const wayTo = (x) => waysOf()[x < 0 ? "left" : "right"];
  const drawn = ({ clientX, clientY }) => ({ x: clientX - begun.x, y: clientY - begun.y });

  function show(x) {
    const clip = find("video, img", part);
    if (clip) clip.style.translate = x ? `${wayTo(x) ? x : x / HELD_BACK}px` : "";
  }
  function end() {
    begun = null;
    show(0);
  }
  part.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch" || event.defaultPrevented) return;
    // Two fingers make it larger.
    if (event.isPrimary) begun = { x: event.clientX, y: event.clientY };
    else if (begun) end();
  });
  addEventListener("pointermove", (event) => {
    if (begun && event.isPrimary) show(drawn(event).x);
  });
  addEventListener("pointerup", (event) => {
    if (!begun || !event.isPrimary) return;
    const way = drawn(event);
    end();
    if (isMeant(way)) wayTo(way.x)?.();
  });
  addEventListener("pointercancel", () => { if (begun) end(); });
}
