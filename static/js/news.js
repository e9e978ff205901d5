// What others and the worker do meanwhile: the frame asks slowly while somebody looks, and at once when they come back.
"use strict";

(() => {
  const EVERY = 15000;
  const SOONEST = 4000; // After an answer of a part that polls faster.
  const SETTLED = 500; // Coming back is told twice, by the window and by the page.
  let asked = performance.now();
  let asking = false;
  let again = false; // Something was done while an answer was on its way: what it says may be from before.

  async function ask() {
    if (asking || session.over || document.hidden) return;
    asking = true;
    asked = performance.now();
    try {
      await take(await fetch(document.body.dataset.news, { headers: session.headers(), signal: AbortSignal.timeout(20000) }));
    } catch {
      notices.lineBroke(null);
    }
    asking = false;
    if (again) askAnew();
  }
  function askAnew() {
    again = asking;
    ask();
  }
  async function take(answer) {
    if (answer.status === 401) return session.ended();
    if (answer.status === 403) return undefined; // No role any more: what is pressed next says so.
    if (!answer.ok) return notices.lineBroke(null);
    notices.lineIsBack();
    const words = await answer.text();
    if (again) return undefined;
    const html = new DOMParser().parseFromString(words, "text/html");
    const news = find("#news", html);
    setClock(news.dataset.now);
    session.renew(news.dataset.token);
    for (const part of [...news.children]) Idiomorph.morph(document.getElementById(part.id), part, { morphStyle: "outerHTML" });
    return undefined;
  }

  const due = (after) => performance.now() - asked >= after;
  setInterval(() => { if (due(EVERY)) ask(); }, 1000);
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!detail.successful) return;
    if (!requests.bySelf(detail)) askAnew();
    else if (due(SOONEST)) ask();
  });
  document.body.addEventListener("balance", askAnew);

  // Back on the page, or the line is back: everything that polls catches up.
  let back = -Infinity;
  function catchUp() {
    if (document.hidden) return;
    if (session.over) {
      session.check().catch(() => {});
    } else if (performance.now() - back >= SETTLED) {
      back = performance.now();
      ask();
      requests.askPolls();
    }
  }
  document.addEventListener("visibilitychange", catchUp);
  window.addEventListener("focus", catchUp);
  window.addEventListener("online", catchUp);
  window.addEventListener("pageshow", (event) => { if (event.persisted) catchUp(); });
  session.whenBack(() => { ask(); requests.askPolls(); });
})();
