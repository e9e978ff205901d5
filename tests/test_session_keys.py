"""A session cookie is what we made, or nothing: the database is not asked for anything else."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "cookie",
    [r'"\000\000\000\000\000\000\000\000"', r'"\377\376\375\374\373\372\371\370"', "' OR 1=1 --", "x" * 300],
)
def test_a_forged_cookie_is_nobody(client: Client, cookie: str) -> None:
    """Quoted, a cookie may spell any byte, also NUL, which PostgreSQL takes in no text."""
    answer = client.get("/queue/", headers={"cookie": f"sessionid={cookie}"})
    assert answer["Location"] == "/accounts/login/?next=/queue/"


def test_a_session_of_ours_is_taken(client: Client, creator: User) -> None:
    client.force_login(creator)
    assert client.get("/queue/").status_code == 200
