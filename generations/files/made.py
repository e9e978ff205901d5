"""Images made out of files of ours: what is made alike twice is one asset."""

import uuid
from pathlib import Path
from typing import Any

from generations.files import store
from generations.files.given import NotTaken, disk
from generations.models import Asset


def known(**what: Any) -> Asset | None:
    """The asset that these fields name, if its file is there."""
    asset = Asset.objects.filter(**what).first()
    return asset if asset and store.has_size(asset.path, asset.size) else None


def keep(part: Path, extension: str, what: dict[str, Any], file: dict[str, Any], **more: Any) -> Asset:
    """Store a file as the asset that `what` names; where only its row was left, under that.

    `file` are the fields that say what the file is, `more` the others of a new row. Raises NotTaken.
    """
    key = uuid.uuid4()
    try:
        path = store.place(key, "uploads", extension)
        store.put(part, path)
        store.sync(path)
    except OSError as failure:
        raise NotTaken(disk(more["name"], failure.strerror)) from failure
    file = {"path": path, **file}
    asset, is_new = Asset.objects.get_or_create(**what, defaults={"uuid": key, **more, **file})
    if not is_new:
        Asset.objects.filter(pk=asset.pk).update(decoder="", **file)
        asset.refresh_from_db()
    return asset
