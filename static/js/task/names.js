// People who can be named in a comment: a list opens after an @. Loaded when somebody first writes one.
import { all, find } from "../dom.js";

const NAME = /(?:^|[^\p{L}\p{N}_.@+-])@([\p{L}\p{N}_.+-]*)$/u;
const MOST = 6;
const list = find("#people");
const people = all("[data-handle]", list);
const plain = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
let field = null; // The one that the list is open for.
let begun = 0; // Where its @ stands.
let current = null; // The person that Return takes.

function look(target) {
  const before = target.value.slice(0, target.selectionStart);
  const [, word] = NAME.exec(before) ?? [];
  if (word === undefined) return close();
  const fits = people.filter((one) => plain(`${one.dataset.handle} ${one.textContent}`).includes(plain(word))).slice(0, MOST);
  if (!fits.length) return close();
  for (const one of people) one.hidden = !fits.includes(one);
  begun = before.length - word.length - 1;
  return open(target, fits[0]);
}
function open(target, first) {
  field = target;
  if (!list.matches(":popover-open")) list.showPopover();
  const { left, top } = field.getBoundingClientRect();
  list.style.setProperty("left", `${left}px`);
  list.style.setProperty("bottom", `${innerHeight - top + 4}px`);
  for (const [name, value] of [["aria-controls", "people"], ["aria-autocomplete", "list"]]) field.setAttribute(name, value);
  point(first);
}
function close() {
  if (list.matches(":popover-open")) list.hidePopover();
  field?.removeAttribute("aria-activedescendant");
  field = null;
}
function point(one) {
  current = one;
  for (const other of people) other.setAttribute("aria-selected", other === one);
  field.setAttribute("aria-activedescendant", one.id);
  one.scrollIntoView({ block: "nearest" });
}
function move(by) {
  const shown = people.filter((one) => !one.hidden);
  point(shown.at((shown.indexOf(current) + by) % shown.length));
}
function take(one) {
  const target = field;
  target.setRangeText(`@${one.dataset.handle} `, begun, target.selectionStart, "end");
  close();
  target.dispatchEvent(new Event("input", { bubbles: true }));
}

const KEYS = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: () => take(current), Tab: () => take(current), Escape: close };
addEventListener("keydown", (event) => {
  const act = event.target === field && !event.isComposing && !event.ctrlKey && !event.metaKey && KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  act();
}, true);
document.addEventListener("input", ({ target }) => { if (target.matches("[data-names]")) look(target); });
document.addEventListener("focusout", ({ target }) => { if (target === field) close(); });
list.addEventListener("pointerdown", (event) => event.preventDefault()); // The words keep the focus.
list.addEventListener("click", ({ target }) => {
  const one = target.closest("[data-handle]");
  if (one && field) take(one);
});
if (document.activeElement?.matches("[data-names]")) look(document.activeElement);
