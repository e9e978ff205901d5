"""Makes the version of a stored video that plays everywhere. Nothing here touches the database."""

import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from generations import crash
from generations.files import apart, convert, store
from generations.models import Obstacle

SECONDS = 480.0
MEBIBYTES = 3072
NICENESS = 10
"""Pages and paid files take precedence."""


class NotRendered(Exception):
    """The version cannot be made."""

    def __init__(self, obstacle: Obstacle, **facts: Any) -> None:
        super().__init__(obstacle, facts)
        self.obstacle, self.facts = obstacle, facts


@dataclass(frozen=True, kw_only=True)
class Rendered:
    path: str
    """Relative to the media folder."""
    size: int
    sha256: str


def render(path: str, kind: str) -> Rendered:
    """Make the version of a stored file. Raises NotRendered, and NoPlace when the disk has no room."""
    name = uuid.uuid4()
    source = store.at(path)
    with store.disk():
        part = store.incoming() / f"{name}.part"
        store.require_room(part)
        try:
            made = _converted(str(source.absolute()), kind, str(part.absolute()))
            place = store.place(name, "renditions", "mp4")
            store.put(part, place)
            store.sync(place)
        finally:
            store.discard(part)
    crash.point("rendition: the file has no row")
    return Rendered(path=place, size=int(made["size"]), sha256=str(made["sha256"]))


def discard(path: str) -> None:
    """Delete a version without a row."""
    with suppress(OSError):
        store.delete(path)


def _converted(source: str, kind: str, target: str) -> dict[str, Any]:
    facts = {"source": source, "kind": kind, "target": target}
    try:
        done: dict[str, Any] = apart.do(
            convert.__name__, facts, seconds=SECONDS, mebibytes=MEBIBYTES, nice=NICENESS
        )
    except apart.Failed as failed:
        raise NotRendered(Obstacle(failed.obstacle), **failed.facts) from failed
    if obstacle := done.get("obstacle"):
        raise NotRendered(Obstacle(obstacle), **done["facts"])
    return done
