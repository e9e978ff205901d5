"""Videos and sounds that people give: measured, stored byte for byte, or refused with a sentence."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import catalogue, orders
from generations.catalogue.limits import Measured, misfit
from generations.catalogue.media import Media
from generations.files import apart, inputs, store, volume
from generations.files.given import NotTaken
from generations.forms.words import FileAtPath, values_from_texts
from generations.models import Asset, State, Task, TaskInput
from generations.orders.inputs import misfits
from generations.orders.sources import clip_of
from generations.worker.steps import run, send
from tests.files.corpus import film
from tests.page import read
from tests.test_road import travel

VIDEO = Media(name="video_urls", label="Video", media="video", single=False, max_items=3)
SOUND = Media(name="audio_url", label="Speech", media="audio")
MOTION = "kling-2.6/motion-control"
SEEDANCE = "bytedance/seedance-2"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def given(tmp_path: Path, creator: User) -> Callable[..., Asset]:
    """A film as `tests.files.corpus` makes it, given by a person: `given("clip.mov", VIDEO, frames=48)`."""

    def give(name: str, param: Media = VIDEO, **how: Any) -> Asset:
        path = tmp_path / name
        film(path, **how)
        return inputs.take(creator, FileAtPath(path), param)

    return give


def spec_of(model_id: str) -> Any:
    spec = catalogue.find(model_id)
    assert spec is not None
    return spec


def test_a_video_is_measured_and_stored_as_it_came(given: Any, tmp_path: Path, creator: User) -> None:
    asset = given("walk.mov", frames=36, sound="aac")
    assert (asset.kind, asset.content_type, asset.name) == ("video", "video/quicktime", "walk.mov")
    assert (asset.width, asset.height, asset.seconds, asset.fps) == (64, 48, 3.0, 12.0)
    assert asset.has_sound
    assert asset.person == creator
    assert store.at(asset.path).read_bytes() == (tmp_path / "walk.mov").read_bytes()
    assert store.is_whole(asset.path, asset.size, asset.sha256)


@pytest.mark.parametrize(
    ("name", "codec", "becomes"),
    [
        ("say.mp3", "libmp3lame", "audio/mpeg"),
        ("say.wav", "pcm_s16le", "audio/wav"),
        ("say.m4a", "aac", "audio/mp4"),
    ],
)
def test_a_sound_is_measured(name: str, codec: str, becomes: str, given: Any) -> None:
    asset = given(name, SOUND, codec="", sound=codec, form="mp4" if name.endswith("m4a") else None)
    assert (asset.kind, asset.content_type) == ("audio", becomes)
    assert asset.seconds == pytest.approx(2.0, abs=0.1)
    assert (asset.width, asset.height) == (0, 0)


def test_a_film_turned_by_its_player_counts_upright(given: Any) -> None:
    asset = given("phone.mp4", turn=90)
    assert (asset.width, asset.height) == (48, 64)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"media": "image"}, "is a video. An image is needed here."),
        ({"media": "audio"}, "is a video. A sound is needed here."),
        ({"accept": ("video/quicktime", "video/webm")}, "is MP4. This model takes QuickTime, WebM."),
        ({"min_seconds": Decimal(3)}, "is 2.0 s long. At least 3 s are needed."),
        ({"max_seconds": Decimal("1.5")}, "is 2.0 s long. This model takes up to 1.5 s."),
        ({"min_px": 300}, "is 64 × 48. At least 300 pixels a side are needed."),
        ({"max_px": 60}, "is 64 × 48. This model takes up to 60 pixels a side."),
        ({"min_pixels": 409_600}, "is 64 × 48, 3,072 pixels in all. At least 409,600 are needed."),
        ({"max_pixels": 3_000}, "is 64 × 48, 3,072 pixels in all. This model takes up to 3,000."),
        ({"aspect_range": (Decimal(2), Decimal(3))}, "is 64 × 48: too long and narrow for this model."),
        ({"min_fps": 24}, "has 12 frames a second. At least 24 are needed."),
        ({"max_fps": 10}, "has 12 frames a second. This model takes up to 10."),
    ],
)
def test_each_limit_is_said_with_what_was_measured(limits: dict[str, Any], words: str, given: Any) -> None:
    asset = given("walk.mp4")
    assert misfit(VIDEO, asset.measured) == "", "the limits refuse it, not the file"
    assert misfit(replace(VIDEO, **limits), asset.measured) == words


def test_a_limit_refuses_the_file_before_it_is_kept(given: Any) -> None:
    with pytest.raises(NotTaken, match=r"walk.mp4 is 2.0 s long. At least 3 s are needed."):
        given("walk.mp4", replace(VIDEO, min_seconds=Decimal(3)))
    assert not Asset.objects.exists()
    assert not [p for p in store.root().rglob("*") if p.is_file() and p != volume.mark()]


def test_lengths_that_round_are_taken() -> None:
    file = Measured(media="video", content_type="video/mp4", size=1, seconds=15.02, fps=23.976)
    limits = replace(VIDEO, max_seconds=Decimal(15), min_fps=24)
    assert misfit(limits, file) == ""
    assert misfit(limits, replace(file, seconds=15.2))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda data: data[: len(data) * 2 // 3], "walk.mp4 is not whole: its end is missing."),
        (lambda data: b"no video " * 400, "walk.mp4 is no video or sound that can be read here."),
        (lambda data: b"GIF89a" + data, "walk.mp4 is an image. A video is needed here."),
        (lambda data: data.replace(b"stsd", b"xxxx"), "walk.mp4 "),
    ],
    ids=["cut", "text", "image", "damaged"],
)
def test_what_is_broken_is_refused_with_a_sentence(
    spoil: Any, words: str, tmp_path: Path, creator: User
) -> None:
    film(tmp_path / "whole.mp4")
    path = tmp_path / "walk.mp4"
    path.write_bytes(spoil((tmp_path / "whole.mp4").read_bytes()))
    with pytest.raises(NotTaken) as refusal:
        inputs.take(creator, FileAtPath(path), VIDEO)
    assert str(refusal.value).startswith(words)
    assert not Asset.objects.exists()


def test_a_file_that_breaks_its_reader_is_refused(given: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*args: Any, **kwargs: Any) -> Any:
        raise apart.Failed("crashed")

    monkeypatch.setattr(apart, "do", crash)
    with pytest.raises(NotTaken, match=r"walk.mp4 could not be read here"):
        given("walk.mp4")


def test_a_large_file_is_refused_by_its_size_alone(given: Any, tmp_path: Path, creator: User) -> None:
    path = tmp_path / "long.mp4"
    with path.open("wb") as file:
        file.truncate(11 * 1024**2)
    with pytest.raises(NotTaken, match=r"long.mp4 is 11.0 MB. This model takes up to 10 MB."):
        inputs.take(creator, FileAtPath(path), replace(VIDEO, max_mb=10))


def test_the_browser_gives_a_video_and_gets_its_tile(client: Client, creator: User, tmp_path: Path) -> None:
    client.force_login(creator)
    film(tmp_path / "dance.mp4", frames=48)
    with (tmp_path / "dance.mp4").open("rb") as file:
        answer = client.post("/uploads/", {"model": MOTION, "param": "video_urls", "file": file})
    asset, page = Asset.objects.get(), read(answer)
    assert answer.status_code == 200
    assert page.sent["video_urls"] == [asset.reference]
    assert "4.0 s, 64 × 48, 12 fps" in page
    piece = client.get(asset.url, HTTP_RANGE="bytes=0-99")
    assert piece.status_code == 206
    assert piece.headers["Content-Type"] == "video/mp4"
    assert len(piece.getvalue()) == 100


def test_the_shell_gives_a_video_by_its_path(creator: User, tmp_path: Path) -> None:
    film(tmp_path / "dance.mp4", frames=48, size=(400, 400))
    pairs = {
        "prompt": ["Dance"],
        "input_urls": ["https://a.example/face.png"],
        "video_urls": [str(tmp_path / "dance.mp4")],
        "mode": ["720p"],
    }
    form = values_from_texts(spec_of(MOTION), creator, pairs)
    assert not form.errors
    assert form.values()["video_urls"] == [Asset.objects.get().reference]


def test_what_was_given_goes_to_kie_and_stands_in_rows(given: Any, kie: Any, creator: User) -> None:
    asset = given("dance.mp4", frames=48)
    face = "https://a.example/face.png"
    values = {"prompt": "Dance", "input_urls": [face], "video_urls": [asset.reference], "mode": "720p"}
    spec = spec_of(MOTION)
    task = orders.place(creator, spec, spec.defaults() | values)
    rows: Any = TaskInput.objects.order_by("param").values_list("task", "param", "place", "asset", "address")
    assert list(rows) == [(task.pk, "input_urls", 0, None, face), (task.pk, "video_urls", 0, asset.pk, "")]
    run(send(task, kie))
    asset.refresh_from_db()
    assert task.state == State.RUNNING
    assert asset.kie_url.endswith(".mp4")
    assert Asset.objects.unused().count() == 0


def test_a_clip_made_here_is_given_without_a_second_upload_from_people(
    order: Any, kie: Any, creator: User
) -> None:
    first = travel(order(), kie)
    clip = clip_of(creator, f"#{first.pk}")
    assert clip == clip_of(creator, f"#{first.pk}"), "one clip is one asset"
    form = values_from_texts(
        spec_of("runway/gen4-aleph"), creator, {"prompt": ["Snow"], "video_url": [f"#{first.pk}"]}
    )
    assert not form.errors
    task = orders.place(creator, form.spec, form.values())
    assert task.inputs.get().asset == clip
    run(send(task, kie))
    assert task.state == State.RUNNING
    clip.refresh_from_db()
    assert clip.kie_url
    assert Task.objects.filter(inputs__asset__video__task=first).get() == task


def test_a_file_that_fits_one_model_is_judged_anew_by_the_next(given: Any) -> None:
    spec, clips = spec_of(SEEDANCE), [given(f"{n}.mp4", frames=96) for n in range(2)]
    values = {"reference_video_urls": [clip.reference for clip in clips]}
    problems = misfits(spec, values)
    assert [p.param for p in problems] == ["reference_video_urls"] * 3
    assert "3,072 pixels in all" in problems[0].text
    assert "16.0 s long together. This model takes up to 15 s" in problems[-1].text
    with pytest.raises(orders.NotAdmitted, match="pixels in all"):
        orders.place(clips[0].person, spec, spec.defaults() | {"prompt": "Sea"} | values)
    assert not Task.objects.exists()
