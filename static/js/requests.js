// What a page asks of the server: with the right person and token, again after a sign-in, and never failing silently.
"use strict";

const requests = (() => {
  const waiting = new Map(); // What was asked while signed out, the last of each element.
  let leaving = false; // Requests that a change of page breaks off are nobody's trouble.
  window.addEventListener("pagehide", () => { leaving = true; });
  window.addEventListener("pageshow", () => { leaving = false; });

  const bySelf = ({ requestConfig }) => requestConfig.verb === "get" && !requestConfig.triggeringEvent;
  const pressed = ({ requestConfig }) => ["click", "submit", "change"].includes(requestConfig.triggeringEvent?.type);
  const askerOf = (detail) => (bySelf(detail) ? null : detail.requestConfig.triggeringEvent?.submitter ?? detail.elt);

  // Why the server refused, in its own words where it has some.
  function reason(status, body) {
    const html = new DOMParser().parseFromString(body, "text/html");
    const words = (find("main p", html) ?? (body.includes("<") ? null : html.body))?.textContent.trim() ?? "";
    if (status < 500 && words && words.length < 300) return words;
    if (status < 500) return `The server refused this (${status}). Nothing was changed.`;
    return `The server failed (${status}). See whether it was done before you repeat it.`;
  }
  const unreachable = (status) => [502, 503, 504].includes(status);

  /* ---- htmx ---- */
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const { "X-Requested-With": _, ...headers } = session.headers();
    Object.assign(detail.headers, headers);
    if (detail.parameters.csrfmiddlewaretoken) detail.parameters.csrfmiddlewaretoken = session.token;
  });
  // Nobody looks at a hidden page, and nobody is asked for what a signed-out page wants to show.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (bySelf(event.detail) && (document.hidden || session.over)) event.preventDefault();
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr } = event.detail;
    const oldToken = xhr.getResponseHeader("X-Refused") === "token";
    if (xhr.status !== 401 && !oldToken) return;
    event.preventDefault();
    if (bySelf(event.detail)) return session.ended();
    waiting.set(event.detail.elt, event.detail);
    return oldToken ? regain() : askToSignIn(event.detail);
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!detail.successful && detail.xhr.status !== 422) return;
    notices.lineIsBack();
    notices.clear(detail.elt);
  });
  document.addEventListener("htmx:responseError", ({ detail }) => {
    if (unreachable(detail.xhr.status)) return notices.lineBroke(askerOf(detail));
    notices.lineIsBack();
    return notices.beside(detail.elt, reason(detail.xhr.status, detail.xhr.responseText));
  });
  for (const kind of ["sendError", "timeout", "sendAbort"]) {
    document.addEventListener(`htmx:${kind}`, ({ detail }) => {
      // What was broken off by a newer request is nobody's trouble.
      setTimeout(() => { if (!leaving && !(kind === "sendAbort" && find(".htmx-request"))) notices.lineBroke(askerOf(detail)); });
    });
  }

  function askToSignIn(detail) {
    session.ended();
    if (pressed(detail)) whenStill(regain);
  }
  // Whoever is typing is not interrupted.
  let typed = -Infinity;
  document.addEventListener("input", () => { typed = performance.now(); }, true);
  function whenStill(go) {
    const left = typed + 1200 - performance.now();
    if (left > 0) setTimeout(whenStill, left, go);
    else go();
  }
  async function regain() {
    const asked = [...waiting.values()];
    const back = await session.regain().catch(() => null);
    if (back) return sendWaiting();
    waiting.clear();
    for (const detail of asked) {
      if (back === null) notices.lineBroke(askerOf(detail));
      else notices.beside(detail.elt, "You are signed out: this was not sent. What you typed is still here.");
    }
    return undefined;
  }
  function sendWaiting() {
    const asked = [...waiting.values()];
    waiting.clear();
    asked.filter(({ elt }) => elt.isConnected).forEach(repeat);
  }
  function repeat({ requestConfig: { verb, path, elt, triggeringEvent, formData }, etc }) {
    if (formData.has("csrfmiddlewaretoken")) formData.set("csrfmiddlewaretoken", session.token);
    const { targetOverride: target, swapOverride: swap, select } = etc;
    return htmx.ajax(verb, path, { source: elt, event: triggeringEvent, target, swap, select, values: formData }).catch(() => {});
  }
  session.whenBack(sendWaiting);

  /* ---- polls ---- */
  function askPolls() {
    const polls = all('[hx-get][hx-trigger*="every"]');
    polls.forEach((elt) => htmx.ajax("get", elt.getAttribute("hx-get"), { source: elt }).catch(() => {}));
  }

  /* ---- fetch ---- */
  // Posts a form and brings back the answer; null when there is none, which is said beside `asker`.
  async function post(url, body, asker) {
    for (let tries = 0; tries < 3; tries += 1) {
      if (body.has("csrfmiddlewaretoken")) body.set("csrfmiddlewaretoken", session.token);
      const call = { method: "POST", body, headers: session.headers(), signal: AbortSignal.timeout(60000) };
      const answer = await fetch(url, call).catch(() => null);
      if (!answer || unreachable(answer.status)) { if (!leaving) notices.lineBroke(asker); return null; }
      notices.lineIsBack();
      if (answer.ok) { notices.clear(asker); return answer; }
      const refused = answer.status === 401 || answer.headers.get("X-Refused") === "token";
      if (!refused) { notices.beside(asker, reason(answer.status, await answer.text())); return null; }
      const back = await session.regain().catch(() => false);
      if (!back) { notices.beside(asker, "You are signed out: this was not sent."); return null; }
    }
    notices.beside(asker, "The server does not know this page any more. Load it again.");
    return null;
  }

  return { post, askPolls, bySelf };
})();

// A button that was pressed shows what became of it; only what somebody types into is left alone by a morph.
document.addEventListener("htmx:beforeSwap", () => {
  const active = document.activeElement;
  Idiomorph.defaults.ignoreActiveValue = Boolean(active?.matches("input, textarea, select, [contenteditable]"));
});
