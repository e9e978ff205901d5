"""A board as a cut: the right clips in their order, with in and out in frames, as others read it."""

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import av
import opentimelineio as otio
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from opentimelineio.opentime import RationalTime, TimeRange

from generations.deliver import film
from generations.deliver.frames import exact, timeline_rate
from generations.files import store
from generations.models import Board, Comment, Review, Runtime, Video

pytestmark = pytest.mark.django_db
NTSC = Fraction(30_000, 1001)
NAMES = ["01_Dusk_Kling-2-6_1.mp4", "02_Harbour_Kling-2-6_1.mp4", "03_Fog_Kling-2-6_1.mp4"]


@pytest.fixture
def three(on_board: Callable[..., Video], board: Board, creator: User) -> list[Video]:
    """2 s at 24, 2 s at 25 and 2.002 s at 29.97 frames a second; the second has sound, and two comments."""
    videos = [
        on_board("Dusk", 24, 48),
        on_board("Harbour", 25, 50, sound="aac"),
        on_board("Fog", NTSC, 60, size=(48, 64)),
    ]
    for text, second in (("Too dark\nhere", 1.5), ("The whole of it", None), ("At its end", 99.0)):
        Comment.objects.create(task=videos[1].task, person=creator, text=text, second=second)
    return videos


@pytest.fixture
def cut(client: Client, board: Board, creator: User, three: list[Video]) -> Callable[[str], str]:
    client.force_login(creator)

    def get(form: str) -> str:
        answer = client.get(f"{board.get_absolute_url()}cut.{form}")
        assert answer.status_code == 200
        assert answer["Content-Disposition"] == f'attachment; filename="Launch film.{form}"'
        return answer.content.decode()

    return get


def span(start: int, frames: int, rate: float) -> TimeRange:
    return TimeRange(RationalTime(start, rate), RationalTime(frames, rate))


def marks(clip: Any) -> list[tuple[int, str]]:
    return [(int(mark.marked_range.start_time.value), mark.name) for mark in clip.markers]


def test_the_otio_file_opens_in_its_own_library_with_the_right_clips_order_in_and_out(
    cut: Callable[[str], str], three: list[Video]
) -> None:
    timeline = otio.adapters.read_from_string(cut("otio"), "otio_json")
    pictures, sounds = timeline.tracks
    assert (timeline.name, pictures.kind, sounds.kind) == ("Launch film", "Video", "Audio")
    assert [clip.name for clip in pictures] == NAMES
    assert [clip.media_reference.target_url for clip in pictures] == NAMES
    assert [clip.source_range for clip in pictures] == [span(0, 48, 24)] * 3
    assert [pictures.range_of_child_at_index(n) for n in range(3)] == [span(48 * n, 48, 24) for n in range(3)]
    there = [clip.media_reference.available_range for clip in pictures]
    assert there == [span(0, 48, 24), span(0, 50, 25), span(0, 60, float(NTSC))]
    for clip in pictures:
        media = clip.media_reference.available_range
        assert clip.source_range.end_time_exclusive().to_seconds() <= media.duration.to_seconds() + 1e-9
    assert [marks(clip) for clip in pictures] == [
        [],
        [(36, "Creator: Too dark here"), (47, "Creator: At its end")],
        [],
    ]
    assert pictures[0].metadata["kiestudio"]["task"] == str(three[0].task.uuid)
    assert [type(item).__name__ for item in sounds] == ["Gap", "Clip", "Gap"]
    assert sounds.range_of_child_at_index(1) == span(48, 48, 24)


def test_the_edl_is_read_back_with_the_same_clips_in_and_out(cut: Callable[[str], str]) -> None:
    text = cut("edl")
    assert text.startswith("TITLE: Launch film\nFCM: NON-DROP FRAME\n")
    assert (
        "002  AX       V     C        00:00:00:00 00:00:02:00 00:00:02:00 00:00:04:00\n"
        "* FROM CLIP NAME:  02_Harbour_Kling-2-6_1.mp4"
    ) in text
    (track,) = otio.adapters.read_from_string(text, "cmx_3600", rate=24).tracks
    assert [clip.name for clip in track] == NAMES
    assert [clip.source_range for clip in track] == [span(0, 48, 24)] * 3
    assert marks(track[1]) == [(36, "CREATOR: TOO DARK HERE"), (47, "CREATOR: AT ITS END")]


def test_the_fcpxml_is_read_back_with_the_same_clips_in_and_out(cut: Callable[[str], str]) -> None:
    text = cut("fcpxml")
    assert text.startswith(
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n<fcpxml version="1.8">'
    )
    root = ET.fromstring(text)
    formats = {one.get("id"): one for one in root.iter("format")}
    assets = {one.get("id"): one for one in root.iter("asset")}
    sequence = next(root.iter("sequence"))
    assert in_seconds(sequence, "duration") == 6
    assert in_seconds(formats[sequence.get("format")], "frameDuration") == Fraction(1, 24)
    clips = list(next(root.iter("spine")))
    assert [clip.get("name") for clip in clips] == NAMES
    assert [in_seconds(clip, "offset") for clip in clips] == [0, 2, 4]
    assert [in_seconds(clip, name) for clip in clips for name in ("start", "duration")] == [0, 2] * 3
    media = [assets[clip.get("ref")] for clip in clips]
    assert [one.get("src") for one in media] == [f"./{name}" for name in NAMES]
    assert [one.get("hasAudio") for one in media] == [None, "1", None]
    assert [in_seconds(one, "duration") for one in media] == [2, 2, 60 / NTSC]
    sizes = [(formats[m.get("format")].get("width"), formats[m.get("format")].get("height")) for m in media]
    assert sizes == [("64", "48"), ("64", "48"), ("48", "64")]
    said = [(in_seconds(mark, "start"), mark.get("value")) for mark in clips[1].iter("marker")]
    assert said == [(1.5, "Creator: Too dark here"), (Fraction(47, 24), "Creator: At its end")]


def in_seconds(element: ET.Element, name: str) -> Fraction:
    return Fraction((element.get(name) or "").removesuffix("s"))


@pytest.mark.parametrize(
    ("fps", "own", "edited"),
    [
        (24, 24, 24),
        (23.976, Fraction(24_000, 1001), Fraction(24_000, 1001)),
        (29.97, NTSC, NTSC),
        (59.94, Fraction(60_000, 1001), Fraction(60_000, 1001)),
        (16, 16, 24),
        (24.5, Fraction(49, 2), 25),
        (32, 32, 48),
        (120, 120, 60),
    ],
)
def test_a_measured_rate_is_what_it_was_meant_to_be(fps: float, own: Fraction, edited: Fraction) -> None:
    assert (exact(fps), timeline_rate(exact(fps))) == (own, edited)


def test_at_2997_frames_a_second_each_frame_counts(
    on_board: Callable[..., Video], board: Board, client: Client, creator: User
) -> None:
    for prompt in ("Dusk", "Fog"):
        on_board(prompt, NTSC, 61)
    client.force_login(creator)
    edl, xml = (client.get(f"{board.get_absolute_url()}cut.{form}") for form in ("edl", "fcpxml"))
    assert "00:00:00:00 00:00:02:01 00:00:02:01 00:00:04:02" in edl.content.decode()
    assert 'offset="61061/30000s" start="0s" duration="61061/30000s"' in xml.content.decode()


def test_a_cut_has_only_markers_that_its_reader_may_see_and_that_stand(
    client: Client, board: Board, three: list[Video], reviewer: User, creator: User, tmp_path: Path
) -> None:
    def said(edl: str) -> list[tuple[int, str]]:
        (track,) = otio.adapters.read_from_string(edl, "cmx_3600", rate=24).tracks
        return marks(track[1])

    def got() -> list[tuple[int, str]]:
        return said(client.get(f"{board.get_absolute_url()}cut.edl").content.decode())

    Comment.objects.create(task=three[1].task, person=reviewer, text="Mine", second=1)
    Runtime.objects.update_or_create(pk=1, defaults={"rates_blind": True})
    client.force_login(reviewer)
    mine, all_three = [(24, "REVIEWER: MINE")], [(24, "REVIEWER: MINE"), (36, "CREATOR: TOO DARK HERE")]
    assert got() == mine
    call_command("cut", str(board.uuid), str(tmp_path / "a.edl"), format="edl")
    assert said((tmp_path / "a.edl").read_text())[:2] == all_three, "the command sees all"
    Review.objects.create(task=three[1].task, person=reviewer, stars=3)
    assert got()[:2] == all_three
    Comment.objects.get(text="Too dark\nhere").take_down(creator)
    assert got() == [*mine, (47, "CREATOR: AT ITS END")]


HOSTILE = '"><script>alert(1)</script>\r\n002  AX V C 00:00:00:00\x0b &amp; {%'


def test_words_of_people_end_no_line_and_no_element(
    client: Client, board: Board, three: list[Video], creator: User
) -> None:
    Comment.objects.create(task=three[0].task, person=creator, text=HOSTILE, second=0)
    Board.objects.update(title=f"Launch film{HOSTILE}"[:80])
    client.force_login(creator)
    address = board.get_absolute_url()
    edl, xml = (client.get(f"{address}cut.{form}").content.decode() for form in ("edl", "fcpxml"))
    assert [line[:3] for line in edl.splitlines() if line[:1].isdigit()] == ["001", "002", "003"]
    (mark,) = next(ET.fromstring(xml).iter("spine"))[0].iter("marker")
    assert mark.get("value") == f"Creator: {' '.join(HOSTILE.replace(chr(11), ' ').split())}"


def test_what_does_not_move_is_left_out_and_said(
    three: list[Video], board: Board, client: Client, creator: User, tmp_path: Path, capsys: Any
) -> None:
    Video.objects.filter(pk=three[0].pk).update(container="png", seconds=0)
    call_command("cut", str(board.uuid), str(tmp_path / "a.otio"), format="otio")
    (pictures, _) = otio.adapters.read_from_file(str(tmp_path / "a.otio")).tracks
    assert [clip.name[:2] for clip in pictures] == ["02", "03"]
    assert "Left out, because it does not move: 01_Dusk_Kling-2-6_1.png" in capsys.readouterr().out
    Video.objects.update(seconds=0)
    client.force_login(creator)
    assert client.get(f"{board.get_absolute_url()}cut.otio").status_code == 422
    assert client.get(f"{board.get_absolute_url()}cut.aaf").status_code == 404
    for named, why in ((str(board.uuid), "nothing to cut"), ("x", "There is no board x.")):
        with pytest.raises(CommandError, match=why):
            call_command("cut", named, str(tmp_path / "b.otio"), format="otio")


@pytest.mark.long
def test_the_rough_cut_is_one_film_with_every_frame_of_every_clip_in_its_place(
    three: list[Video], board: Board, tmp_path: Path, capsys: Any
) -> None:
    target = tmp_path / "rough.mp4"
    call_command("cut", str(board.uuid), str(target), format="mp4")
    assert "3 clips, 6.00 s at 24 frames a second." in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []
    with av.open(str(target)) as film:
        picture, sound = film.streams.video[0], film.streams.audio[0]
        assert (picture.codec_context.name, sound.codec_context.name) == ("h264", "aac")
        assert (picture.width, picture.height, str(picture.average_rate)) == (64, 48, "24")
        frames = [frame.to_image() for frame in film.decode(picture)]
    with av.open(str(target)) as film:
        samples = sum(frame.samples for frame in film.decode(audio=0))
    assert len(frames) == 3 * 48
    assert math.isclose(samples / 48_000, 6, abs_tol=0.05)
    for number in (0, 47, 48, 95, 96, 143):
        left, middle = (frames[number].getpixel((x, 36)) for x in (4, 32))
        in_a_box = number >= 96
        assert (max(left) < 40) is in_a_box, "a high clip has black beside it"
        assert middle[2] > 150, "and is blue below"


@pytest.mark.long
def test_a_clip_that_cannot_be_cut_is_named_and_nothing_is_left_behind(
    three: list[Video], board: Board, tmp_path: Path
) -> None:
    path = store.at(three[1].path)
    path.write_bytes(b"\0" * path.stat().st_size)
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(CommandError, match=r"Clip 2 \(02_Harbour_Kling-2-6_1.mp4\): "):
        call_command("cut", str(board.uuid), str(into / "rough.mp4"), format="mp4")
    path.unlink()
    with pytest.raises(CommandError, match="is not on our disk just now"):
        call_command("cut", str(board.uuid), str(into / "rough.mp4"), format="mp4")
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("cut", str(board.uuid), str(into / "nowhere" / "a.edl"), format="edl")
    assert list(into.iterdir()) == []


def test_a_film_that_cannot_be_written_is_no_fault_of_a_clip(
    three: list[Video], board: Board, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match=r"There is no folder .*nowhere\."):
        call_command("cut", str(board.uuid), str(tmp_path / "nowhere" / "a.mp4"), format="mp4")
    one = {"path": str(store.at(three[0].path)), "kind": "mp4", "frames": 2, "has_sound": False}
    target = str(tmp_path / "a.mp4")
    assert film.work([one], [24, 1], [64, 48], str(tmp_path / "none" / "a.mp4")) == {
        "unwritten": "No such file or directory"
    }
    assert film.work([one], [24, 1], [64, 48], "/dev/full") == {"unwritten": "No space left on device"}
    gone = one | {"path": str(tmp_path / "gone.mp4")}
    wrong = film.work([one, gone], [24, 1], [64, 48], target)
    assert (wrong["obstacle"], wrong["part"]) == ("misread", 1)
    monkeypatch.setattr("generations.files.apart.do", lambda *_, **__: {"unwritten": "No space left"})
    with pytest.raises(CommandError, match=r"The film could not be written: No space left\."):
        call_command("cut", str(board.uuid), target, format="mp4")
