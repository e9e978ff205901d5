// What somebody did stands: no answer to what the page asked by itself before takes its place. It is asked again.
"use strict";

(() => {
  const pressed = ({ triggeringEvent }) => ["click", "submit", "change"].includes(triggeringEvent?.type);
  const isQuestion = (config) => !pressed(config) && (config.verb === "get" || config.elt.hasAttribute("hx-trigger"));

  let turn = 0; // Grows with each answer to what somebody did.
  const asked = new WeakMap(); // The turn in which each request went out.
  const done = new Map(); // The turn in which each part, by its id, was last filled by such an answer.
  let answersDeed = false; // What the answer that is being put in was to.

  function partsOf({ target, requestConfig: { elt } }) {
    const more = elt.closest("[hx-select-oob]")?.getAttribute("hx-select-oob").match(/#[\w-]+/g) ?? [];
    return [target, ...more.map((id) => find(id))].filter(Boolean);
  }
  function overtaken(detail) {
    const since = asked.get(detail.xhr) ?? turn;
    const filled = [...done].filter(([, at]) => at > since).map(([id]) => document.getElementById(id)).filter(Boolean);
    return partsOf(detail).some((part) => filled.some((other) => part.contains(other) || other.contains(part)));
  }
  // htmx sends it when the request that has just been answered has ended.
  function askAgain(elt) {
    if (elt.hasAttribute("hx-get")) htmx.ajax("get", elt.getAttribute("hx-get"), { source: elt }).catch(() => {});
    else htmx.trigger(elt, "requote");
  }
  const note = ({ target }) => { if (answersDeed && target.id) done.set(target.id, turn); };

  document.addEventListener("htmx:beforeSend", ({ detail }) => asked.set(detail.xhr, turn));
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!detail.shouldSwap) return;
    answersDeed = !isQuestion(detail.requestConfig);
    if (answersDeed) {
      turn += 1;
      note(detail);
    } else if (overtaken(detail)) {
      detail.shouldSwap = false;
      askAgain(detail.requestConfig.elt);
    }
  });
  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => note(detail));
})();
