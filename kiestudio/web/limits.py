"""How long and how large a request may be, and how many connections there may be."""

from dataclasses import dataclass
from typing import Any, Self

LARGE = ("/uploads/", "/studio/")
"""Where people who may order send files to."""


@dataclass(frozen=True)
class Limits:
    """What one process of the web server allows. Seconds and bytes."""

    idle: int
    head: int
    body: int
    send: int
    head_size: int
    body_size: int
    upload_size: int
    bodies_size: int
    """Of all bodies that are in memory."""
    connections: int
    connections_of_one: int

    @classmethod
    def of(cls, settings: Any, processes: int) -> Self:
        """From Django's settings; connections and memory are shared evenly among the processes."""
        return cls(
            idle=settings.WEB_IDLE_SECONDS,
            head=settings.WEB_HEAD_SECONDS,
            body=settings.WEB_BODY_SECONDS,
            send=settings.WEB_SEND_SECONDS,
            head_size=settings.WEB_HEAD_KB * 1024,
            body_size=settings.WEB_BODY_KB * 1024,
            upload_size=settings.WEB_UPLOAD_MB * 1024 * 1024,
            bodies_size=settings.WEB_BODIES_MB * 1024 * 1024 // processes,
            connections=max(1, settings.WEB_CONNECTIONS // processes),
            connections_of_one=max(1, settings.WEB_CONNECTIONS_PER_ADDRESS // processes),
        )

    def may_be_large(self, path: str) -> bool:
        return path.startswith(LARGE)
