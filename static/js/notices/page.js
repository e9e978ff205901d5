// How a person is told: what this browser allows is asked for when it is switched on, and a sound is heard at once.
import "../frame.js";
import { find } from "../dom.js";
import { askPermission, chime } from "../telling.js";
import { permission } from "../told.js";

const WORDS = {
  granted: "This browser may.",
  denied: "This browser may not: its settings of this site say so.",
  default: "This browser asks you when you switch it on.",
  "": "This browser has no notifications, or only for addresses with https.",
};
const notifies = find("#notifies");
const show = () => { find("#permission").textContent = WORDS[permission()]; };

notifies.addEventListener("change", async () => {
  if (notifies.checked && permission() !== "granted" && !(await askPermission())) notifies.checked = false;
  show();
});
find("#sounds").addEventListener("change", ({ target }) => { if (target.checked) chime(); });
show();
