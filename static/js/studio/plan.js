// The plan of the form, in its dialog: once it is ordered or put on hold, the form goes on to its next wish.
import { askForm, keepNow, order } from "./order.js";

document.addEventListener("planned", ({ detail: { after } }) => {
  if (order()) askForm("GET", { after }).then(keepNow);
});
