"""What taking an image and taking a video or sound of a person have in common."""

import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, TypeAlias

from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from generations.catalogue.limits import MEBIBYTE, most_mb
from generations.catalogue.media import Media
from generations.files import store, volume
from generations.models import Asset

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


def kept(person: User, part: Path, extension: str, digest: str, **facts: Any) -> Asset:
    """A file as an asset of this person; what the same person gave before, byte for byte, is the same asset.

    That has the new name then and counts as given now, so it is not cleared away for want of use. `facts` are
    the fields of a new row. Raises NotTaken.
    """
    own = Asset.objects.filter(person=person, sha256=digest, video=None, frame_of=None, cropped_from=None)
    again = {"name": facts["name"], "created_at": timezone.now()}
    known = own.order_by("pk").first()
    if known and _is_whole(known) and own.filter(pk=known.pk).update(**again):
        return own.get(pk=known.pk)
    key = uuid.uuid4()
    try:
        path = store.place(key, "uploads", extension)
        store.put(part, path)
        store.sync(path)
    except OSError as failure:
        raise NotTaken(disk(facts["name"], failure.strerror)) from failure
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=person.pk)
        known = own.order_by("pk").first()
        if known and own.filter(pk=known.pk).update(path=path, decoder="", **again):
            return own.get(pk=known.pk)
        return Asset.objects.create(uuid=key, person=person, path=path, sha256=digest, **facts)


def _is_whole(asset: Asset) -> bool:
    """Whether its file is there as it was given: who gives one again may do so because it is not."""
    try:
        return store.is_whole(asset.path, asset.size, asset.sha256)
    except OSError:
        return False
