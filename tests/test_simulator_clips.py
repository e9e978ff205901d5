"""The clips of the sandbox are real, and are what was ordered."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
import requests

from generations import catalogue
from generations.catalogue.media import Media
from generations.catalogue.params import Choice
from generations.catalogue.spec import ModelSpec
from generations.simulator import Simulator
from generations.simulator.paint import clips
from tests.sandbox_caller import Caller, links, settings, until

pytestmark = pytest.mark.long
PICTURE = "https://files.example/first.png"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with Simulator(settings(tmp_path_factory.mktemp("sandbox"))) as simulator:
        yield simulator


@pytest.fixture
def caller(sandbox: Simulator) -> Iterator[Caller]:
    made = Caller(sandbox.url)
    yield made
    made.session.close()


def probe(content: bytes) -> dict[str, Any]:
    """Size, length and sound of a file whose picture decodes."""
    with av.open(io.BytesIO(content), "r") as container:
        video = container.streams.video[0]
        assert next(container.decode(video=0)).width == video.codec_context.width
        container.seek(0)
        frames = sum(packet.size > 0 for packet in container.demux(video))
        assert video.codec_context.name == "h264"
        assert video.codec_context.pix_fmt == "yuv420p"
        assert container.duration is not None
        return {
            "size": (video.codec_context.width, video.codec_context.height),
            "seconds": container.duration / 1_000_000,
            "frames": frames,
            "sound": bool(container.streams.audio),
        }


def with_defaults(spec: ModelSpec) -> dict[str, Any]:
    """The least that the model takes, defaults sent along as the studio does, at its shortest length."""
    values: dict[str, object] = {"prompt": "A lighthouse at dusk"}
    length = spec.with_role("length")
    if isinstance(length, Choice):
        values[length.name] = min(length.options, key=float)
    for param in spec.params:
        if isinstance(param, Media) and param.required:
            values[param.name] = [PICTURE] * max(1, param.min_items)
    return spec.wire(values)


OTHERS = (
    "kling-3.0/video",
    "kling/ai-avatar-standard",
    "wan/2-2-a14b-speech-to-video-turbo",
    "wan/3-0-video",
)
SPECS = [spec for spec in catalogue.models().values() if spec.on_card or spec.id in OTHERS]
"""The card's models, and one for each other way to say how long, how large and with what sound."""


def shape_of(spec: ModelSpec, values: dict[str, Any]) -> Fraction:
    named = {"landscape": "16:9", "portrait": "9:16"}
    text = str(spec.value_of("shape", values) or "16:9")
    across, _, down = named.get(text, text).partition(":")
    return Fraction(int(across), int(down)) if down else Fraction(16, 9)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.id)
def test_models_of_every_kind_end_with_a_playable_file(tmp_path: Path, spec: ModelSpec) -> None:
    values = with_defaults(spec)
    with Simulator(settings(tmp_path)) as sandbox:
        caller = Caller(sandbox.url)
        record = caller.ended(caller.order_of(spec, values))
        (url,) = links(record)
        spent = 5000 - caller.balance()
        assert record.get("creditsConsumed", spent) == spent > 0
        content = caller.session.get(url, timeout=30).content
        caller.session.close()
    seen = probe(content)
    seconds = float(spec.seconds(values) or clips.USUAL_SECONDS)
    width, height = seen["size"]
    assert seen["seconds"] == pytest.approx(seconds, abs=0.1)
    assert seen["frames"] == round(seconds * clips.FRAME_RATE)
    assert width / height == pytest.approx(float(shape_of(spec, values)), rel=0.01)
    assert max(width, height) <= 1280
    assert seen["sound"] is (spec.family == "Veo" or spec.value_of("sound", values) is True)


@pytest.mark.parametrize(
    ("values", "size", "sound"),
    [
        ({"aspect_ratio": "21:9", "resolution": "480p"}, (1120, 480), False),
        ({"aspect_ratio": "9:16", "resolution": "720p", "generate_audio": True}, (720, 1280), True),
        ({"aspect_ratio": "3:4", "resolution": "480p"}, (480, 640), False),
    ],
)
def test_shape_size_and_sound_follow_the_order(
    tmp_path: Path, values: dict[str, Any], size: tuple[int, int], sound: bool
) -> None:
    spec = catalogue.find("bytedance/seedance-1.5-pro")
    assert spec is not None
    path = tmp_path / "clip.mp4"
    clips.render(clips.ordered(spec, {"prompt": "Silk", "duration": 4, **values}), path)
    seen = probe(path.read_bytes())
    assert (seen["size"], seen["sound"], seen["frames"]) == (size, sound, 96)


def test_the_index_stands_before_the_pictures(tmp_path: Path) -> None:
    clip = clips.Clip(width=320, height=180, seconds=1, sound=True, prompt="", label="Veo 3.1")
    path = tmp_path / "clip.mp4"
    clips.render(clip, path)
    content = path.read_bytes()
    assert 0 < content.index(b"moov") < content.index(b"mdat")


def test_a_clip_is_rendered_once_for_all_who_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[Path] = []

    def count(clip: clips.Clip, path: Path, **more: Any) -> None:
        rendered.append(path)
        path.write_bytes(b"clip")

    monkeypatch.setattr(clips, "render", count)
    studio = clips.Studio(tmp_path)
    clip = clips.Clip(width=320, height=180, seconds=1, sound=False, prompt="", label="x")
    with ThreadPoolExecutor(8) as pool:
        paths = set(pool.map(lambda _: studio.file_of(clip), range(8)))
    assert len(rendered) == 1
    assert [p.name for p in tmp_path.iterdir()] == [p.name for p in paths]


def test_takes_of_one_order_differ() -> None:
    spec = catalogue.find("veo3")
    assert spec is not None
    values = {"prompt": "Hills"}
    assert clips.ordered(spec, values, take=0).name != clips.ordered(spec, values, take=1).name
    assert clips.ordered(spec, values).name == clips.ordered(spec, values).name


def caption(prompt: str) -> bytes:
    clip = clips.Clip(width=640, height=360, seconds=5, sound=False, prompt=prompt, label="Veo 3.1")
    return clips.caption(clip).tobytes()


@pytest.mark.parametrize("prompt", ["قلب المدينة", "雨中的灯塔", "Елка", "🙂"])
def test_a_caption_has_no_boxes_for_signs_that_the_font_lacks(prompt: str) -> None:
    assert caption(prompt) == caption("")
    assert caption("Hills") != caption("")
    assert caption("Café — näive") == caption("Cafe - naive")


@pytest.fixture(scope="module")
def result(sandbox: Simulator) -> str:
    caller = Caller(sandbox.url)
    task_id = caller.veo(aspectRatio="9:16")
    (url,) = caller.ended(task_id)["response"]["resultUrls"]
    caller.session.close()
    return str(url)


def test_results_are_served_by_range_without_a_key(result: str) -> None:
    whole = requests.get(result, timeout=30)
    total = len(whole.content)
    head = requests.head(result, timeout=5)
    assert head.headers["Content-Length"] == str(total)
    assert head.headers["ETag"] == whole.headers["ETag"]
    assert whole.headers["Content-Type"] == "video/mp4"
    for header, first, last in (("bytes=10-19", 10, 19), ("bytes=-5", total - 5, total - 1),
                                (f"bytes={total - 3}-", total - 3, total - 1)):  # fmt: skip
        part = requests.get(result, headers={"Range": header}, timeout=5)
        assert part.status_code == 206
        assert part.headers["Content-Range"] == f"bytes {first}-{last}/{total}"
        assert part.content == whole.content[first : last + 1]
    beyond = requests.get(result, headers={"Range": f"bytes={total}-"}, timeout=5)
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{total}"


def test_there_is_no_file_before_the_end(tmp_path: Path) -> None:
    with Simulator(settings(tmp_path, fastest=30, slowest=60)) as sandbox:
        caller = Caller(sandbox.url)
        task_id = caller.veo()
        answer = requests.get(f"{sandbox.url}/files/results/{task_id}.mp4", timeout=5)
        copy = caller.get("/api/v1/veo/get-1080p-video", taskId=task_id)
        caller.session.close()
    assert answer.status_code == 404
    assert (copy["code"], copy["msg"]) == (422, "record status is not success.")


def test_download_links_are_for_our_files_only(caller: Caller, result: str) -> None:
    link = caller.post("/api/v1/common/download-url", {"url": result})["data"]
    assert link != result
    assert requests.get(link, timeout=30).content == requests.get(result, timeout=30).content
    assert caller.post("/api/v1/common/download-url", {"url": "https://example.com/a.mp4"}) == {
        "code": 422, "msg": "url is wrong", "data": None,
    }  # fmt: skip
    assert requests.get(link.replace("/temporary/", "/temporary/0"), timeout=5).status_code == 404


def test_the_1080p_copy_is_not_ready_then_ready_and_costs_five_credits_once(caller: Caller) -> None:
    task_id = caller.veo(prompt="A harbour")
    caller.ended(task_id)
    before = caller.balance()

    def copy() -> Any:
        return caller.get("/api/v1/veo/get-1080p-video", taskId=task_id, index="0")

    first = copy()
    assert (first["code"], first["msg"][:19]) == (400, "1080P is processing")
    assert caller.balance() == before
    ready = until(lambda: (answer := copy())["code"] == 200 and answer)
    copy()
    assert caller.balance() == before - 5
    seen = probe(caller.session.get(ready["data"]["resultUrl"], timeout=30).content)
    assert seen["size"] == (1920, 1080)
    assert caller.get("/api/v1/veo/get-1080p-video", taskId="x")["msg"] == "record is null."
