"""Files that no row has: left behind by processes that died before they wrote it. One folder a turn."""

from pathlib import Path

from generations.models.upload import media_root

KINDS = ("videos", "posters", "strips", "renditions")
"""Folders in which every file has a row."""
EVERY = 60.0
"""Seconds between two folders: all of them have had their turn within a day."""
LEFT_FOR = 7 * 24 * 3600.0
"""Seconds after which a file without a row belongs to nobody."""
_turn = {"at": 0.0, "next": 0}


def due(now: float) -> bool:
    """Whether it is time for another folder in this process."""
    return now - _turn["at"] > EVERY


def of_next_folder(now: float) -> list[str]:
    """The old files of the next folder, as rows name them."""
    _turn["at"] = now
    number = int(_turn["next"])
    _turn["next"] = (number + 1) % (256 * len(KINDS))
    folder = media_root() / KINDS[number // 256] / f"{number % 256:02x}"
    if not folder.is_dir():
        return []
    return [str(path.relative_to(media_root())) for path in folder.iterdir() if _is_old(path, now)]


def delete(paths: list[str]) -> None:
    for path in paths:
        (media_root() / path).unlink(missing_ok=True)


def _is_old(path: Path, now: float) -> bool:
    return path.is_file() and now - path.stat().st_mtime > LEFT_FOR
