// The drop zones of the form.
import { all, find } from "../dom.js";

/** Puts the focus into a drop zone once its form has come anew: on the tile at this place, else where the next goes. */
export function focusZone(id, at = -1) {
  const zone = document.getElementById(id);
  if (!zone || zone.contains(document.activeElement)) return;
  const tile = all("[data-tile]", zone)[at];
  const next = (tile && find("[name=discard]", tile)) ?? find("[data-place] input", zone) ?? find("button", zone);
  next?.focus({ preventScroll: true });
}
