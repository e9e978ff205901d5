"""One connection, from its first byte to its last: every wait has a time limit and holds no thread."""

import asyncio
import contextlib
import logging
import os
import socket
import struct
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from email.utils import formatdate
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any

import h11

from kiestudio.web.answer import Answer, Length
from kiestudio.web.body import PIECE, Body
from kiestudio.web.pieces import FILE_PIECE, send_piece
from kiestudio.web.request import Refusal, check, count, environ, length, with_body

if TYPE_CHECKING:
    from kiestudio.web.site import Site

log = logging.getLogger(__name__)

RECEIVE = 64 * 1024
CHUNKS = 1024
"""Maximum chunks for a piece: each costs time in the loop, at the expense of all its clients."""
LINGER = 2.0
"""Seconds in which the rest of a refused request is discarded, so that its sender receives the reason."""
CLOSE_AT_ONCE = struct.pack("ii", 1, 0)


class Connection:
    """Serves the requests of one client, one after another."""

    def __init__(self, sock: socket.socket, peer: tuple[str, int], site: "Site") -> None:
        self.sock, self.peer, self.site = sock, peer, site
        self.limits = site.limits
        self.address = peer[0]
        self.trusted = peer[0] in site.trusted
        self.waiting_since: float | None = time.monotonic()
        self.idle = True
        self.held = 0
        self.loop = asyncio.get_running_loop()
        self.http = h11.Connection(h11.SERVER, max_incomplete_event_size=self.limits.head_size)
        self.raw = bytearray()
        self.only_head = False
        self.task: asyncio.Task[None] | None = None

    def end(self) -> None:
        """Stop waiting for this client."""
        self._drop()
        if self.task:
            self.task.cancel()

    async def serve(self) -> None:
        try:
            while await self._one_request():
                self.http.start_next_cycle()
        except (TimeoutError, OSError):
            self._drop()
        except Exception:
            log.exception("An answer could not be sent")
            self._drop()
        finally:
            self.sock.close()

    async def _one_request(self) -> bool:
        """Serve one request; returns whether another one may follow."""
        try:
            head = await self._head()
            if head is None:
                return False
            self.idle, self.only_head = False, head.method == b"HEAD"
            check(head, bytes(self.raw), self.limits.head_size)
            request = environ(head, self.peer, self.sock.getsockname(), trusted=self.trusted)
            with await self._body(head, request) as body:
                answer = await self._ask(with_body(request, body, body.seek(0, os.SEEK_END)), body)
            self.site.places.release(self)
        except h11.RemoteProtocolError as wrong:
            await self._refuse(Refusal(wrong.error_status_hint, "This request makes no sense."))
            return False
        except Refusal as refusal:
            await self._refuse(refusal)
            return False
        try:
            await self._send(answer)
        finally:
            answer.close()
        self.idle = True
        return bool(self.http.our_state is h11.DONE and self.http.their_state is h11.DONE and self.site.open)

    async def _head(self) -> h11.Request | None:
        """The next request; None when the client has gone or sends none."""
        self.waiting_since = time.monotonic()
        self.raw, self.only_head = bytearray(self.http.trailing_data[0]), False
        begun = bool(self.raw)
        try:
            async with asyncio.timeout(self.limits.head if begun else self.limits.idle) as clock:
                while (event := self._asked()) is h11.NEED_DATA:
                    self.raw += (data := await self._receive())
                    if not data and not begun:
                        return None
                    if not begun:
                        begun, self.idle = True, False
                        clock.reschedule(self.loop.time() + self.limits.head)
        except TimeoutError as late:
            if begun:
                raise Refusal(408, "The request took too long to arrive.") from late
            return None
        return event if isinstance(event, h11.Request) else None

    def _asked(self) -> Any:
        count(self.raw)
        return self.http.next_event()

    async def _receive(self) -> bytes:
        data = await self._read()
        self.http.receive_data(data)
        return data

    async def _read(self) -> bytes:
        """Read after all other clients had a turn: a fast sender always has more."""
        await asyncio.sleep(0)
        return await self.loop.sock_recv(self.sock, RECEIVE)

    async def _body(self, head: h11.Request, request: dict[str, Any]) -> IO[bytes]:
        """The whole body. Raises Refusal when it is too large or too slow."""
        limit, size = self.limits.body_size, length(head)
        if size is not None and size > limit:
            limit = await self._larger(request, size)
        if self.http.they_are_waiting_for_100_continue:
            await self._write(self.http.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
        body = Body(self)
        try:
            await self._read_into(body, limit, request)
            return await body.whole()
        except BaseException:
            body.close()
            raise

    async def _read_into(self, body: Body, limit: int, request: dict[str, Any]) -> None:
        there, due, chunks = 0, PIECE, 0
        try:
            async with asyncio.timeout(self.limits.body) as clock:
                while not isinstance(event := self.http.next_event(), h11.EndOfMessage):
                    if event is h11.NEED_DATA:
                        await self._receive()
                        continue
                    if not isinstance(event, h11.Data):
                        raise ConnectionError("gone")
                    there, chunks = there + len(event.data), chunks + event.chunk_start
                    if chunks > CHUNKS * (1 + there // PIECE):
                        raise Refusal(400, "The body comes in chunks that are too small.")
                    if there > limit:
                        limit = await self._larger(request, there)
                    await body.take(event.data)
                    if there >= due:
                        due = there + PIECE
                        self.waiting_since = time.monotonic()
                        clock.reschedule(self.loop.time() + self.limits.body)
        except TimeoutError as late:
            raise Refusal(408, "The request took too long to arrive.") from late

    async def _larger(self, request: dict[str, Any], size: int) -> int:
        """The limit for users who may send files. Raises Refusal for all others, and above that limit."""
        limits = self.limits
        if not limits.may_be_large(request["PATH_INFO"]) or not await self._working(
            self.site.may_send, request
        ):
            raise Refusal(413, f"Too large: at most {limits.body_size // 1024} KiB are taken here.")
        if size > limits.upload_size:
            raise Refusal(413, f"Too large: at most {limits.upload_size // 1024**2} MiB are taken at once.")
        return limits.upload_size

    async def _ask(self, request: dict[str, Any], body: IO[bytes]) -> Answer:
        body.seek(0)
        try:
            answer: Answer = await self._working(self.site.ask, request)
        except Exception as failure:
            log.exception("%s %s came to nothing", request["REQUEST_METHOD"], request["PATH_INFO"])
            raise Refusal(500, "Something went wrong in the studio.") from failure
        return answer

    async def _working(self, work: Any, request: dict[str, Any]) -> Any:
        """The result of the work in a thread, within this client's share of the threads."""
        async with self.site.turn(self):
            return await self.in_thread(self.site.threads, work, request)

    async def in_thread(self, pool: Executor, work: Callable[..., Any], *arguments: Any) -> Any:
        """Run the work in a thread; until it ends, the connection stays and its files stay open."""
        self.waiting_since = None
        running = self.loop.run_in_executor(pool, work, *arguments)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait([running])
            raise
        finally:
            self.waiting_since = time.monotonic()

    async def _send(self, answer: Answer) -> None:
        headers = [*answer.headers, ("Date", formatdate(usegmt=True))]
        if not self.site.open:
            headers.append(("Connection", "close"))
        head = self.http.send(
            h11.Response(
                status_code=answer.status,
                reason=answer.reason,
                headers=[
                    (name.encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers
                ],
            )
        )
        if answer.size:
            self.http.send_with_data_passthrough(h11.Data(data=Length(answer.size)))  # type: ignore[arg-type]
        self.http.send(h11.EndOfMessage())
        data, answer.body = (head or b"") + answer.body, b""
        await self._write(data)
        if answer.flow is not None:
            await self._write_flow(iter(answer.flow), answer.size)
        if answer.file is not None:
            await self._write_file(answer.file, answer.offset, answer.offset + answer.size)

    async def _write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            try:
                left = left[self.sock.send(left) :]
            except BlockingIOError:
                await self._until_it_takes_more()

    async def _write_file(self, file: int, start: int, stop: int) -> None:
        """Send this part of the file, whatever time the client takes."""
        while start < stop:
            size = min(FILE_PIECE, stop - start)
            sent = await self.in_thread(self.site.disk, send_piece, self.sock.fileno(), file, start, size)
            start += sent
            if sent < size:
                await self._until_it_takes_more()

    async def _write_flow(self, pieces: Iterator[bytes], left: int) -> None:
        """Send what is made meanwhile: a thread makes each piece once the one before has been taken."""
        while (piece := await self.in_thread(self.site.disk, next, pieces, None)) is not None:
            if len(piece) > left:
                raise ConnectionError("The answer is longer than it said.")
            await self._write(piece)
            left -= len(piece)
            if left:
                await self._until_it_takes_more()
        if left:
            raise ConnectionError("The answer is shorter than it said.")

    async def _until_it_takes_more(self) -> None:
        self.waiting_since = time.monotonic()
        ready = self.loop.create_future()
        self.loop.add_writer(self.sock, _wake, ready)
        try:
            async with asyncio.timeout(self.limits.send):
                await ready
        finally:
            self.loop.remove_writer(self.sock)

    async def _refuse(self, refusal: Refusal) -> None:
        """Send a one-line reason, and close."""
        if self.http.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            return
        text = f"{refusal.text}\n".encode()
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(text))),
            ("Connection", "close"),
        ]
        reason = HTTPStatus(refusal.status).phrase
        text = b"" if self.only_head else text
        await self._send(Answer(refusal.status, reason, headers, body=text, size=len(text)))
        self.sock.shutdown(socket.SHUT_WR)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LINGER):
                while await self._read():
                    pass

    def _drop(self) -> None:
        """Make the close discard unsent data in the kernel at once, because the client reads none of it."""
        with contextlib.suppress(OSError):  # it may be closed already
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, CLOSE_AT_ONCE)


def _wake(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
