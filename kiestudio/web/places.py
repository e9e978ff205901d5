"""Room for connections and their bodies: a new connection gets it, the longest waiting one gives it up."""

import ipaddress
from collections import defaultdict
from typing import Protocol

from kiestudio.web.limits import Limits


class Waiting(Protocol):
    """A connection as seen by this module."""

    address: str
    trusted: bool
    """Whether it comes from a trusted proxy, which many users share."""
    waiting_since: float | None
    """When it last made progress; None while Django works for it, when it cannot be ended."""

    held: int
    """Bytes of its request's body in memory."""

    def end(self) -> None: ...


class Places:
    """The connections of one process, grouped by the neighbourhood they come from."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.taken: dict[str, set[Waiting]] = defaultdict(set)
        self.count = 0
        self.held = 0

    def enter(self, connection: Waiting) -> bool:
        """Take a place, at the expense of the same neighbourhood or, when all are taken, of the largest one.

        False: there is none, because Django is working for every connection that would have to give way.
        """
        place = neighbourhood(connection.address)
        mine = self.taken.get(place, set())
        if len(mine) >= self.limits.connections_of_one and not connection.trusted:
            found = self._free(mine)
        elif self.count >= self.limits.connections:
            found = self._free(max(self.taken.values(), key=len))
        else:
            found = True
        if found:
            self.taken[place].add(connection)
            self.count += 1
        return found

    def leave(self, connection: Waiting) -> None:
        place = neighbourhood(connection.address)
        if connection not in self.taken.get(place, ()):
            return
        self.release(connection)
        self.taken[place].discard(connection)
        self.count -= 1
        if not self.taken[place]:
            del self.taken[place]

    def hold(self, connection: Waiting, size: int) -> bool:
        """Reserve memory for a body. False: there is none, and no waiting connection holds any."""
        connection.held += size
        self.held += size
        while self.held > self.limits.bodies_size:
            if not self._free({one for one in self.everybody() if one.held and one is not connection}):
                return False
        return True

    def release(self, connection: Waiting) -> None:
        """The body is no longer in memory."""
        self.held -= connection.held
        connection.held = 0

    def everybody(self) -> list[Waiting]:
        return [one for some in self.taken.values() for one in some]

    def _free(self, some: set[Waiting]) -> bool:
        waiting = [(one.waiting_since, one) for one in some if one.waiting_since is not None]
        if not waiting:
            return False
        longest = min(waiting, key=lambda pair: pair[0])[1]
        self.leave(longest)
        longest.end()
        return True


def neighbourhood(address: str) -> str:
    """The address itself, or for IPv6 its /64 network, which one household has to itself."""
    if ":" not in address:
        return address
    packed = ipaddress.ip_address(address.partition("%")[0]).packed
    return packed[:8].hex()
