// The plan of the form, in its dialog: once it is ordered or put on hold, the form goes on to its next wish.
import { find } from "../dom.js";
import { post } from "../requests.js";
import { askForm, keepNow, order } from "./order.js";

document.addEventListener("planned", ({ detail: { after } }) => {
  if (order()) askForm("GET", { after }).then(keepNow);
});

// A closed plan asks for no news; what was written in it is kept.
const dialog = find("#plan");
dialog?.addEventListener("close", () => {
  const form = find("#plan-form");
  if (form && dialog.hasAttribute("data-typed")) post(form.action, new FormData(form), find("#send"));
  dialog.removeAttribute("data-typed");
  find("#plan-here").replaceChildren();
});
