"""A thread sends to a client as long as it reads, and is free again when it pauses."""

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiestudio.web.pieces import send_piece

SIZE = 3 * 1024 * 1024


@pytest.fixture
def content() -> bytes:
    return os.urandom(SIZE)


@pytest.fixture
def file(tmp_path: Path, content: bytes) -> Iterator[int]:
    (tmp_path / "clip").write_bytes(content)
    with (tmp_path / "clip").open("rb") as opened:
        yield opened.fileno()


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Our end of a connection, which never blocks, and the client's."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours, theirs:
        yield ours, theirs


def read(client: socket.socket, size: int, into: bytearray) -> None:
    while len(into) < size and (got := client.recv(65536)):
        into += got


def test_a_client_that_reads_gets_the_piece_byte_for_byte(ends, file, content):
    ours, theirs = ends
    got = bytearray()
    reader = threading.Thread(target=read, args=(theirs, SIZE - 1000, got))
    reader.start()
    sent = 0
    while sent < SIZE - 1000:
        sent += send_piece(ours.fileno(), file, 1000 + sent, SIZE - 1000 - sent)
    reader.join(10)
    assert got == content[1000:]


def test_a_client_that_does_not_read_frees_the_thread(ends, file, content):
    ours, theirs = ends
    sent = send_piece(ours.fileno(), file, 0, SIZE)
    assert 0 < sent < SIZE
    assert send_piece(ours.fileno(), file, sent, SIZE - sent) == 0
    got = bytearray()
    read(theirs, sent, got)
    assert got == content[:sent]


def test_a_file_that_became_shorter_ends_the_answer(ends, file):
    ours, _ = ends
    with pytest.raises(ConnectionError, match="shorter"):
        send_piece(ours.fileno(), file, SIZE, 100)


def test_a_client_that_is_gone_is_an_error(ends, file):
    ours, theirs = ends
    theirs.close()
    with pytest.raises(OSError, match=r"pipe|reset"):
        send_piece(ours.fileno(), file, 0, SIZE)
