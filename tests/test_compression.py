"""Pages travel compressed; files and what has no text in it do not."""

import gzip
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import Client

from generations import policy
from generations.views.files.ranges import RangeFileResponse
from kiestudio.compression import PagesCompressed

GZIP = {"Accept-Encoding": "gzip"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client: Client) -> Client:
    person = User.objects.create_user("ada")
    policy.give_role(person, policy.Role.ADMIN)
    client.force_login(person)
    return client


def test_a_page_is_compressed_for_who_understands_it(member: Client) -> None:
    plain, packed = member.get("/studio/veo3_fast/"), member.get("/studio/veo3_fast/", headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 3
    assert b"</html>" in gzip.decompress(packed.content)


def test_the_length_of_a_page_with_the_same_content_varies(client: Client) -> None:
    lengths = {len(client.get("/accounts/login/", headers=GZIP).content) for _ in range(20)}
    assert len(lengths) > 1


def test_the_ledger_is_streamed_as_it_is(member: Client) -> None:
    answer = member.get("/credits/ledger.csv", headers=GZIP)
    assert answer.streaming
    assert "Content-Encoding" not in answer.headers


def test_a_piece_of_a_file_is_never_compressed(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(b"a" * 5000)
    request = HttpRequest()
    request.method = "GET"
    request.META = {"HTTP_ACCEPT_ENCODING": "gzip", "HTTP_RANGE": "bytes=0-1999"}
    piece = RangeFileResponse(
        request, path, headers={"ETag": '"1"', "Last-Modified": ""}, content_type="text/html"
    )
    answer = PagesCompressed(lambda _: piece).process_response(request, piece)
    assert answer.status_code == 206
    assert "Content-Encoding" not in answer.headers
    assert piece.getvalue() == b"a" * 2000
    piece.close()
