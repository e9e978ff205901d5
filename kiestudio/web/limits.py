"""Maximum duration and size of a request, and maximum number of connections."""

from dataclasses import dataclass
from typing import Any, Self

LARGE = ("/uploads/", "/studio/")
"""Addresses to which users who may order send files."""


@dataclass(frozen=True)
class Limits:
    """The limits of one process of the web server. Seconds and bytes."""

    idle: int
    head: int
    body: int
    send: int
    head_size: int
    body_size: int
    upload_size: int
    bodies_size: int
    """Total size of all bodies in memory."""
    connections: int
    connections_of_one: int

    @classmethod
    def of(cls, settings: Any, processes: int) -> Self:
        """From Django's settings; connections and memory are divided evenly among the processes."""
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
