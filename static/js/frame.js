// The frame of every page of a person who is signed in: the rail, its keys, buttons that copy, and what goes on around each page.
import "./shell.js";
import "./session.js";
import "./meanwhile.js";
import "./wishes.js";
import "./forms.js";
import "./news.js";
import "./told.js";
import { all, find, parsed, ready, remember } from "./dom.js";
import { onKey } from "./keyboard.js";
import { lineBroke, say } from "./notices.js";
import { question } from "./requests.js";

const root = document.documentElement;
const RAIL = '[data-act="rail"]';

function foldRail() {
  const folded = root.dataset.rail !== "collapsed";
  if (folded) root.dataset.rail = "collapsed";
  else delete root.dataset.rail;
  remember("rail", folded ? "folded" : "open");
  find(RAIL).setAttribute("aria-expanded", !folded);
}
document.addEventListener("click", (event) => {
  if (event.target.closest(RAIL)) foldRail();
});

/* ---- search and commands: in the bar and by Ctrl+K, above whatever the page shows; loaded when first wanted ---- */
const palette = () => ready(find("#palette"));
async function openPalette() {
  if (!(await palette().catch(() => null))) return lineBroke(null);
  const bar = find("#search");
  const typed = bar?.value ?? "";
  if (bar) bar.value = "";
  return find("#palette").dispatchEvent(new CustomEvent("wanted", { detail: typed }));
}
for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, ({ target }) => { if (target.closest?.(".bar__search")) palette().catch(() => {}); });
}
document.addEventListener("click", (event) => {
  if (!event.target.closest(".bar__search, .bar__find") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  openPalette();
});
document.addEventListener("input", ({ target }) => {
  if (target.id === "search") openPalette();
});
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.code !== "KeyK") return;
  event.preventDefault();
  if (!event.repeat && !find("dialog[open]:not(#palette)")) openPalette();
});

/* ---- the list of keys: it comes when it is first wanted ---- */
async function openKeys() {
  if (!find("#keys")) {
    const answer = await question(document.body.dataset.keys);
    const keys = answer && find("#keys", parsed(await answer.text()));
    if (!keys) return undefined;
    if (!find("#keys")) document.body.append(document.adoptNode(keys));
  }
  if (!(await ready(find("#keys")).catch(() => null))) return lineBroke(null);
  if (!find("dialog[open]")) find("#keys").showModal();
  return undefined;
}
document.addEventListener("click", ({ target }) => { if (target.closest('[data-open="keys"]')) openKeys(); });

/* ---- single keys ---- */
let going = -Infinity; // When G was pressed.
onKey((key, event) => {
  if (event.repeat) return;
  const link = performance.now() - going < 1200 && all("[data-go]").find((other) => other.dataset.go === key);
  going = key === "g" && !link ? performance.now() : -Infinity;
  // What the page itself searches comes before the search of the frame.
  const field = key === "/" && (find('main [data-key="/"]') ?? find('[data-key="/"]'));
  if (link || field) event.preventDefault();
  if (link) link.click();
  else if (field?.id === "search") openPalette();
  else if (field) field.focus();
  else if (key === "?") openKeys();
  else if (key === "[") foldRail();
});

/* ---- buttons that copy: also without https, where browsers give no clipboard, and when the permission is refused ---- */
async function copy(text, near) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelecting(text, near);
  }
}
function copyBySelecting(text, near) {
  const field = Object.assign(document.createElement("textarea"), { value: text, className: "sr", readOnly: true });
  near.after(field); // Within an open dialog nothing outside of it can be selected.
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  near.focus();
  return copied;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = find(button.dataset.copy);
  if (await copy(source.value ?? source.textContent, button)) return say("Copied.", "success");
  getSelection().selectAllChildren(source);
  return say("This browser lets no page copy. The text is selected: press Ctrl+C.", "error");
});

/* ---- what is dragged from a page says which clip it is, so that a drop zone of any page can take it ---- */

/** The type of what is dragged: a clip or a moment of one as “clip:…@2.5”, or the address of either. */
export const CLIP = "application/x-kiestudio-clip";

const OURS = /^\/(tasks|videos|posters|strips|uploads)\/[0-9a-f-]{36}/;

// The address of a link or picture of ours; empty for anything else.
function addressOf(part) {
  const address = part?.href ?? part?.currentSrc ?? "";
  const { origin, pathname } = address ? new URL(address, location.href) : location;
  return origin === location.origin && OURS.test(pathname) && address ? origin + pathname : "";
}

document.addEventListener("dragstart", ({ target, dataTransfer }) => {
  const player = target.closest?.("video[data-video]");
  const what = player ? `clip:${player.dataset.video}@${player.currentTime.toFixed(3)}` : addressOf(target.closest?.("a, img"));
  if (!what) return;
  dataTransfer.setData(CLIP, what);
  dataTransfer.effectAllowed = "copyLink";
});
