// Images of the order form: chosen, dropped, pasted anywhere, or given as an address; kept at once.
import { all, find, made } from "../dom.js";
import { isSignedOut, reason, upload } from "../server.js";
import { regain } from "../session.js";
import { askForm, order } from "./order.js";

const places = (zone) => all("label[data-place]", zone);
const arranged = () => askForm("POST", { view: "form" });
const mb = (bytes) => (bytes / 1e6).toFixed(1);

async function take(files, zone) {
  for (const file of files) {
    const place = places(zone)[0];
    if (!place) return refuse(zone, "There is no room for another image here. Remove one first.");
    if (!(await give(file, zone, place))) return undefined;
  }
  return arranged();
}

// True when the image was kept; if not, why is said in its zone.
async function give(file, zone, place) {
  const answer = await send(file, zone, place);
  if (answer && isSignedOut(answer.status, answer.headers.get("X-Refused"))) {
    const back = await regain().catch(() => false);
    return back ? give(file, zone, place) : refuse(zone, "You are signed out. The image was not kept.");
  }
  if (answer?.ok) return put(await answer.text(), zone, place);
  place.dataset.state = "refused";
  if (!answer) return refuse(zone, "The server cannot be reached. The image was not kept.");
  const words = await answer.text();
  if (answer.status !== 422) return refuse(zone, reason(answer.status, words));
  find("[data-refusal]", zone).innerHTML = words;
  return false;
}
async function send(file, zone, place) {
  const words = find("[data-words]", place);
  const before = words.innerHTML;
  const body = new FormData();
  body.append("model", order().dataset.model);
  body.append("param", zone.dataset.media);
  body.append("file", file, file.name || "pasted.png");
  place.dataset.state = "uploading";
  const answer = await upload(order().dataset.uploads, body, (sent, whole) => { words.textContent = `${mb(sent)} of ${mb(whole)} MB`; });
  words.innerHTML = before;
  delete place.dataset.state;
  find("input", place).value = "";
  return answer;
}
function put(picture, zone, place) {
  find("[data-refusal]", zone).replaceChildren();
  place.insertAdjacentHTML("beforebegin", picture);
  const left = Number(zone.dataset.room) - all("[data-picture]", zone).length;
  if (places(zone).length > left) place.remove();
  return true;
}
function refuse(zone, words) {
  find("[data-refusal]", zone).replaceChildren(made("p", "error", words));
  return false;
}

/* ---- chosen, or an address ---- */
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-place] input[type=file]") && event.target.files.length) {
    event.stopPropagation();
    take([...event.target.files], event.target.closest("[data-media]"));
  }
  if (event.target.matches("[data-address]") && event.target.value.trim()) arranged();
}, true);
document.addEventListener("input", (event) => {
  if (event.target.matches("input[type=file]")) event.stopPropagation();
}, true);

/* ---- pasted, dropped ---- */
const images = (list) => [...(list ?? [])].filter((file) => file.type.startsWith("image/"));
const roomy = () => all("[data-media]").find((zone) => places(zone).length) ?? find("[data-media]:has(.drops)");

document.addEventListener("paste", (event) => {
  const files = images(event.clipboardData?.files);
  if (!files.length || !event.target.closest?.("#order, body") || find("dialog[open]") || !roomy()) return;
  event.preventDefault();
  take(files, roomy());
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (!event.dataTransfer?.types.includes("Files") || !order()) return;
    const place = event.target.closest?.("[data-place]");
    all("[data-over]").forEach((other) => other.removeAttribute("data-over"));
    if (kind === "dragleave") return;
    event.preventDefault();
    const zone = place?.closest("[data-media]") ?? (event.target.closest?.("#order") ? roomy() : null);
    if (!zone) return;
    if (kind === "drop") take([...event.dataTransfer.files], zone);
    else (place ?? places(zone)[0])?.setAttribute("data-over", "");
  });
}
