// A page is left when what was wished on it has been answered: what leads elsewhere waits, and stays where something was refused.
import { say } from "./notices.js";

const PATIENCE = 3000;
const under = new Set(); // What is on its way.
let leaving = null; // The link that waits, and since when.

/** Lets what leads elsewhere wait for this promise. It answers true once the server has taken what was sent. */
export function underWay(sent) {
  under.add(sent);
  sent.catch(() => false).then((taken) => {
    under.delete(sent);
    if (!taken) leaving = null; // What went wrong is said here.
    if (!leaving || under.size) return;
    const { link } = leaving;
    leaving = null;
    link.click();
  });
  return sent;
}

/** Waits until all is answered. False when something of it was refused. */
export async function answered() {
  while (under.size) {
    const taken = await Promise.all([...under].map((sent) => sent.catch(() => false)));
    if (!taken.every(Boolean)) return false;
  }
  return true;
}

const isHere = (link) => link.pathname === location.pathname && link.search === location.search && link.hash;
// After all others have heard of it: what they keep on the page leads nowhere.
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const isElsewhere = link && !link.target && !link.download && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!isElsewhere || !under.size || event.defaultPrevented || isHere(link)) return;
  const waits = leaving?.link === link;
  if (waits && performance.now() - leaving.since > PATIENCE) return; // Pressed again: it is meant.
  event.preventDefault();
  if (waits) return;
  const held = { link, since: performance.now() };
  leaving = held;
  setTimeout(() => {
    if (leaving === held) say("What you pressed before is still on its way. Press again to leave without waiting.");
  }, PATIENCE);
});
