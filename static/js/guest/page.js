// A guest's page: which moment a comment is about, and back to the moment that was shown when something is sent.
const find = (selector) => document.querySelector(selector);
const [film, form, note, timed] = [find("#film"), find("#say"), find("#note"), find("#timed")];
const PLACE = `at:${form?.action}`; // The first clip has two addresses, and one to which its form goes.
let moment = null; // Fixed when a person starts to write; null: follows the player.

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function show() {
  const at = moment ?? film.currentTime;
  timed.hidden = !at; // Where nothing was played there is no moment.
  find("[data-moment]").textContent = clock(at);
  find("#second").value = at && note.value && find("#timed input").checked ? at.toFixed(3) : "";
}

function write() {
  if (!note.value) moment = null;
  else if (moment === null && film.currentTime) {
    film.pause();
    moment = film.currentTime;
  }
  show();
}

function seek(seconds) {
  film.pause();
  if (film.readyState) film.currentTime = seconds;
  else {
    film.addEventListener("loadedmetadata", () => { film.currentTime = seconds; }, { once: true });
    film.preload = "metadata";
    film.load();
  }
}

if (film && note) {
  note.addEventListener("input", write);
  timed.addEventListener("change", show);
  film.addEventListener("timeupdate", () => { if (moment === null) show(); });
  if (find("#second").value) moment = Number(find("#second").value);
  show();
}
if (film) {
  const kept = Number(sessionStorage.getItem(PLACE));
  sessionStorage.removeItem(PLACE);
  if (kept) seek(kept);
  film.addEventListener("error", () => { find("#cannot").hidden = false; });
  form?.addEventListener("submit", () => { if (film.currentTime) sessionStorage.setItem(PLACE, film.currentTime); });
  document.addEventListener("click", (event) => {
    const at = event.target.closest("[data-at]");
    if (at) seek(Number(at.dataset.at));
  });
}
