"""A long clip in Chromium's player: it jumps, and many paused players leave the page its connections."""

import os

import av
import pytest
from playwright.sync_api import Page, Response

from tests.processes.clips import put_clip
from tests.processes.running import Studio

pytestmark = pytest.mark.browser

SECONDS, FPS = 30, 12
PLAYER = """url => new Promise((done, fail) => {
    const video = document.createElement("video");
    video.muted = true;
    video.preload = "auto";
    video.onerror = () => fail(new Error(video.error.message));
    video.onloadedmetadata = () => { video.currentTime = 25; };
    video.onseeked = () => done([video.currentTime, video.duration, video.readyState]);
    video.src = url;
    document.body.append(video);
})"""
TO_THE_END = """() => new Promise((done, fail) => {
    const video = document.querySelector("body > video");
    video.onended = () => done(video.currentTime);
    video.onerror = () => fail(new Error(video.error.message));
    video.playbackRate = 4;
    video.play();
})"""
PAUSED_ONES = """async url => {
    const players = Array.from({length: 8}, (_, n) => {
        const video = document.createElement("video");
        video.preload = "auto";
        video.src = url + "?" + n;
        document.body.append(video);
        return new Promise(done => { video.onloadeddata = done; });
    });
    await Promise.all(players);
    const answer = await fetch("/gallery/", {signal: AbortSignal.timeout(20000)});
    return answer.status;
}"""


@pytest.fixture(scope="module")
def clip(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Noise, so that its megabytes are many pieces for the player."""
    path = tmp_path_factory.mktemp("clip") / "long.mp4"
    with av.open(str(path), "w", options={"movflags": "faststart"}) as file:
        stream = file.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "g": "12"})
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = 320, 180, "yuv420p", 3_000_000
        for _ in range(SECONDS * FPS):
            frame = av.VideoFrame(320, 180, "gray")
            frame.planes[0].update(os.urandom(frame.planes[0].buffer_size))
            file.mux(stream.encode(frame.reformat(format="yuv420p")))
        file.mux(stream.encode())
    assert path.stat().st_size > 6 * 1024 * 1024
    return put_clip(studio, path)


def test_a_long_clip_jumps_and_plays_to_its_end(signed_in: Page, clip: str) -> None:
    where, length, ready = signed_in.evaluate(PLAYER, clip)
    assert (where, round(length)) == (25, SECONDS)
    assert ready >= 2, "the picture of that moment is there"
    assert signed_in.evaluate(TO_THE_END) > SECONDS - 1


def test_many_paused_players_leave_the_page_its_connections(signed_in: Page, clip: str) -> None:
    assert signed_in.evaluate(PAUSED_ONES, clip) == 200


def test_the_pieces_that_the_player_gets_are_small(signed_in: Page, clip: str) -> None:
    lengths: list[int] = []

    def note(answer: Response) -> None:
        if "/videos/" in answer.url:
            lengths.append(int(answer.headers["content-length"]))

    signed_in.on("response", note)
    signed_in.evaluate(PLAYER, clip)
    assert lengths
    assert max(lengths) <= 1024 * 1024
