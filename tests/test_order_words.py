"""An order in words, as the command line gives it, and what it says of a path that leads to no image."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from generations.forms.words import values_from_texts
from generations.models import Asset
from tests.test_order_form import PICTURE, png, spec_of

pytestmark = pytest.mark.django_db


def test_words_of_the_command_line_become_values(creator: User, tmp_path: Path) -> None:
    (tmp_path / "first.png").write_bytes(png().read())
    form = values_from_texts(
        spec_of("hailuo/02-image-to-video-standard"),
        creator,
        {
            "prompt": ["Sea"],
            "image_url": [str(tmp_path / "first.png")],
            "end_image_url": [PICTURE],
            "duration": ["6"],
            "nsfw_checker": ["1"],
        },
    )
    assert form.is_valid(), form.errors
    assert form.values() == {
        "prompt": "Sea",
        "image_url": [Asset.objects.get().reference],
        "end_image_url": [PICTURE],
        "duration": "6",
        "resolution": "768P",
        "prompt_optimizer": True,
        "nsfw_checker": True,
    }


@pytest.mark.parametrize(("word", "value"), [("true", True), ("1", True), ("FALSE", False), ("0", False)])
def test_a_switch_of_the_command_line(word: str, value: bool, creator: User) -> None:
    form = values_from_texts(spec_of("veo3_fast"), creator, {"prompt": ["Sea"], "enableTranslation": [word]})
    assert form.values()["enableTranslation"] is value


@pytest.mark.parametrize(
    ("pairs", "field", "words"),
    [
        ({"colour": ["red"]}, "__all__", "has no “colour”"),
        ({"enableTranslation": ["perhaps"]}, "enableTranslation", "neither true nor false"),
        ({"imageUrls": ["http://example.com/a.png"]}, "imageUrls", "https://"),
        ({"imageUrls": ["http:example.com/a.png"]}, "imageUrls", "https://"),
        ({"enableFallback": ["true"]}, "__all__", "has no “enableFallback”"),
    ],
)
def test_what_is_wrong_on_the_command_line_is_named(
    pairs: dict[str, list[str]], field: str, words: str, creator: User
) -> None:
    form = values_from_texts(spec_of("veo3_fast"), creator, {"prompt": ["Sea"], **pairs})
    assert words in form.errors[field][0]


@pytest.fixture
def strange_files(tmp_path: Path) -> Path:
    """Whatever somebody may name instead of an image."""
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "notes.txt").write_text("no image")
    (tmp_path / "locked").mkdir()
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "loop.jpg").symlink_to("loop.jpg")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gone.jpg", "There is no file {path}."),
        ("locked", "{path} is a folder. Name one image in it."),
        ("empty.jpg", "{path} is empty."),
        ("notes.txt", "notes.txt is not an image that can be read here. Save it as JPEG, PNG, WebP or HEIC."),
        ("pipe.jpg", "{path} is no file that can be sent."),
        ("loop.jpg", "{path} cannot be read: too many levels of symbolic links."),
        ("notes.txt/a.jpg", "{path} cannot be read: not a directory."),
        ("x" * 300 + ".jpg", "{path} cannot be read: file name too long."),
    ],
)
def test_a_path_that_leads_to_no_image_is_said_instead_of_that_one_is_missing(
    name: str, words: str, creator: User, strange_files: Path
) -> None:
    path = str(strange_files / name)
    form = values_from_texts(
        spec_of("hailuo/02-image-to-video-standard"), creator, {"prompt": ["Sea"], "image_url": [path]}
    )
    assert form.errors == {"image_url": [words.format(path=path)]}


def test_a_file_that_may_not_be_read_is_said(
    creator: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The permission is refused here by hand: who runs the tests may be root, who may read everything."""

    opened = Path.open

    def refuse(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path.name == "mine.jpg":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return opened(path, *args, **kwargs)

    (tmp_path / "mine.jpg").write_bytes(png().read())
    monkeypatch.setattr(Path, "open", refuse)
    spec, path = spec_of("hailuo/02-image-to-video-standard"), str(tmp_path / "mine.jpg")
    form = values_from_texts(spec, creator, {"prompt": ["Sea"], "image_url": [path]})
    assert form.errors == {"image_url": [f"{path} cannot be read: permission denied."]}


def test_every_path_that_leads_nowhere_is_named(creator: User) -> None:
    pairs = {"prompt": ["Sea"], "imageUrls": ["/gone.jpg", "~nobody-is-called-so/a.jpg", " "]}
    form = values_from_texts(spec_of("veo3_fast"), creator, pairs)
    assert form.errors["imageUrls"] == [
        "There is no file /gone.jpg.",
        "There is no file ~nobody-is-called-so/a.jpg: that home folder does not exist.",
    ]


def test_an_image_that_nobody_named_is_missing(creator: User) -> None:
    spec = spec_of("hailuo/02-image-to-video-standard")
    form = values_from_texts(spec, creator, {"prompt": ["Sea"], "image_url": [""]})
    assert form.errors == {"image_url": ["This model starts from an image. Add one."]}
