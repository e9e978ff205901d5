"""Small pictures of what was given, for lists of many."""

import logging
import uuid

from generations.files import apart, one_small, store

log = logging.getLogger(__name__)

MOMENT = 0.25
"""Of a video: how much of it goes before the frame that is shown."""
DRAW_WITHIN = 45.0
MEBIBYTES = 2048


def draw(path: str, media: str, seconds: float) -> str:
    """The path of a new small picture of a stored file; empty: none can be drawn. Raises OSError."""
    name = uuid.uuid4()
    part = store.incoming() / f"{name}.small.part"
    files = {"path": str(store.at(path).absolute()), "target": str(part.absolute())}
    facts = {**files, "media": media, "at": seconds * MOMENT}
    try:
        if not apart.do(one_small.__name__, facts, seconds=DRAW_WITHIN, mebibytes=MEBIBYTES):
            return ""
        place = store.place(name, "posters", "webp")
        store.put(part, place)
    except apart.Failed as failed:
        log.warning("No small picture of %s: %s", path, failed)
        return ""
    finally:
        store.discard(part)
    return place
