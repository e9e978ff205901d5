"""How often callers may call."""

import threading
import time
from collections import deque


class Window:
    """Allows `most` calls in any `seconds`; refused calls do not count."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._calls: deque[float] = deque()
        self._guard = threading.Lock()
        self.refused = 0

    def admits(self) -> bool:
        now = time.monotonic()
        with self._guard:
            while self._calls and now - self._calls[0] >= self._seconds:
                self._calls.popleft()
            if len(self._calls) >= self._most:
                self.refused += 1
                return False
            self._calls.append(now)
            return True
