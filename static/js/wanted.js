// Scripts that only some presses need: they come when somebody is about to press, and then what was pressed is done.
import { later } from "./dom.js";
import { lineBroke } from "./notices.js";

// What was dropped or pasted cannot be read any more once its event is over.
function copied(data) {
  const copy = new DataTransfer();
  for (const file of data.files) copy.items.add(file);
  for (const type of data.types) if (type !== "Files") copy.setData(type, data.getData(type));
  return copy;
}
// The same event once more; `done` lets it happen.
function again(event) {
  const { type, target, submitter, dataTransfer, clipboardData } = event;
  if (type === "click") return () => (target.closest("button, a") ?? target).click();
  if (type === "submit") return () => target.requestSubmit(submitter);
  const how = { bubbles: true, cancelable: true };
  if (dataTransfer) how.dataTransfer = copied(dataTransfer);
  if (clipboardData) how.clipboardData = copied(clipboardData);
  const same = new event.constructor(type, type === "keydown" ? event : how);
  return () => target.dispatchEvent(same);
}

/**
 * Loads the module at `address` when the pointer or the focus comes near `where`, or when there is something to do: of each
 * kind of event, `deeds` says by a function of it whether it is for this module. What is done too early is done again.
 */
export function whenWanted(address, where, deeds) {
  let isThere = false;
  const load = () => later(address).then(() => { isThere = true; });
  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, ({ target }) => { if (!isThere && target.closest?.(where)) load().catch(() => {}); });
  }
  for (const [kind, isFor] of Object.entries(deeds)) {
    document.addEventListener(kind, (event) => {
      if (isThere || !isFor(event)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const { target } = event;
      const go = kind === "dragover" ? () => {} : again(event); // The next one follows by itself.
      load().then(go, () => lineBroke(target));
    }, true);
  }
}
