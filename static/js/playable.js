// Says when this browser cannot play a clip, instead of a Play button that does nothing.
"use strict";

{
  const say = (player, what) => {
    const [note, video] = [find(".player__cannot", player), find("video", player)];
    if (!note || !video) return;
    for (const line of all("[data-cannot]", note)) line.hidden = line.dataset.cannot !== what;
    note.hidden = false;
    player.dataset.broken = what;
    video.controls = false;
    const offer = what === "play" && player.parentElement.querySelector(":scope > #rendition");
    if (offer) offer.hidden = false;
  };
  const isBlind = (video) => Number(video.dataset.picture) > 0 && video.readyState > 0 && !video.videoWidth;
  const judge = (video) => {
    const refused = video.dataset.proof && !video.canPlayType(video.dataset.proof);
    if (refused || isBlind(video)) say(video.closest(".player"), "play");
    else if (video.error) ask(video);
  };
  const judgeAll = () => all(".player video").forEach(judge);
  const ours = (event) => event.target.matches?.(".player video");

  // A broken line and a missing file look like a missing decoder: only the server knows.
  const ask = async (video) => {
    const answer = await fetch(video.currentSrc || video.src, { method: "HEAD" }).catch(() => null);
    say(video.closest(".player"), answer?.ok && !answer.redirected ? "play" : "reach");
  };

  judgeAll();
  document.addEventListener("htmx:afterSettle", judgeAll);
  document.addEventListener("error", (event) => { if (ours(event)) ask(event.target); }, true);
  // Without a decoder for the picture, a browser plays the sound alone.
  document.addEventListener("loadedmetadata", (event) => {
    if (ours(event)) judge(event.target);
  }, true);
}
