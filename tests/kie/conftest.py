"""A client that is closed at the end, and a telephone book in the place of DNS."""

import socket

import pytest

from generations.kie.client import KieClient
from tests.kie.answers import KEY


@pytest.fixture
def client_of():
    """A client of the address given, closed at the end."""
    made = []

    def make(api_url, upload_url=None, key=KEY, **timeouts):
        timeouts = {"connect_timeout": 1, "read_timeout": 3} | timeouts
        made.append(KieClient(api_url=api_url, upload_url=upload_url or api_url, key=key, **timeouts))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def names(monkeypatch):
    """A telephone book in the place of DNS: name → the answers of one look-up after the other."""
    book: dict[str, list[list[str]]] = {}
    asked: list[str] = []

    def look_up(host, port, *_args, **_kwargs):
        asked.append(host)
        if host not in book:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        answers = book[host]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                0,
                "",
                (address, port, 0, 0) if ":" in address else (address, port),
            )
            for address in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    book_and_log = type("Names", (), {"book": book, "asked": asked})
    return book_and_log()
