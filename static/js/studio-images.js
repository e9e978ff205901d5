// Images of the order form: chosen, dropped, pasted anywhere, or given as an address; kept at once.
"use strict";

const places = (zone) => all("label[data-place]", zone);

async function take(files, zone) {
  for (const file of files) {
    const place = places(zone)[0];
    if (!place) return refuse(zone, "There is no room for another image here. Remove one first.");
    if (!(await upload(file, zone, place))) return undefined;
  }
  return ask({ view: "form" });
}

function upload(file, zone, place) {
  const words = find("[data-words]", place);
  const before = words.innerHTML;
  const body = new FormData();
  body.append("model", order().dataset.model);
  body.append("param", zone.dataset.media);
  body.append("file", file, file.name || "pasted.png");
  place.dataset.state = "uploading";
  const mb = (bytes) => (bytes / 1e6).toFixed(1);
  const call = new XMLHttpRequest();
  call.open("POST", order().dataset.uploads);
  for (const [name, value] of Object.entries(session.headers())) call.setRequestHeader(name, value);
  call.upload.addEventListener("progress", (event) => { words.textContent = `${mb(event.loaded)} of ${mb(event.total)} MB`; });
  return new Promise((done) => {
    call.addEventListener("loadend", () => {
      words.innerHTML = before;
      delete place.dataset.state;
      find("input", place).value = "";
      if (call.status === 401 || call.getResponseHeader("X-Refused") === "token") {
        const back = session.regain().catch(() => false);
        return done(back.then((again) => again ? upload(file, zone, place) : refuse(zone, "You are signed out. The image was not kept.")));
      }
      if (call.status === 200) {
        find("[data-refusal]", zone).replaceChildren();
        place.insertAdjacentHTML("beforebegin", call.responseText);
        const left = Number(zone.dataset.room) - all("[data-picture]", zone).length;
        if (places(zone).length > left) place.remove();
        return done(true);
      }
      place.dataset.state = "refused";
      if (call.status === 422) find("[data-refusal]", zone).innerHTML = call.responseText;
      else refuse(zone, call.status ? `The server answered ${call.status}. The image was not kept.` : "The line broke. The image was not kept.");
      return done(false);
    });
    call.send(body);
  });
}

function refuse(zone, text) {
  const line = document.createElement("p");
  line.className = "error";
  line.textContent = text;
  find("[data-refusal]", zone).replaceChildren(line);
}

const images = (list) => [...(list ?? [])].filter((file) => file.type.startsWith("image/"));
const roomy = () => all("[data-media]").find((zone) => places(zone).length) ?? find("[data-media]");

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-place] input[type=file]") && event.target.files.length) {
    event.stopPropagation();
    take([...event.target.files], event.target.closest("[data-media]"));
  }
  if (event.target.matches("[data-address]") && event.target.value.trim()) ask({ view: "form" });
}, true);
document.addEventListener("input", (event) => {
  if (event.target.matches("input[type=file]")) event.stopPropagation();
}, true);

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
