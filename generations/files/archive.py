"""Bytes → a checked file in the storage. Nothing here touches the database."""

import logging
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from generations import crash
from generations.connection import MediaRule
from generations.files import store
from generations.files.container import Cut, Odd, kind_of_file, require_whole
from generations.files.download import Download
from generations.files.kinds import KINDS
from generations.files.look import DECODER, Look, look
from generations.files.probe import Probe
from generations.files.store import NotSaved
from generations.models import Obstacle

log = logging.getLogger(__name__)

LEFT_BEHIND = 24 * 3600.0
"""Seconds after which a partial file counts as abandoned."""
ALIKE = 4
"""How many byte-identical downloads of a damaged-looking file prove that this is what Kie made."""


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """What is wrong with a file that came: CUT, SHORT, INDEX or SPOILT, with its facts."""

    obstacle: Obstacle
    facts: dict[str, Any]


class Damaged(NotSaved):
    """The file came as its host sent it but is partly unreadable: damaged on the way, or made so by Kie."""

    def __init__(self, flaw: Flaw, sha256: str) -> None:
        super().__init__(flaw.obstacle, **flaw.facts)
        self.sha256 = sha256


class CutShort(Damaged):
    """The file ends before one of its own parts does: usually its host does not have all of it yet."""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A whole, checked file with its stills, and its properties. Paths are relative to the media folder."""

    uuid: uuid.UUID
    path: str
    poster_path: str
    """Empty, like strip_path, when no still could be drawn."""
    strip_path: str
    size: int
    sha256: str
    probe: Probe
    decoder: str = ""
    """The software that drew the stills, or failed to."""
    flaw: Flaw | None = None
    """Why the file looks damaged although it was accepted. None: it does not."""

    @property
    def facts(self) -> dict[str, Any]:
        """All facts, as the journal stores them and `find` takes them."""
        return asdict(self)

    def discard(self) -> None:
        """Delete the files again: another sweep stored this result first."""
        for path in filter(None, (self.path, self.poster_path, self.strip_path)):
            store.delete(path)


def add(url: str, rule: MediaRule, believed: str = "") -> Stored:
    """Fetch a result file, check it, put it in place, and draw its stills if possible.

    Raises NotSaved. A file that looks damaged is stored only if its SHA-256 equals `believed`.
    """
    name = uuid.uuid4()
    with store.disk():
        part = store.incoming() / f"{name}.part"
        _clear(part.parent)
        try:
            size, digest = Download(url, rule, part).fetch()
            crash.point("archive: the file is on the disk")
            kind, cut = _outside(part)
            if cut and digest != believed:
                raise CutShort(cut, digest)
            path = store.place(name, "videos", KINDS[kind].extension)
            store.put(part, path)
            crash.point("archive: the file is in its place")
            store.sync(path)
        finally:
            store.discard(part)
        stored = _with_stills(name, path, kind, size, digest)
        stored = replace(stored, flaw=cut or stored.flaw)
    if stored.flaw and digest != believed:
        stored.discard()
        raise Damaged(stored.flaw, digest)
    return stored


def _with_stills(name: uuid.UUID, path: str, kind: str, size: int, digest: str) -> Stored:
    """Examine a file that is in its place."""
    poster, strip, found = draw(name, path, kind)
    return Stored(
        uuid=name,
        path=path,
        poster_path=poster,
        strip_path=strip,
        size=size,
        sha256=digest,
        probe=found.probe,
        decoder=DECODER,
        flaw=_flaw(found),
    )


def draw(name: uuid.UUID, path: str, kind: str) -> tuple[str, str, Look]:
    """Examine a stored file: the paths of its new stills, empty if there are none, and what it is."""
    parts = [store.incoming() / f"{name}.{still}.part" for still in ("poster", "strip")]
    try:
        found = look(store.at(path), kind, *parts)
        places = (
            [store.place(name, still, "webp") for still in ("posters", "strips")] if found.drawn else ["", ""]
        )
        for part, still in zip(parts, filter(None, places), strict=False):
            store.put(part, still)
    except OSError as failure:
        log.warning("The stills of %s have no place: %s", path, failure.strerror)
        return "", "", found
    finally:
        for part in parts:
            store.discard(part)
    return places[0], places[1], found


def draw_anew(path: str) -> tuple[str, str, Look]:
    """Run `draw` on a file stored earlier. Raises NotSaved and OSError."""
    return draw(uuid.uuid4(), path, _kind(store.at(path)))


def compare(path: str, size: int, sha256: str, still: str) -> tuple[bool, bool]:
    """Whether a file is intact byte for byte, and whether its still, if any, exists. Raises OSError."""
    return store.is_whole(path, size, sha256), not still or store.at(still).is_file()


def find(facts: Mapping[str, Any]) -> Stored | None:
    """A file stored before, if it is still intact byte for byte; its row may be lost."""
    if not store.is_whole(str(facts["path"]), int(facts["size"]), str(facts["sha256"])):
        return None
    names = ("path", "poster_path", "strip_path", "size", "sha256")
    kept = {name: facts[name] for name in names}
    return Stored(
        uuid=uuid.UUID(str(facts["uuid"])),
        probe=Probe(**facts["probe"]),
        decoder=str(facts.get("decoder", "")),
        **kept,
    )


def _kind(path: Path) -> str:
    try:
        return kind_of_file(path)
    except Odd as reason:
        raise NotSaved(Obstacle.NO_MEDIA) from reason


def _outside(part: Path) -> tuple[str, Flaw | None]:
    """The kind of a file, and why it is cut off; None: it is not. Raises NotSaved if it is no media."""
    kind = _kind(part)
    try:
        return require_whole(part), None
    except Cut as cut:
        facts = {"size": cut.size, "of": cut.ends} if cut.ends else {}
        return kind, Flaw(obstacle=Obstacle.CUT, facts=facts)


def _flaw(found: Look) -> Flaw | None:
    """Why a file may have been damaged on the way; None: it was not."""
    if found.ends_at:
        at, of = found.ends_at
        return Flaw(obstacle=Obstacle.SHORT, facts={"at": at, "of": of})
    return Flaw(obstacle=Obstacle(found.damage), facts={}) if found.damage else None


def _clear(incoming: Path) -> None:
    """Delete what killed processes have left behind: no download takes this long."""
    for part in incoming.glob("*.part"):
        with suppress(OSError):
            if time.time() - part.stat().st_mtime > LEFT_BEHIND:
                part.unlink()
