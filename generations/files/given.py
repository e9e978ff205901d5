"""What taking an image and taking a video or sound of a person have in common."""

import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, TypeAlias

from django.core.files.uploadedfile import UploadedFile

from generations.catalogue.limits import MEBIBYTE, most_mb
from generations.catalogue.media import Media
from generations.files import store, volume

if TYPE_CHECKING:
    File: TypeAlias = UploadedFile[Any]
else:
    File = UploadedFile


class NotTaken(Exception):
    """The file cannot be used; the text says what it is and what fits."""


def name_of(file: File) -> str:
    return PurePath(file.name or "file").name


def require_size(file: File, param: Media) -> None:
    """Raises NotTaken for a file that is larger than the model takes."""
    most = most_mb(param)
    if (file.size or 0) > most * MEBIBYTE:
        size = (file.size or 0) / MEBIBYTE
        raise NotTaken(f"{name_of(file)} is {size:.1f} MB. This model takes up to {most} MB.")


@contextlib.contextmanager
def place(name: str) -> Iterator[Path]:
    """A path for the new file, on the volume where it will be stored; what remains there is deleted.

    Raises NotTaken.
    """
    try:
        volume.require()
        path = store.incoming() / f"{uuid.uuid4()}.given"
    except volume.NotMounted as trouble:
        raise NotTaken(f"{name} was not kept. {trouble}") from trouble
    except OSError as failure:
        raise NotTaken(disk(name, failure.strerror)) from failure
    try:
        yield path
    finally:
        store.discard(path)


def disk(name: str, why: str | None) -> str:
    """The sentence for a disk that did not take a file."""
    return f"The studio's disk refused {name}: {(why or 'no reason given').lower()}. Tell your admin."
