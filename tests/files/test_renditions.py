"""A version that plays everywhere is made on demand, beside the original and never in its place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest
from django.test import Client

from generations.files import apart, rendering, store
from generations.files.kinds import KINDS
from generations.models import Obstacle, Rendition, State, Video
from generations.wording.obstacles import obstacle
from generations.worker.sweep import one_pass
from tests.files.corpus import FILES
from tests.page import read
from tests.task_page.rows import add_video, ready
from tests.thorough import rows

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
PLAYED = [name for name, (_, facts) in FILES.items() if not KINDS[facts.get("container", "mp4")].is_picture]


@pytest.fixture
def stored(creator: Any, made: Callable[[str], bytes], kie: Any) -> Callable[[str], Video]:
    """A ready task whose clip is this file of the corpus."""

    def put(name: str) -> Video:
        task = ready(creator)
        task.videos.all().delete()
        body = made(name)
        path = store.root() / "videos" / "aa" / f"{task.pk}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        facts = {"container": "mp4"} | FILES[name][1] if name in FILES else {"container": "mp4"}
        known = {
            k: v for k, v in facts.items() if k in ("container", "video_codec", "audio_codec", "pixel_format")
        }
        return add_video(task, path=f"videos/aa/{task.pk}.mp4", size=len(body), **known)

    return put


def streams(path: Path) -> list[tuple[str, str]]:
    with av.open(str(path)) as found:
        return [(s.type, s.codec_context.name) for s in found.streams]


@pytest.mark.parametrize("name", rows(PLAYED, in_short=["HEVC", "turned", "AVI"]))
def test_everything_that_moves_is_made_to_play_everywhere(name: str, made: Any, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target.mp4"
    source.write_bytes(made(name))
    kind = FILES[name][1].get("container", "mp4")
    facts = {"source": str(source), "kind": kind, "target": str(target)}
    done = apart.do("generations.files.convert", facts, seconds=60, mebibytes=rendering.MEBIBYTES)
    assert done.get("obstacle") is None
    with av.open(str(target)) as film:
        picture = film.streams.video[0]
        assert (picture.codec_context.name, picture.codec_context.pix_fmt) == ("h264", "yuv420p")
        frames = list(film.decode(picture))
    assert len(frames) in {1, 4, 23, 24}
    assert max(frames[0].width, frames[0].height) <= 1920
    wide, high = FILES[name][1].get("width", 64), FILES[name][1].get("height", 48)
    assert abs(frames[0].width * high - frames[0].height * wide) <= 2 * max(wide, high)
    image = frames[0].to_image()
    lower_left = image.getpixel((image.width // 4, image.height * 3 // 4))
    assert (lower_left[0] > lower_left[2]) == (name == "turned")
    sound = [s.codec_context.name for s in av.open(str(target)).streams.audio]
    assert sound == (["aac"] if name in ("plain MP4", "VP9 in WebM", "MPEG-TS") else [])


@pytest.mark.parametrize(
    ("facts", "name", "everywhere"),
    [
        (("mp4", "h264", "aac", "yuv420p"), "H.264 and AAC in MP4", True),
        (("mp4", "h264", "", "yuvj420p"), "H.264 in MP4", True),
        (("mov", "h264", "aac", "yuv420p"), "H.264 and AAC in QuickTime", False),
        (("mp4", "h264", "", "yuv420p10le"), "10-bit H.264 in MP4", False),
        (("mp4", "h264", "", "yuv422p"), "4:2:2 H.264 in MP4", False),
        (("mp4", "hevc", "aac", "yuv420p"), "HEVC and AAC in MP4", False),
        (("webm", "vp9", "opus", "yuv420p"), "VP9 and Opus in WebM", False),
        (("gif", "gif", "", ""), "GIF", True),
        (("mp4", "zzz9", "", ""), "ZZZ9 in MP4", False),
        (("", "", "", ""), "MP4", True),
    ],
)
def test_a_page_names_what_it_is_and_knows_what_plays_everywhere(
    facts: tuple[str, ...], name: str, everywhere: bool
) -> None:
    fields = ("container", "video_codec", "audio_codec", "pixel_format")
    clip = Video(**dict(zip(fields, facts, strict=True)))
    assert (clip.format_name, clip.plays_anywhere) == (name, everywhere)


def test_who_asks_gets_it_and_the_original_stays(
    stored: Any, made: Any, client: Client, reviewer: Any
) -> None:
    clip = stored("HEVC")
    client.force_login(reviewer)
    page = read(client.get(clip.task.get_absolute_url()))
    (told_by_script,) = page.having("data-cannot", "play")
    assert told_by_script.text == "This browser cannot play HEVC."
    assert "Make a version that plays everywhere" in page
    for _ in range(2):
        assert client.post(f"/videos/{clip.uuid}/everywhere/").status_code == 302
    rendition = Rendition.objects.get()
    assert client.get(rendition.url).status_code == 404
    one_pass()
    rendition.refresh_from_db()
    assert (rendition.state, rendition.obstacle) == (Rendition.State.READY, "")
    assert streams(store.root() / rendition.path) == [("video", "h264")]
    assert (store.root() / clip.path).read_bytes() == made("HEVC")
    page = read(client.get(clip.task.get_absolute_url()))
    assert page.one("video")["src"] == rendition.url
    assert page.one("navigation", "Actions").link("Download").href == f"{clip.url}?download=1"
    answer = client.get(rendition.url)
    assert (answer["Content-Type"], len(b"".join(answer))) == ("video/mp4", rendition.size)


def test_one_that_cannot_be_made_says_why_and_can_be_asked_for_again(
    stored: Any, client: Client, creator: Any
) -> None:
    clip = stored("unknown codec tag")
    client.force_login(creator)
    client.post(f"/videos/{clip.uuid}/everywhere/")
    one_pass()
    rendition = Rendition.objects.get()
    assert rendition.state == Rendition.State.FAILED
    assert "Nothing here can decode it" in read(client.get(clip.task.get_absolute_url()))
    assert list((store.root() / "incoming").iterdir()) == []
    client.post(f"/videos/{clip.uuid}/everywhere/")
    rendition.refresh_from_db()
    assert rendition.is_open


def test_one_that_takes_its_worker_along_is_given_up(stored: Any) -> None:
    rendition = Rendition.ask_for(stored("HEVC"))
    begun = [Rendition.objects.get(pk=rendition.pk).begin() for _ in range(4)]
    assert begun == [True, True, True, False]
    rendition.refresh_from_db()
    assert rendition.state == Rendition.State.FAILED
    assert "never came to an end" in obstacle(rendition)


@pytest.mark.parametrize(
    ("module", "limits", "why"),
    [
        ("tests.files.endless_work", {"seconds": 0.5, "mebibytes": 512}, "too long"),
        ("tests.files.greedy_work", {"seconds": 20, "mebibytes": 300}, "memory"),
        ("tests.files.dying_work", {"seconds": 20, "mebibytes": 512}, "crashed"),
    ],
)
def test_what_a_decoder_does_apart_is_bounded(module: str, limits: dict[str, Any], why: str) -> None:
    with pytest.raises(apart.Failed, match=why):
        apart.do(module, {}, **limits)


def test_no_secret_is_in_the_environment_of_a_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIE_API_KEY", "a secret")
    monkeypatch.setenv("LANG", "C.UTF-8")
    seen = apart.do("tests.files.environment_work", {}, seconds=20, mebibytes=512)
    assert "LANG" in seen
    assert "KIE_API_KEY" not in seen


def test_while_one_is_made_everything_else_goes_on(
    stored: Any, order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has a place of its own: orders and files do not wait for it."""
    import threading

    order()
    waits = threading.Event()

    def slow(path: str, kind: str) -> Any:
        assert waits.wait(20)
        raise rendering.NotRendered(Obstacle.CRASHED)

    monkeypatch.setattr(rendering, "render", slow)
    from generations.models import Task
    from generations.worker.sweep import Sweep

    rendition = Rendition.ask_for(stored("HEVC"))
    with Sweep() as sweep:
        while Task.objects.exclude(state=State.READY).exists():
            sweep.begin_due()
            sweep.settle(0.05)
        rendition.refresh_from_db()
        assert rendition.state == Rendition.State.MAKING
        waits.set()
    rendition.refresh_from_db()
    assert rendition.obstacle == Obstacle.CRASHED
