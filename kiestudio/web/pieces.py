"""Pieces of files, sent by the kernel from separate threads: a slow disk must not block the loop."""

import os
import select

FILE_PIECE = 8 * 1024 * 1024
"""Bytes of a file sent to a client in one go, if it accepts them; then other clients get their turn."""
PAUSE = 2
"""Milliseconds that a thread waits for a client to take more. A fast one has by then, and handing the file
back to the loop for each buffer would cost it as much as the sending; a slow one frees the thread."""


def send_piece(client: int, file: int, start: int, size: int) -> int:
    """Send this much of the file, as long as the client reads on without a pause; the bytes that left.

    Raises OSError when the client is gone, ConnectionError when the file has become shorter.
    """
    ready = select.poll()
    ready.register(client, select.POLLOUT)
    left = size
    while left:
        try:
            sent = os.sendfile(client, file, start + size - left, left)
        except BlockingIOError:
            if not ready.poll(PAUSE):
                break
            continue
        if not sent:
            raise ConnectionError("The file has become shorter.")
        left -= sent
    return size - left
