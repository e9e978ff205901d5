"""Single frames of clips become images: the right one, in full size, once."""

import uuid
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generations import catalogue
from generations.files import frames, store
from generations.files.given import NotTaken
from generations.models import Asset, Video
from generations.orders.first_frame import first_frame, nearest_with_frame, starting_from
from tests.files.corpus import RATE, film
from tests.given.clips import brightening, frame_number, image, stored
from tests.page import read
from tests.task_page.rows import KLING, VEO, ready

pytestmark = pytest.mark.django_db
HAILUO = "hailuo/02-image-to-video-standard"
FIRST_AND_LAST = "FIRST_AND_LAST_FRAMES_2_VIDEO"


def test_each_frame_is_cut_in_full_size_and_the_same_one_is_one_asset(
    creator: User, reviewer: User, clip: Video
) -> None:
    cut = {at: frames.cut(creator, clip, at) for at in (0.0, 0.51, 1.0, frames.LAST)}
    assert [frame_number(asset) for asset in cut.values()] == [0, 6, 12, 23]
    assert [asset.at_ms for asset in cut.values()] == [0, 500, 1000, 1917]
    for asset in cut.values():
        assert (asset.width, asset.height, asset.content_type) == (96, 64, "image/jpeg")
        assert (asset.frame_of, asset.person, asset.kind) == (clip, creator, "image")
        assert store.has_size(asset.path, asset.size)
    again = [frames.cut(reviewer, clip, at) for at in (0.0, 0.5, 0.55, 1.0, 99.0)]
    assert [asset.pk for asset in again] == [cut[at].pk for at in (0.0, 0.51, 0.51, 1.0, frames.LAST)]
    store.delete(cut[1.0].path)
    healed = frames.cut(reviewer, clip, 1.0)
    assert healed.pk == cut[1.0].pk
    assert frame_number(healed) == 12
    assert Asset.objects.count() == 4


def test_a_frame_is_upright_with_square_pixels_from_any_container(creator: User, tmp_path: Path) -> None:
    made = {
        "turned.mp4": ({"turn": 90}, (64, 96)),
        "wide.mp4": ({"shape": Fraction(2, 1)}, (192, 64)),
        "film.mkv": ({}, (96, 64)),
        "film.ts": ({"form": "mpegts"}, (96, 64)),
        "film.h264": ({"form": "h264"}, (96, 64)),
    }
    for name, (how, size) in made.items():
        path = tmp_path / name
        brightening(path, **how)  # type: ignore[arg-type]
        clip = stored(creator, path, path.suffix[1:])
        middle = 15.2 / (25 if path.suffix == ".h264" else RATE)  # A raw stream has no rate of its own.
        for at, number in ((0.0, 0), (middle, 15), (frames.LAST, 23)):
            asset = frames.cut(creator, clip, at)
            assert (asset.width, asset.height) == size, name
            assert frame_number(asset) == number, f"{name} at {at}"


def test_what_gives_no_frame_says_why_and_leaves_nothing(creator: User, clip: Video, tmp_path: Path) -> None:
    film(tmp_path / "hum.mp4", codec="", sound="aac")
    (tmp_path / "junk.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 40)
    hum = stored(creator, tmp_path / "hum.mp4")
    junk = stored(creator, tmp_path / "hum.mp4", video_codec="h264", audio_codec="")
    store.at(junk.path).write_bytes((tmp_path / "junk.mp4").read_bytes())
    junk.size = (tmp_path / "junk.mp4").stat().st_size
    gone = stored(creator, tmp_path / "hum.mp4", video_codec="h264")
    store.delete(gone.path)
    for which, words in ((hum, "has no picture"), (junk, "cannot be read here"), (gone, "not on our disk")):
        with pytest.raises(NotTaken, match=words):
            frames.cut(creator, which, frames.LAST)
    assert not Asset.objects.exists()
    assert list(store.incoming().iterdir()) == []


@pytest.mark.parametrize("text", ["", "x", "nan", "inf", "-1", "1_0", "١", "1e400", "second"])
def test_what_is_no_moment_is_none(text: str) -> None:
    assert frames.moment_of(text) is None


def test_one_press_opens_the_studio_that_starts_from_the_last_frame(studio: Client, clip: Video) -> None:
    """By the nearest model that starts from an image, and says so."""
    answer = studio.post(f"/videos/{clip.uuid}/frame/", {"at": "last"})
    assert answer["Location"].startswith("/studio/kling-2.6/image-to-video/?from=")
    page = read(studio.get(answer["Location"]))
    asset = Asset.objects.get()
    assert frame_number(asset) == 23
    assert page.sent["image_urls"] == [asset.reference]
    assert page.field("Prompt").value == "Slow dolly <over> dunes"
    assert "Kling 2.6 starts from no image, so this is Kling 2.6" in page
    wish = {**page.part("order").sent, "order_key": str(uuid.uuid4())}
    assert studio.post("/studio/kling-2.6/image-to-video/", wish).status_code == 302
    assert clip.task.pk == asset.inputs.get().asset.frame_of.task_id  # type: ignore[union-attr]


def test_a_moment_that_is_none_or_a_broken_file_is_said_where_it_was_pressed(
    studio: Client, clip: Video
) -> None:
    for at, words in (("soon", "That is no moment of a clip"), ("last", "not on our disk")):
        if at == "last":
            store.delete(clip.path)
        answer = studio.post(f"/videos/{clip.uuid}/frame/", {"at": at}, follow=True)
        assert answer.redirect_chain[-1][0] == clip.task.get_absolute_url()
        assert words in read(answer)
    assert not Asset.objects.exists()


def test_a_model_that_takes_a_first_frame_keeps_its_values_and_loses_its_other_frames() -> None:
    hailuo, veo = catalogue.models()[HAILUO], catalogue.models()[VEO]
    assert nearest_with_frame(hailuo, {}) is hailuo
    assert nearest_with_frame(veo, {}) is veo
    before: dict[str, Any] = {"prompt": "On", "image_url": ["upload:a"], "end_image_url": ["upload:b"]}
    assert starting_from(hailuo, before, "upload:c") == {"prompt": "On", "image_url": ["upload:c"]}
    taken, mode = first_frame(veo), veo.with_role("mode")
    assert taken
    assert mode
    for was in ("TEXT_2_VIDEO", "REFERENCE_2_VIDEO", FIRST_AND_LAST):
        values = starting_from(veo, {"prompt": "On", mode.name: was}, "upload:c")
        assert values[taken.name] == ["upload:c"]
        assert values.get(mode.name) in (None, FIRST_AND_LAST)
        assert not veo.problems(veo.settled(values))
    kling = catalogue.models()[KLING]
    near = nearest_with_frame(kling, {})
    assert near
    assert near.id == "kling-2.6/image-to-video"


def test_every_model_that_starts_from_an_image_takes_one_there() -> None:
    models = [m for m in catalogue.models().values() if m.orderable and first_frame(m)]
    assert len(models) > 20
    for spec in models:
        param = first_frame(spec)
        assert param
        values = starting_from(spec, {**spec.defaults(), "prompt": "On"}, "upload:c")
        blamed = {problem.param for problem in spec.problems(spec.settled(values))}
        assert param.name not in blamed, spec.id


def test_a_frame_of_an_unseen_clip_is_not_cut(client: Client, reviewer: User, clip: Video) -> None:
    client.force_login(User.objects.create_user("stranger"))
    assert client.post(f"/videos/{clip.uuid}/frame/", {"at": "first"}).status_code == 403
    client.force_login(reviewer)
    assert client.post(f"/videos/{clip.uuid}/frame/", {"at": "first"}).status_code == 403
    assert not Asset.objects.exists()


def test_what_crops_show_is_kept(creator: User, clip: Video) -> None:
    """And what nothing names for a week is not."""
    ready(creator)
    old = image(creator, created_at="2020-01-01T00:00:00Z")
    part = image(creator, cropped_from=old, box="0,0,9,9", created_at="2020-01-01T00:00:00Z")
    assert list(Asset.objects.unused()) == [part]
    part.delete()
    assert list(Asset.objects.unused()) == [old]
