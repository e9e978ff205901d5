"""A board as a ZIP: made while it is sent, as long as it says, under names that every system takes."""

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations.deliver import names
from generations.deliver.archive import GB, Archive, TooMuch
from generations.deliver.shots import shots_of
from generations.files import store
from generations.models import Board, Review, Runtime, Task, Video

pytestmark = pytest.mark.django_db
FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def three(on_board: Callable[..., Video]) -> list[Video]:
    return [on_board("../../etc/passwd at dusk"), on_board(FORMULA, 25, 50), on_board("夜の 港 Übergänge")]


def archive(board: Board) -> Archive:
    return Archive(shots_of(board, Task.objects.all(), None), timezone.now())


def opened(data: bytes) -> zipfile.ZipFile:
    found = zipfile.ZipFile(io.BytesIO(data))
    assert found.testzip() is None
    return found


def listed(zipped: zipfile.ZipFile) -> list[dict[str, str]]:
    text = zipped.read("manifest.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_zip_has_every_file_under_a_readable_name_and_a_list(
    client: Client, board: Board, three: list[Video], reviewer: User
) -> None:
    Review.objects.create(task=three[0].task, person=reviewer, stars=4, verdict="approved")
    client.force_login(reviewer)
    head = client.head(f"{board.get_absolute_url()}clips.zip")
    answer = client.get(f"{board.get_absolute_url()}clips.zip")
    data = b"".join(answer)
    assert int(answer["Content-Length"]) == int(head["Content-Length"]) == len(data)
    assert answer["Content-Disposition"] == 'attachment; filename="Launch film.zip"'
    assert (answer["Content-Type"], answer["Accept-Ranges"]) == ("application/zip", "none")
    zipped = opened(data)
    assert zipped.namelist() == [
        "manifest.csv",
        "01_etc-passwd-at-dusk_Kling-2-6_1.mp4",
        "02_HYPERLINK-1_Kling-2-6_1.mp4",
        "03_夜の-港-Übergänge_Kling-2-6_1.mp4",
    ]
    for video, name in zip(three, zipped.namelist()[1:], strict=True):
        assert zipped.read(name) == store.at(video.path).read_bytes()
    first, second, third = listed(zipped)
    assert first["uuid"] == str(three[0].task.uuid)
    assert first["video"] == str(three[0].uuid)
    assert (first["file"], first["verdict"], first["stars"]) == (zipped.namelist()[1], "approved", "4.00")
    assert (first["length"], first["fps"], first["credits"]) == ("2.000", "24", "55")
    assert (second["prompt"], second["fps"]) == (f"'{FORMULA}", "25")
    assert (third["person"], third["model"], third["note"]) == ("Creator", "Kling 2.6", "")


def test_who_rates_blind_finds_their_own_opinion_alone_on_the_board_and_in_its_list(
    client: Client, board: Board, three: list[Video], reviewer: User, creator: User
) -> None:
    Review.objects.create(task=three[0].task, person=creator, stars=5, verdict="changes")
    Review.objects.create(task=three[1].task, person=reviewer, verdict="approved")
    Review.objects.create(task=three[1].task, person=creator, stars=2, verdict="rejected")
    Runtime.objects.update_or_create(pk=1, defaults={"rates_blind": True})

    def said(viewer: User) -> list[tuple[str, str]]:
        client.force_login(viewer)
        rows = listed(opened(b"".join(client.get(f"{board.get_absolute_url()}clips.zip"))))
        return [(row["verdict"], row["stars"]) for row in rows]

    assert said(reviewer) == [("", ""), ("approved", ""), ("", "")]
    page = client.get(board.get_absolute_url()).content.decode()
    for word, is_shown in (("Approved", True), ("Changes asked", False), ("Rejected", False)):
        assert (word in page) is is_shown, word
    assert said(creator)[:2] == [("changes", "5.00"), ("rejected", "2.00")], "to whom the clips belong"
    Review.objects.create(task=three[0].task, person=reviewer, stars=3)
    assert said(reviewer)[0] == ("changes", "4.00"), "who has given stars"


def test_a_file_that_is_gone_is_named_in_the_list_and_searched_for(
    client: Client, board: Board, three: list[Video], creator: User
) -> None:
    store.at(three[1].path).unlink()
    client.force_login(creator)
    zipped = opened(b"".join(client.get(f"{board.get_absolute_url()}clips.zip")))
    assert [name[:2] for name in zipped.namelist()[1:]] == ["01", "03"]
    gone = listed(zipped)[1]
    assert (gone["file"], gone["uuid"]) == ("", str(three[1].task.uuid))
    assert "not on our disk" in gone["note"]
    three[1].refresh_from_db()
    assert three[1].missing_since


def test_a_file_that_shrinks_meanwhile_ends_the_zip_before_its_end(
    board: Board, three: list[Video], caplog: pytest.LogCaptureFixture
) -> None:
    pieces = archive(board)
    store.at(three[2].path).write_bytes(b"short")
    with pytest.raises(OSError, match="shorter"):
        list(pieces)
    assert "A ZIP ended before its end" in caplog.text


def test_what_is_too_much_or_nothing_is_refused_on_the_page(
    client: Client, board: Board, three: list[Video], creator: User, settings: Any
) -> None:
    settings.ZIP_GB = 1
    client.force_login(creator)
    with store.at(three[0].path).open("r+b") as file:
        file.truncate(GB + 1)
    Video.objects.filter(pk=three[0].pk).update(size=GB + 1)
    refused = client.get(f"{board.get_absolute_url()}clips.zip")
    assert refused.status_code == 422
    assert "A ZIP takes 1 GB: take some off this board" in refused.content.decode()
    for video in three:
        store.at(video.path).unlink()
    with pytest.raises(TooMuch, match="nothing to deliver"):
        archive(board)


@pytest.mark.parametrize(("size", "count"), [(100, 10_000), (10**9, 2), (5_000, 10_000), (100, 2)])
def test_its_length_is_known_whatever_has_to_be_written_wide(
    size: int, count: int, board: Board, three: list[Video], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for files above 2 GiB: the limits of the format are made small."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", size)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", count)
    made = archive(board)
    data = b"".join(made)
    assert len(data) == made.size
    assert len(opened(data).namelist()) == 4


VALUES = {"number": "07", "title": "A calm: sea/CON", "model": "Veo 3.1", "take": "2", "person": "Zoë"}


@pytest.mark.parametrize(
    ("template", "stem"),
    [
        ("{number}_{title}_{model}_{take}", "07_A-calm-sea-CON_Veo-3-1_2"),
        ("{person}", "Zoë"),
        ("Spring, {number}", "Spring, 07"),
        ("..{task}..", "07"),
        ("con{task}", "_con"),
        ("nul.{number}", "_nul.07"),
        ("{number} . ", "07"),
        ("\u202e{number}\u200b", "07"),
    ],
)
def test_names_are_safe_on_every_system(template: str, stem: str) -> None:
    assert names.stem(template, VALUES) == stem


def test_a_name_is_never_too_long_and_never_twice() -> None:
    long = names.stem("{title}{title}{title}{title}{title}{title}", {"title": "港" * 500})
    assert 150 < len(long.encode()) <= names.LONGEST_NAME
    assert names.unique([("A", "mp4"), ("a", "mp4"), ("a_2", "mp4"), ("a", "mov")]) == [
        "A.mp4",
        "a_2.mp4",
        "a_2_2.mp4",
        "a.mov",
    ]


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{number}/{title}", "No file name may have / in it."),
        ("{number}\t", "invisible signs"),
        ("{nmber}", "{nmber} is not known. There are {number}"),
        ("{number.__class__}", "is not known"),
        ("{title}_{take", "A brace is left open."),
        ("clip", "All files would be called alike."),
    ],
)
def test_a_template_that_makes_no_names_is_refused(template: str, why: str) -> None:
    with pytest.raises(names.Unusable) as refused:
        names.check(template)
    assert why in str(refused.value)
