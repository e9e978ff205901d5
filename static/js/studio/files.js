// Files of the order form: chosen, dropped, pasted anywhere; kept at once.
import { all, find, made } from "../dom.js";
import { CLIP } from "../frame.js";
import { isSignedOut, reason, upload } from "../server.js";
import { regain } from "../session.js";
import { askForm, order } from "./order.js";
import { focusZone } from "./zones.js";

const places = (zone) => all("label[data-place]", zone);
const arranged = () => askForm("POST", { view: "form" });
const mb = (bytes) => (bytes / 1e6).toFixed(1);
const MEBIBYTE = 1024 ** 2;
const noun = (zone) => zone.dataset.noun;

async function take(files, zone) {
  const had = zone.contains(document.activeElement);
  for (const file of files) {
    const place = places(zone)[0];
    if (!place) return refuse(zone, `There is no room for another ${noun(zone)} here. Remove one first.`);
    if (!(await give(file, zone, place))) return undefined;
  }
  await arranged();
  if (had) focusZone(zone.id);
  return undefined;
}

// True when the file was kept; if not, why is said in its zone.
async function give(file, zone, place) {
  const most = Number(zone.dataset.mostMb);
  if (file.size > most * MEBIBYTE) {
    return refuse(zone, `${file.name} is ${(file.size / MEBIBYTE).toFixed(1)} MB. This model takes up to ${most} MB.`);
  }
  const answer = await send(file, zone, place);
  if (answer && isSignedOut(answer.status, answer.headers.get("X-Refused"))) {
    const back = await regain().catch(() => false);
    return back ? give(file, zone, place) : refuse(zone, `You are signed out. The ${noun(zone)} was not kept.`);
  }
  if (answer?.ok) return put(await answer.text(), zone, place);
  place.dataset.state = "refused";
  if (!answer) return refuse(zone, `The server cannot be reached. The ${noun(zone)} was not kept.`);
  const words = await answer.text();
  if (answer.status !== 422) return refuse(zone, reason(answer.status, words));
  find("[data-refusal]", zone).innerHTML = words;
  return false;
}
async function send(file, zone, place) {
  const [words, bar] = [find("[data-words]", place), find("progress", place)];
  const before = words.innerHTML;
  const body = new FormData();
  body.append("model", order().dataset.model);
  body.append("param", zone.dataset.media);
  body.append("file", file, file.name || "pasted.png");
  place.dataset.state = "uploading";
  bar.hidden = false;
  const answer = await upload(order().dataset.uploads, body, (sent, whole) => {
    bar.value = sent / whole;
    words.textContent = sent < whole ? `${mb(sent)} of ${mb(whole)} MB` : "Sent. It is being looked at";
    if (sent === whole) bar.removeAttribute("value");
  });
  words.innerHTML = before;
  bar.hidden = true;
  bar.value = 0;
  delete place.dataset.state;
  find("input", place).value = "";
  return answer;
}
function put(tile, zone, place) {
  find("[data-refusal]", zone).replaceChildren();
  place.insertAdjacentHTML("beforebegin", tile);
  const left = Number(zone.dataset.room) - all("[data-tile]", zone).length;
  if (places(zone).length > left) place.remove();
  return true;
}
function refuse(zone, words) {
  find("[data-refusal]", zone).replaceChildren(made("p", "error", words));
  return false;
}

/* ---- chosen ---- */
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-place] input[type=file]") && event.target.files.length) {
    event.stopPropagation();
    take([...event.target.files], event.target.closest("[data-media]"));
  }
}, true);

/* ---- played in its tile ---- */
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-play]");
  const player = button && find("video, audio", button.closest("[data-tile]"));
  if (!player) return;
  player.onplay = player.onpause = player.onended = () => button.setAttribute("aria-pressed", String(!player.paused));
  if (player.paused) player.play().catch(() => { button.disabled = true; button.title = "This browser cannot play it."; });
  else player.pause();
});

/* ---- pasted, dropped ---- */
const kindOf = (file) => file.type.split("/")[0];
const given = (list) => [...(list ?? [])].filter((file) => ["image", "video", "audio"].includes(kindOf(file)));
const zones = () => all("[data-media]:has(.drops)");
// The first zone with room for such a file; else the first that takes its kind, which says that it is full.
function roomy(file) {
  const fitting = zones().filter((zone) => !file || zone.dataset.kind === kindOf(file));
  return fitting.find((zone) => places(zone).length) ?? fitting[0] ?? zones()[0];
}

// Dropped on a zone, all go there; dropped on the form, each kind goes to its own.
async function spread(files, zone) {
  if (zone) return take(files, zone);
  for (const kind of new Set(files.map(kindOf))) {
    const alike = files.filter((file) => kindOf(file) === kind);
    await take(alike, roomy(alike[0]));
  }
  return undefined;
}

document.addEventListener("paste", (event) => {
  const files = given(event.clipboardData?.files);
  if (!files.length || !event.target.closest?.("#order, body") || find("dialog[open]") || !roomy(files[0])) return;
  event.preventDefault();
  spread(files);
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const types = event.dataTransfer?.types ?? [];
    if (!types.includes("Files") || types.includes(CLIP) || !order()) return;
    const place = event.target.closest?.("[data-place]");
    all("[data-over]").forEach((other) => other.removeAttribute("data-over"));
    if (kind === "dragleave") return;
    event.preventDefault();
    const zone = place?.closest("[data-media]") ?? (event.target.closest?.("#order") ? roomy(event.dataTransfer.items[0]) : null);
    if (!zone) return;
    if (kind === "drop") spread([...event.dataTransfer.files], place && zone);
    else (place ?? places(zone)[0])?.setAttribute("data-over", "");
  });
}
