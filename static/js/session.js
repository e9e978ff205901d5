// Who is signed in. A page belongs to one person: it goes on after a new sign-in, and ends when another person comes.
import { all, button, find, parsed } from "./dom.js";
import { sayStanding } from "./notices.js";
import { call, formToken, person, renewToken } from "./server.js";

const page = document.body.dataset;
let over = false;
let said = null; // The line that says so.
let asking = null; // The answer of the sign-in that is open.
const after = new Set(); // What waits for the sign-in.

/** Whether the session is over: polls wait. */
export const isOver = () => over;

/** Calls `go` each time that the person of this page has signed in again. */
export const whenBack = (go) => after.add(go);

// Who is signed in now, and with which token; null when the server does not say.
async function whoIs() {
  const answer = await call(page.session, { headers: { "X-Requested-With": "fetch" }, seconds: 20 });
  return answer?.ok ? answer.json().catch(() => null) : null;
}

/** Whether the person of this page is signed in. Throws when the server cannot be reached. */
export async function check() {
  const now = await whoIs();
  if (!now) throw new Error("The server does not say who is signed in.");
  renewToken(now.token);
  if (String(now.person) === person) return goOn();
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

/* ---- signing in again ---- */

/** Says once that the session is over; polls wait from now on. */
export function ended() {
  over = true;
  if (said?.isConnected) return;
  said = sayStanding("You were signed out. What you typed is still here.", button("Sign in", () => signIn()));
}

/** Makes a refused request possible again, asking for the password if need be. False: not now. Throws as `check` does. */
export async function regain() {
  return (await check()) || signIn();
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
// The reason why not; nothing when it worked. Throws when there is no line.
async function attempt(form) {
  if (await check()) return "";
  const body = new FormData(form);
  body.set("csrfmiddlewaretoken", formToken());
  const answer = await call(form.action, { method: "POST", body, redirect: "manual", headers: {} });
  if (!answer) throw new Error("There is no line.");
  if (answer.type === "opaqueredirect" && (await check())) return "";
  const html = parsed(answer.type === "opaqueredirect" ? "" : await answer.text());
  return find(".error, main p", html)?.textContent.trim() || "That did not work. Try again.";
}
function refuse(form, why) {
  const line = find("[data-refusal]", form);
  line.textContent = why;
  line.hidden = !why;
  if (why) find('[type="password"]', form).select();
}

/* ---- other tabs, and pages that the browser has kept ---- */
const known = () => localStorage.getItem("person");
if (known() !== person) localStorage.setItem("person", person);

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-leaves]")) return;
  forgetDrafts();
  localStorage.setItem("person", "");
});
addEventListener("storage", (event) => {
  if (event.key !== "person") return;
  if (event.newValue === "") followOut();
  else check().catch(() => {});
});
addEventListener("pageshow", (event) => {
  if (event.persisted && known() !== person) leave(location.pathname + location.search);
});
// Another tab signs out: this one shows nothing any more, and goes when the server has done it.
async function followOut() {
  document.body.hidden = true;
  forgetDrafts();
  for (let tries = 0; tries < 40; tries += 1) {
    if (String((await whoIs())?.person) !== person) break;
    await new Promise((done) => { setTimeout(done, 250); });
  }
  leave(page.login);
}
function forgetDrafts() {
  for (const store of [localStorage, sessionStorage]) {
    Object.keys(store).filter((name) => name.startsWith("draft:")).forEach((name) => store.removeItem(name));
  }
}
