// Who is signed in. A page belongs to one person: it goes on after a new sign-in, and ends when somebody else comes.
"use strict";

const session = (() => {
  const page = document.body.dataset;
  let token = page.token;
  let over = false;
  let said = null; // The line that says so.
  let asking = null; // The answer of the sign-in that is open.
  const after = new Set(); // What waits for the sign-in.

  const headers = () => ({ "X-Person": page.person, "X-CSRFToken": token, "X-Requested-With": "fetch" });

  // Every form of the page gets the token that a new sign-in has brought.
  function renew(fresh) {
    token = fresh;
    all('input[name="csrfmiddlewaretoken"]').forEach((field) => { field.value = fresh; });
  }

  // Whether the person of this page is signed in. Throws when the server cannot be reached.
  async function check() {
    const answer = await fetch(page.session, { headers: { "X-Requested-With": "fetch" }, signal: AbortSignal.timeout(20000) });
    if (!answer.ok) throw new Error(`The session cannot be asked for: ${answer.status}`);
    const now = await answer.json();
    renew(now.token);
    if (String(now.person) === page.person) return goOn();
    if (now.person !== null) await leave(location.pathname + location.search);
    return false;
  }
  function goOn() {
    const wasOver = over;
    over = false;
    said?.remove();
    if (find("#sign-in")?.open) find("#sign-in").close("done");
    if (wasOver) {
      all(".notice").forEach((notice) => notice.remove());
      after.forEach((go) => go());
    }
    return true;
  }

  // Nothing of this page is shown to the next person. Never returns.
  function leave(address) {
    document.body.hidden = true;
    all("form").forEach((form) => form.reset());
    location.replace(address);
    return new Promise(() => {});
  }

  // Says once that the session is over; polls wait from now on.
  function ended() {
    over = true;
    if (!said?.isConnected) said = notices.standing("You were signed out. What you typed is still here.", notices.button("Sign in", () => signIn()));
  }

  // Asks for the password in a dialog. True: the same person is signed in again. False: not now.
  function signIn() {
    ended();
    asking ??= new Promise((done) => {
      const dialog = find("#sign-in-again").content.firstElementChild.cloneNode(true);
      document.body.append(dialog);
      const form = find("form", dialog);
      form.addEventListener("submit", (event) => { event.preventDefault(); post(form); });
      dialog.addEventListener("close", () => {
        asking = null;
        done(dialog.returnValue === "done");
        dialog.remove();
      });
      dialog.showModal();
    });
    return asking;
  }

  async function post(form) {
    const press = find('[type="submit"]', form);
    if (press.disabled) return;
    press.disabled = true;
    refuse(form, await attempt(form).catch(() => "The server cannot be reached. Try again in a moment."));
    press.disabled = false;
  }
  // The reason why not; nothing when it worked.
  async function attempt(form) {
    if (await check()) return "";
    const body = new FormData(form);
    body.set("csrfmiddlewaretoken", token);
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(60000) });
    if (answer.type === "opaqueredirect" && (await check())) return "";
    const html = new DOMParser().parseFromString(answer.type === "opaqueredirect" ? "" : await answer.text(), "text/html");
    return find(".error, main p", html)?.textContent.trim() || "That did not work. Try again.";
  }
  function refuse(form, why) {
    const line = find("[data-refusal]", form);
    line.textContent = why;
    line.hidden = !why;
    if (why) find('[type="password"]', form).select();
  }

  // Makes a refused request possible again, asking for the password if need be.
  async function regain() {
    return (await check()) || signIn();
  }

  /* ---- other tabs, and pages that the browser has kept ---- */
  const known = () => localStorage.getItem("person");
  if (known() !== page.person) localStorage.setItem("person", page.person);

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-leaves]")) return;
    forgetDrafts();
    localStorage.setItem("person", "");
  });
  window.addEventListener("storage", (event) => {
    if (event.key !== "person") return;
    if (event.newValue === "") followOut();
    else check().catch(() => {});
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && known() !== page.person) leave(location.pathname + location.search);
  });
  // Another tab signs out: this one shows nothing any more, and goes when the server has done it.
  async function followOut() {
    document.body.hidden = true;
    forgetDrafts();
    for (let tries = 0; tries < 40; tries += 1) {
      const now = await fetch(page.session).then((answer) => answer.json()).catch(() => null);
      if (String(now?.person) !== page.person) break;
      await new Promise((done) => { setTimeout(done, 250); });
    }
    leave(page.login);
  }
  function forgetDrafts() {
    for (const store of [localStorage, sessionStorage]) {
      Object.keys(store).filter((name) => name.startsWith("draft:")).forEach((name) => store.removeItem(name));
    }
  }

  return {
    headers, renew, check, ended, regain,
    get person() { return page.person; },
    get token() { return token; },
    get over() { return over; },
    whenBack: (go) => after.add(go),
  };
})();
