// The page: finding, making and showing parts of it, and htmx, which brings them up to date.

/** The first element that matches, or null. */
export const find = (selector, within = document) => within.querySelector(selector);

/** All elements that match, as an array. */
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/** A new element with these classes and words. */
export function made(tag, classes = "", words = "") {
  return Object.assign(document.createElement(tag), { className: classes, textContent: words });
}

/** A small button that calls `press`. */
export function button(words, press) {
  const pressed = Object.assign(made("button", "btn btn--sm", words), { type: "button" });
  pressed.addEventListener("click", press);
  return pressed;
}

/** The document of an answer, to take parts from. */
export const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

/** Remembers a setting of this browser for a year, where the server reads it, too. */
export function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}

/** Shows what is only of use with script: `data-script hidden` in the page. */
export function reveal() {
  all("[data-script][hidden]").forEach((part) => { part.hidden = false; });
}

/* ---- what a page needs only when it is asked for ---- */
const tries = new Map(); // A browser may never ask again for an address that has failed: each try has its own.

/** Loads a module by its `{% module %}`. Throws when it cannot be had now. */
export async function later(address) {
  const turn = tries.get(address) ?? 0;
  try {
    return await import(turn ? `${address}?${turn}` : address);
  } catch (failure) {
    tries.set(address, turn + 1);
    throw failure;
  }
}

const sheets = new Map();

// Loads a style sheet, once.
function dressed(address) {
  if (sheets.has(address)) return sheets.get(address);
  const link = Object.assign(made("link"), { rel: "stylesheet", href: address });
  const there = new Promise((done, fail) => {
    link.addEventListener("load", done);
    link.addEventListener("error", fail);
  });
  sheets.set(address, there);
  there.catch(() => { sheets.delete(address); link.remove(); });
  document.head.append(link);
  return there;
}

/** Loads the style sheets and the module that a layer names (`data-sheets`, `data-module`). Throws as `later` does. */
export function ready({ dataset: { sheets: names = "", module } }) {
  return Promise.all([...names.split(" ").filter(Boolean).map(dressed), module && later(module)]);
}

/* ---- htmx and its morph: classic scripts, the only globals of a page, and named nowhere but here ---- */
export const { htmx, Idiomorph } = globalThis;

/** Asks as `element` would. Settles always: what goes wrong is said by requests.js. */
export const ask = (verb, path, how) => htmx.ajax(verb, path, how).catch(() => {});

/** Asks for a part of the page that asks for itself, once more. */
export const askAgain = (part) => ask("get", part.getAttribute("hx-get"), { source: part });

/** Tells all parts that something was done: "tasks" or "balance". */
export const announce = (what) => htmx.trigger(document.body, what);

/** Whether a press led to a request, by its `requestConfig`. */
export const isPressed = ({ triggeringEvent }) => ["click", "submit", "change"].includes(triggeringEvent?.type);

/** Whether the page asked by itself, by its `requestConfig`. */
export const isBySelf = ({ verb, triggeringEvent }) => verb === "get" && !triggeringEvent;

/** Whether an event of htmx is of a form that was sent. */
export const isPost = ({ detail }) => detail.requestConfig?.verb === "post";

/* ---- what a morph leaves alone ---- */
const parts = [];
const contents = [];
const attributes = [];

/** Lets stand what a morph would remove and `rule(element)` is true of. */
export const keepPart = (rule) => parts.push(rule);

/** Leaves an element as it is, with all within, where `rule(old, next)` is true. */
export const keepContent = (rule) => contents.push(rule);

/** Leaves an attribute as it is where `rule(name, element, change)` is true; `change` is "update" or "remove". */
export const keepAttribute = (rule) => attributes.push(rule);

/** A rule for it: what a person unfolded stays unfolded. */
export const isUnfolded = (name, part, change) => name === "open" && change === "remove" && part.matches("details");

// A poll knows nothing of what is chosen meanwhile.
keepAttribute((name, part) => name === "checked" && part.matches(".tickbox"));

Object.assign(Idiomorph.defaults.callbacks, {
  beforeNodeRemoved: (node) => !(node.matches && parts.some((rule) => rule(node))),
  beforeNodeMorphed: (old, next) => !(old.matches && contents.some((rule) => rule(old, next))),
  beforeAttributeUpdated: (name, node, change) => !attributes.some((rule) => rule(name, node, change)),
});

// A poll may have taken away what was pressed: htmx would look for all parts of its answer within that, and forget the morph.
document.addEventListener("htmx:beforeSwap", ({ detail: { requestConfig } }) => {
  const pressed = requestConfig?.elt;
  if (!pressed || pressed.isConnected) return;
  pressed.getRootNode = (how) => (how?.composed ? pressed : document);
  pressed.setAttribute("hx-ext", "morph");
});

// A button that was pressed shows what became of it; only what a person types into is left alone.
document.addEventListener("htmx:beforeSwap", () => {
  const active = document.activeElement;
  Idiomorph.defaults.ignoreActiveValue = Boolean(active?.matches("input, textarea, select, [contenteditable]"));
});
