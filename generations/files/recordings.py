"""Videos and sounds that people give: examined by a separate program, stored byte for byte."""

import hashlib
import logging
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User

from generations.catalogue.limits import Measured, misfit
from generations.catalogue.media import Media
from generations.files import apart, measure, store
from generations.files.container import Cut, Odd, require_whole
from generations.files.given import File, NotTaken, disk, kept, name_of, place, require_size
from generations.files.kinds import KINDS
from generations.models import Asset

log = logging.getLogger(__name__)

CHUNK = 1024**2
MEASURE_WITHIN = 60.0
MEBIBYTES = 2048
CHOOSABLE = {"video": "video/*,.mkv,.mov", "audio": "audio/*,.m4a,.flac"}
"""What a file dialogue offers; what a model takes of it is said when it is chosen."""

SENTENCES = {
    "unknown": "{name} is no video or sound that can be read here.",
    "cut": "{name} is not whole: its end is missing.",
    "short": "{name} is damaged: it ends at {at:.1f} s, and says that it is {of:.1f} s long.",
    "index": "{name} is damaged and cannot be read.",
    "apart": "{name} could not be read here. Save it again as MP4, MP3 or WAV.",
    "empty": "{name} has neither pictures nor sound.",
}


def take(person: User, file: File, param: Media) -> Asset:
    """Store a video or sound for a parameter, within the model's limits. Raises NotTaken."""
    require_size(file, param)
    name = name_of(file)
    with place(name) as part:
        try:
            size, digest = _put_down(file, part)
        except store.NoPlace as full:
            raise NotTaken(f"{name} was not kept. {full}") from full
        except OSError as failure:
            raise NotTaken(disk(name, failure.strerror)) from failure
        facts = _facts(name, part)
        found = Measured(size=size, **{k: facts[k] for k in ("media", "content_type", *SHAPE)})
        if refusal := misfit(param, found):
            raise NotTaken(f"{name} {refusal}")
        return kept(
            person,
            part,
            facts["extension"],
            digest,
            kind=found.media,
            name=name[:200],
            content_type=found.content_type,
            size=size,
            has_sound=facts["has_sound"],
            **{k: facts[k] for k in SHAPE},
        )


SHAPE = ("width", "height", "seconds", "fps")


def _put_down(file: File, part: Path) -> tuple[int, str]:
    """Copy the file in pieces; its size in bytes and its SHA-256. Raises OSError, NoPlace."""
    digest = hashlib.sha256()
    store.require_room(part)
    with part.open("wb") as target:
        for chunk in file.chunks(CHUNK):
            target.write(chunk)
            digest.update(chunk)
        target.flush()
        return target.tell(), digest.hexdigest()


def _facts(name: str, part: Path) -> dict[str, Any]:
    """What the file is. Raises NotTaken when it is damaged, or none of what people can give."""
    try:
        kind = require_whole(part)
    except Odd as odd:
        raise NotTaken(SENTENCES["unknown"].format(name=name)) from odd
    except Cut as cut:
        raise NotTaken(SENTENCES["cut"].format(name=name)) from cut
    names = KINDS[kind]
    if names.is_picture:
        return {"media": "image", "content_type": names.content_type, **dict.fromkeys(SHAPE, 0)}
    try:
        facts = {"path": str(part.absolute()), "kind": kind}
        seen: dict[str, Any] = apart.do(measure.__name__, facts, seconds=MEASURE_WITHIN, mebibytes=MEBIBYTES)
    except apart.Failed as failed:
        log.warning("A file that was given could not be measured: %s", failed)
        raise NotTaken(SENTENCES["apart"].format(name=name)) from failed
    if "refused" in seen:
        raise NotTaken(SENTENCES[seen["refused"]].format(name=name, **seen))
    if not seen["video_codec"] and not seen["audio_codec"]:
        raise NotTaken(SENTENCES["empty"].format(name=name))
    if seen["video_codec"]:
        return seen | {"media": "video", "content_type": names.content_type, "extension": names.extension}
    return seen | {
        "media": "audio",
        "content_type": names.sound_type or names.content_type,
        "extension": names.sound_extension or names.extension,
    }
