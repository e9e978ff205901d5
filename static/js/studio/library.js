// The library: earlier prompts in place of one's words, what is filled into the form, and what is kept of it.
import { ask, find, htmx } from "../dom.js";
import { question } from "../requests.js";
import { hidden, keepTyped, order } from "./order.js";

const field = () => find("[data-prompt]");
const library = () => find("#library");

/* ---- words that take the place of others: undo in the field brings those back, and they are the next earlier prompt ---- */
function put(area, text) {
  const atEnd = area.selectionEnd === area.value.length;
  const caret = atEnd ? text.length : Math.min(area.selectionStart, text.length);
  const pressed = document.activeElement;
  area.focus({ preventScroll: true });
  area.select();
  const done = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
  if (!done || area.value !== text) {
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.setSelectionRange(caret, caret);
  if (pressed?.matches("[data-walk]")) pressed.focus({ preventScroll: true });
}

// The server keeps the words that were there when it hears of the new ones: those must have got there first.
async function leaveWords() {
  await keepTyped();
  hidden("replaces").value = "1";
}

async function usePrompt(text) {
  library().close();
  find('[data-view="form"]').click();
  const own = field().value;
  await leaveWords();
  put(field(), text);
  if (own.trim()) earlier = null;
}

/* ---- Alt and arrows: one's own words, then the earlier prompts, the last used first ---- */
let earlier = null; // Asked for once, until something is ordered.
let walk = null; // The words to walk through, and where the person is: 0 are the own ones.
let steps = 0; // Pressed while the list is on its way.
let isAsking = false;

async function earlierPrompts() {
  const answer = await question(order().dataset.earlier);
  const told = await answer?.json().catch(() => null);
  return told && told.prompts.map((text) => text.replaceAll("\r\n", "\n"));
}
async function walkBy(by) {
  steps += by;
  if (isAsking) return;
  isAsking = true;
  earlier ??= await earlierPrompts();
  if (earlier && field() && !isWalking()) await begin();
  isAsking = false;
  const wanted = steps;
  steps = 0;
  if (earlier && field() && walk) stepBy(wanted);
}
const isWalking = () => walk && field().value === walk.words[walk.at];

async function begin() {
  await keepTyped();
  const own = field().value;
  const others = earlier.filter((text) => text !== own);
  walk = { at: 0, words: [own, ...others] };
  if (own.trim()) earlier = walk.words; // Left for others, they are the first of the earlier ones.
}
function stepBy(by) {
  const { words } = walk;
  const at = Math.max(0, Math.min(words.length - 1, walk.at + by));
  if (walk.at === 0 && at > 0) hidden("replaces").value = "1";
  if (at !== walk.at) {
    walk.at = at;
    put(field(), words[at]);
  }
  find("#said").textContent = at ? `Earlier prompt ${at} of ${words.length - 1}` : "Your own words";
}
document.addEventListener("keydown", (event) => {
  const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  if (!by || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !order()) return;
  if (!event.target.matches("[data-prompt], [data-walk], body") || find("dialog[open]")) return;
  event.preventDefault();
  walkBy(by);
});
document.addEventListener("ordered", () => { earlier = null; walk = null; });

/* ---- filled in, and undone: the form comes anew ---- */
const sendForm = (url, target, values) => ask("POST", url, {
  source: find("#order .studio__tabs"), target, swap: target === "#order" ? "outerHTML" : "innerHTML", values,
});

async function fillBy(button) {
  if (library().open) library().close();
  const url = button.getAttribute("formaction") ?? button.form.action;
  earlier = null;
  await sendForm(url, "#order", { part: button.value, form_of: order().dataset.model });
  field()?.focus({ preventScroll: true });
}
document.addEventListener("click", (event) => {
  if (!order()) return;
  const fill = event.target.closest("[data-fills], [data-unfills]");
  const use = field() && event.target.closest("[data-fill]");
  const arrow = event.target.closest("[data-walk]");
  if (fill || use || arrow) event.preventDefault();
  if (fill) fillBy(fill);
  if (use) usePrompt(find(".lib__text", use.closest(".lib__item")).textContent);
  if (arrow) walkBy(Number(arrow.dataset.walk));
});

/* ---- kept: the order form goes along ---- */
document.addEventListener("submit", async (event) => {
  const { target: form } = event;
  if (!form.matches("[data-keeps]") || !order()) return;
  event.preventDefault();
  await sendForm(form.action, "#library", { ...Object.fromEntries(new FormData(form)), form_of: order().dataset.model });
  if (!find('#library [aria-invalid="true"]')) library().removeAttribute("data-typed");
}, true);

/* ---- Enter in the search takes the first that has the words, not the first that had the words before ---- */
let entered = "";
document.addEventListener("input", ({ target }) => { if (target.matches('#library [type="search"]')) entered = ""; });
document.addEventListener("keydown", (event) => {
  const search = event.key === "Enter" && !event.isComposing && event.target.closest?.('#library [type="search"]');
  if (!search || find("#library-list").dataset.q === search.value.trim()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  entered = search.value.trim();
  htmx.trigger(search, "search");
}, true);
document.addEventListener("htmx:afterSettle", ({ detail: { target } }) => {
  if (target.id !== "library-list" || !entered || !library().open) return;
  if (find("#library-list").dataset.q !== entered) return;
  entered = "";
  find("#library-list [data-choice]")?.click();
});
