"""How the database finds what is asked for: a rare word in the index, never by looking at every task."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection

from generations.library import found
from generations.library.search import Filter
from generations.models import Task

LOOKED_UP = {"sqlite": "generations_task USING INTEGER PRIMARY KEY", "postgresql": "Index Cond: (id = ANY ("}
INDEX = {
    "sqlite": "generations_searchindex VIRTUAL TABLE",
    "postgresql": "Bitmap Index Scan on generations_searchindex",
}


@pytest.mark.django_db
def test_rare_words_are_looked_up_and_common_ones_met(
    write: Callable[..., list[Task]], reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(*(f"Dunes {n}" for n in range(200)))

    def plan() -> str:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE; SET LOCAL enable_seqscan = off")
        return Filter(q="dunes").ended(reviewer).order_by("-created_at", "-pk")[:24].explain()

    rare = plan()
    assert LOOKED_UP[connection.vendor] in rare
    assert INDEX[connection.vendor] in rare
    monkeypatch.setattr(found, "MANY", 100)
    common = plan()
    assert LOOKED_UP[connection.vendor] not in common
    assert INDEX[connection.vendor] not in common
