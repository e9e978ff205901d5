"""Whatever a paid file is, it lies on our disk byte for byte, and is called what it is."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from generations.decisions import cases
from generations.files import archive, store
from generations.files.store import NotSaved
from generations.models import Obstacle, State, Task, Video
from generations.wording.obstacles import obstacle
from generations.worker.sweep import one_pass
from tests import kie_server
from tests.files.corpus import FILES, NO_MEDIA, UNDRAWN, film
from tests.kie_server import KieServer
from tests.page import read
from tests.thorough import rows

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
ALL = {name: facts for name, (_, facts) in (FILES | UNDRAWN).items()}
IN_SHORT = (
    *("plain MP4", "HEVC", "VP9 in WebM", "MPEG-TS", "turned", "one damaged packet", "GIF", "AVIF"),
    *("unknown codec tag", "sound alone", "no streams", "HEIC", "SVG"),
)
SHOWN = {
    "BMP": "file",
    "AVIF": "file",
    "animated PNG": "file",
    "TIFF": "still",
    "Photoshop": "still",
    "JPEG XL": "nothing",
    "HEIC": "nothing",
    "SVG": "nothing",
}
"""What of an image a page shows: the file itself, its still, or neither."""
CALLED = {
    "plain MP4": ("video/mp4", "mp4"),
    "ProRes in MOV": ("video/quicktime", "mov"),
    "VP9 in WebM": ("video/webm", "webm"),
    "H.264 in Matroska": ("video/x-matroska", "mkv"),
    "MPEG-TS": ("video/mp2t", "ts"),
    "GIF": ("image/gif", "gif"),
    "animated WebP": ("image/webp", "webp"),
    "sound alone": ("audio/mp4", "m4a"),
    "animated PNG": ("image/png", "png"),
    "AVIF": ("image/avif", "avif"),
    "BMP": ("image/bmp", "bmp"),
    "TIFF": ("image/tiff", "tif"),
    "JPEG 2000": ("image/jp2", "jp2"),
    "JPEG XL": ("image/jxl", "jxl"),
    "HEIC": ("image/heic", "heic"),
    "Photoshop": ("image/vnd.adobe.photoshop", "psd"),
    "SVG": ("application/octet-stream", "svg"),
}
"""Content type and extension of the download."""


def host(body: bytes, kind: str = "video/mp4") -> KieServer:
    return KieServer((kie_server.answer(200, body, {"Content-Type": kind}),))


@pytest.fixture
def saved(kie: Any, saving: Callable[..., Task]) -> Callable[[bytes], Task]:
    """Have a task saved of which this is the result."""

    def save(body: bytes, kind: str = "video/mp4") -> Task:
        with host(body, kind) as server:
            task = saving(f"{server.url}/a.mp4")
            one_pass()
        task.refresh_from_db()
        return task

    return save


@pytest.mark.parametrize("name", rows(ALL, in_short=IN_SHORT))
def test_an_odd_file_is_stored_byte_for_byte(name: str, saved: Any, made: Callable[[str], bytes]) -> None:
    body = made(name)
    task = saved(body)
    assert (task.state, task.obstacle) == (State.READY, "")
    clip = task.videos.get()
    assert (store.root() / clip.path).read_bytes() == body
    assert (clip.size, clip.sha256) == (len(body), sha256(body).hexdigest())
    assert {fact: getattr(clip, fact) for fact in ALL[name]} == ALL[name]
    assert bool(clip.poster_path) == bool(clip.strip_path) == (name in FILES)


@pytest.mark.parametrize(
    "name", rows(NO_MEDIA, in_short=["a page", "a text that begins like a bitmap", "nothing"])
)
def test_what_is_no_media_is_not_a_result(name: str, saved: Any) -> None:
    task = saved(NO_MEDIA[name])
    assert task.state == State.SAVING
    assert task.obstacle
    assert "Error" not in obstacle(task)
    assert not task.videos.exists()
    assert [p for p in store.root().rglob("*") if p.is_file() and p.name != ".kiestudio"] == []


@pytest.mark.parametrize(
    "name",
    rows(["plain MP4", "ProRes in MOV", "AVI", "animated WebP", "H.264 in Matroska"], in_short=["plain MP4"]),
)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_file_that_was_cut_is_not_a_result(
    name: str, share: float, saved: Any, made: Callable[[str], bytes]
) -> None:
    body = made(name)
    task = saved(body[: int(len(body) * share)])
    assert task.state == State.SAVING
    assert not task.videos.exists()


def test_a_damaged_file_is_fetched_anew_before_it_is_believed(kie: Any, saving: Any, made: Any) -> None:
    """What broke on its way comes whole the next time."""
    whole = made("AV1")
    good, bad = (
        kie_server.answer(200, body, {"Content-Type": "video/mp4"})
        for body in (whole, made("one damaged packet"))
    )
    with KieServer((bad, bad, good)) as server:
        task = saving(f"{server.url}/a.mp4")
        one_pass()
        assert len(server.requests) == 3
    clip = Video.objects.get(task=task)
    assert (store.root() / clip.path).read_bytes() == whole


def test_one_try_does_not_believe_a_damaged_file(tmp_path: Path, made: Any) -> None:
    from generations.connection import MediaRule

    rule = MediaRule(hosts=frozenset({"127.0.0.1"}), private=frozenset({"127.0.0.1"}))
    with host(made("one damaged packet")) as server, pytest.raises(NotSaved, match="cannot be decoded"):
        archive.add(server.url, rule)
    assert list((tmp_path / "media" / "videos").rglob("*.mp4")) == []


def colour_at(path: str, x: float, y: float) -> str:
    with Image.open(store.root() / path) as still:
        pixel: Any = still.convert("RGB").getpixel((int(still.width * x), int(still.height * y)))
    return "red" if pixel[0] > pixel[2] else "blue"


@pytest.mark.parametrize(
    ("name", "corners"),
    [
        ("plain MP4", ["red", "blue", "blue", "blue"]),
        ("turned", ["blue", "blue", "red", "blue"]),
        ("upside down", ["blue", "blue", "blue", "red"]),
        ("wide pixels", ["red", "blue", "blue", "blue"]),
        ("turned JPEG", ["blue", "blue", "red", "blue"]),
    ],
)
def test_a_still_is_turned_as_the_file_says(name: str, corners: list[str], saved: Any, made: Any) -> None:
    """The upper left is red; turned by 90° against the clock that is the lower left."""
    clip = saved(made(name)).videos.get()
    at = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]
    assert [colour_at(clip.poster_path, x, y) for x, y in at] == corners
    with Image.open(store.root() / clip.poster_path) as still:
        assert still.width / still.height == pytest.approx(clip.width / clip.height, rel=0.05)


def test_no_still_is_larger_than_a_page_needs(saved: Any, made: Any) -> None:
    for name in ("very tall", "very wide", "very thin"):
        clip = saved(made(name)).videos.get()
        for path, most in ((clip.poster_path, (960, 960)), (clip.strip_path, (8 * 288, 512))):
            with Image.open(store.root() / path) as still:
                assert still.width <= most[0]
                assert still.height <= most[1]


@pytest.mark.parametrize("name", rows(CALLED, in_short=["ProRes in MOV", "sound alone", "TIFF", "SVG"]))
def test_a_file_is_called_what_it_is(name: str, saved: Any, made: Any, client: Client, creator: Any) -> None:
    kind, extension = CALLED[name]
    clip = saved(made(name)).videos.get()
    client.force_login(creator)
    assert clip.url == f"/videos/{clip.uuid}.mp4", "an address that scripts rely on"
    answer = client.get(f"{clip.url}?download=1")
    assert b"".join(answer) == made(name)
    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"].endswith(f'.{extension}"')
    page = read(client.get(clip.task.get_absolute_url()))
    assert clip.format_name in page


@pytest.mark.parametrize("name", rows(SHOWN, in_short=["BMP", "TIFF", "SVG"]))
def test_an_image_is_shown_as_far_as_browsers_can(
    name: str, saved: Any, made: Any, client: Client, creator: Any
) -> None:
    shown = SHOWN[name]
    clip = saved(made(name), "image/png").videos.get()
    client.force_login(creator)
    page = read(client.get(clip.task.get_absolute_url()))
    player = page.part("player")
    pictures = {"file": clip.url, "still": clip.poster_url}
    for what, address in pictures.items():
        assert bool(player.having("src", address)) == (what == shown)
    assert ("stored as it came" in player) == (shown == "nothing")
    assert not page.has("video")
    (card,) = read(client.get("/gallery/")).having("id", f"shot-{clip.task.uuid}")
    assert (clip.format_name in card) == (not clip.seconds)


@pytest.mark.parametrize("address", ["", "?download=1"])
@pytest.mark.parametrize("prefix", ["", "/protected/"])
def test_a_drawing_that_may_run_scripts_is_only_downloaded(
    address: str, prefix: str, saved: Any, made: Any, client: Client, creator: Any, settings: Any
) -> None:
    clip = saved(made("SVG"), "image/svg+xml").videos.get()
    settings.MEDIA_ACCEL_PREFIX = prefix
    client.force_login(creator)
    answer = client.get(clip.url + address)
    answer.getvalue()
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_an_image_that_is_shown_is_not_a_download(
    saved: Any, made: Any, client: Client, creator: Any
) -> None:
    clip = saved(made("BMP"), "image/bmp").videos.get()
    client.force_login(creator)
    answer = client.get(clip.url)
    assert answer.getvalue() == made("BMP")
    assert answer["Content-Disposition"].startswith("inline")


def test_a_clip_stays_in_its_page_and_shows_its_still_first(
    saved: Any, made: Any, client: Client, creator: Any
) -> None:
    """Without `playsinline` a phone opens every clip over the whole screen."""
    clip = saved(made("plain MP4")).videos.get()
    client.force_login(creator)
    for address in (clip.task.get_absolute_url(), f"/studio/{clip.task.model_id}/"):
        video = read(client.get(address)).one("video")
        assert video["preload"] in ("none", "metadata")
        assert video["poster"] == clip.poster_url
        assert video["playsinline"] == video["controls"] == ""
        assert video.get("autoplay") is None


def test_a_save_that_breaks_is_a_problem_in_words_with_a_back_off(
    saved: Any, made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(archive, "store", broken)
    task = saved(made("plain MP4"))
    assert task.state == State.SAVING
    assert task.obstacle == Obstacle.BROKE
    assert "ZeroDivision" not in obstacle(task)
    assert task.attempts == 1
    assert task.due_at > task.changed_at
    Task.objects.filter(pk=task.pk).update(changed_at=task.changed_at - cases.AFTER_A_PROBLEM)
    assert cases.case_of(task) is not None


def test_making_a_file_leaves_the_tests_their_priority(tmp_path: Path) -> None:
    before = os.sched_getscheduler(0)
    film(tmp_path / "av1", "libsvtav1", form="mp4", size=(64, 64), codec_options={"preset": "12"})
    assert os.sched_getscheduler(0) == before
