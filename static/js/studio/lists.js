// The lists in the studio's dialogs: models and the library. Type, arrows, Enter.
import { all, find } from "../dom.js";

/* ---- a search that forgives: accents, points and blanks do not count, one slip in a longer word is let pass ---- */
const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
const bare = (text) => text.replace(/[^a-z0-9]/g, "");

// Whether two words differ by at most one letter added, left out, changed, or two that changed places.
function isNear(one, other) {
  if (Math.abs(one.length - other.length) > 1) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const [a, b] = [one.slice(at), other.slice(at)];
  return a.slice(1) === b.slice(1) || a === b.slice(1) || a.slice(1) === b
    || (a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2));
}
function matches(word, text) {
  if (text.includes(word) || (bare(word) && bare(text).includes(bare(word)))) return true;
  return word.length > 3 && text.split(/[^a-z0-9.]+/).some((other) => isNear(word, other));
}

/** Shows the items that have all words of the search field and all pressed pills. */
export function filter(field) {
  const layer = field.closest("dialog") ?? document;
  const words = plain(field.value).split(/\s+/).filter(Boolean);
  const pills = all('[data-pill][aria-pressed="true"]', layer).map((p) => p.dataset.pill);
  let left = 0;
  for (const item of all(field.dataset.filter, layer)) {
    const tags = item.dataset.tags?.split("|") ?? [];
    const text = plain(item.dataset.words);
    const has = (pill) => (pill === "Favourites" ? find('.star[aria-pressed="true"]', item) : tags.includes(pill));
    item.hidden = !words.every((word) => matches(word, text)) || !pills.every(has);
    if (!item.hidden) left += 1;
  }
  for (const group of all(".picker__list > *:not(p)", layer)) group.hidden = !group.querySelector(".pick:not([hidden])");
  if (words.length + pills.length) all("details", layer).forEach((fold) => { fold.open = true; });
  const none = find("[data-none]", layer);
  if (none) none.hidden = left > 0;
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-filter]")) filter(event.target);
});
document.addEventListener("click", (event) => {
  const pill = event.target.closest("[data-pill]");
  const clear = event.target.closest("[data-clear]");
  const search = find("#models [data-filter]");
  if (pill) pill.setAttribute("aria-pressed", pill.getAttribute("aria-pressed") !== "true");
  if (clear) {
    search.value = "";
    search.focus();
    all("[data-pill]").forEach((other) => other.setAttribute("aria-pressed", false));
  }
  if (pill || clear) filter(search);
});

// What can be chosen, in order: what is filtered out or folded away is not there.
const choices = (layer) => all(".pick__to, [data-choice]", layer).filter((choice) => choice.checkVisibility());

document.addEventListener("keydown", (event) => {
  const layer = event.target.closest?.("#models, #library");
  const search = layer && find('input[type="search"]', layer);
  if (!search || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const found = choices(layer);
  const row = document.activeElement.closest(".pick, .lib__item");
  const here = found.findIndex((choice) => row?.contains(choice));
  const typing = event.target === search;
  const to = {
    ArrowDown: Math.min(here + 1, found.length - 1),
    ArrowUp: here - 1,
    Home: typing ? undefined : 0,
    End: typing ? undefined : found.length - 1,
  }[event.key];
  if (to !== undefined && (typing || here >= 0)) {
    event.preventDefault();
    (found[to] ?? search).focus();
    found[to]?.scrollIntoView({ block: "nearest" });
  } else if (event.key === "Enter" && typing) {
    event.preventDefault();
    found[0]?.click();
  } else if (here >= 0 && ["ArrowRight", "ArrowLeft"].includes(event.key)) {
    find(event.key === "ArrowRight" ? ".star" : ".pick__to", row)?.focus();
  } else if (here >= 0 && event.key.length === 1 && event.key !== " ") {
    search.focus();
  }
});

// The panel beside the list tells of the model under the pointer or the focus.
for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, (event) => {
    const pick = event.target.closest?.(".pick");
    const about = pick && all("template[data-about]").find((words) => words.dataset.about === pick.dataset.model);
    if (about) find("#about").replaceChildren(about.content.cloneNode(true));
  });
}

// What was typed before this came.
all("dialog[open] [data-filter]").forEach(filter);
