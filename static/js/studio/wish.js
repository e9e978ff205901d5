// An order, and what became of it: one whose answer was lost is asked for by its key. And the plan of several.
import { announce, find, isPost } from "../dom.js";
import { lineIsBack } from "../notices.js";
import { post, question } from "../requests.js";
import { askForm, forgetAddress, hidden, keepNow, order, wait } from "./order.js";

const isOrder = (event) => event.detail.elt.id === "order" && isPost(event);

document.addEventListener("htmx:beforeRequest", (event) => { if (isOrder(event)) wait(); });

// Where the form came back anew, it is the draft; after an order that says that its answer has come.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "order" || !isPost(event) || event.detail.xhr.status >= 400) return;
  forgetAddress();
  keepNow();
});

for (const lost of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(lost, (event) => {
    if (!isOrder(event) || (lost === "htmx:responseError" && event.detail.xhr.status < 500)) return;
    event.stopPropagation();
    const { again, order_key: key } = event.detail.requestConfig.parameters;
    findOut(again || key);
  }, true);
}

/** Says what became of an order, under the form; `asking`: it is being found out. */
export function sayFate(text, kind, asking = false) {
  const line = find("#fate");
  line.textContent = text;
  line.dataset.kind = kind;
  line.hidden = false;
  line.toggleAttribute("data-says-line", asking);
  if (asking) lineIsBack();
}

// It is not known yet whether the order was placed: ask until it is.
async function findOut(key) {
  const before = hidden("order_key").value;
  const address = order().dataset.wish.replace(before, key);
  const isStill = () => hidden("order_key")?.value === before;
  sayFate("No answer came. Finding out whether it was ordered…", "warn", true);
  for (let pause = 1000; isStill(); pause = Math.min(pause * 2, 15000)) {
    await new Promise((done) => { setTimeout(done, pause); });
    const answer = await question(address);
    const fate = await answer?.json().catch(() => null);
    if (fate && isStill()) return became(fate);
  }
  return undefined;
}
function became({ text, placed, key, url }) {
  sayFate(text, placed ? "good" : "warn");
  if (!placed) return undefined;
  hidden("order_key").value = key;
  order().dataset.wish = url;
  find("#before")?.remove();
  announce("tasks");
  announce("balance");
  return keepNow();
}

/* ---- the plan of the form, in its dialog: once it is ordered or put on hold, the form goes on to its next wish ---- */
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
