"""SQLite with no room for another page says that the disk is full, and so does our page."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from generations.models import Prompt
from tests.page import read

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_full_disk_is_said_on_the_page(creator: User, order: object) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(creator)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    try:
        values = {"prompt": "A quiet sea " * 800, "aspectRatio": "16:9"}
        answer = client.post("/studio/veo3_fast/", values)
        assert Prompt.objects.count() == 0
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    assert answer.status_code == 503
    assert "disk of this server is full" in read(answer)
