"""The migration to roles of our own: everybody keeps what they could do."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from generations.models import Audit

pytestmark = pytest.mark.long
AFTER = ("generations", "0014_people")


def migrate(to: Any) -> Any:
    MigrationExecutor(connection).migrate(to)
    return MigrationExecutor(connection).loader.project_state(to).apps


def before() -> Any:
    graph = MigrationExecutor(connection).loader.graph
    return [node.key for node in graph.node_map[AFTER].parents if node.key[0] == AFTER[0]]


@pytest.mark.django_db(transaction=True)
def test_everybody_keeps_the_role_that_counted() -> None:
    try:
        old = migrate(before())
        people, teams = old.get_model("auth", "User").objects, old.get_model("auth", "Group").objects
        for name, groups, superuser in (
            ("root", [], True),
            ("moved", ["reviewer"], True),
            ("maker", ["creator", "reviewer"], False),
            ("looker", ["reviewer", "friends"], False),
            ("friend", ["friends"], False),
        ):
            person = people.create(username=name, is_superuser=superuser, is_staff=superuser)
            person.groups.set([teams.get_or_create(name=g)[0] for g in groups])
        new = migrate([AFTER])
        rows = new.get_model("generations", "Membership").objects.values_list("person__username", "role")
        assert dict(rows) == {"root": "admin", "moved": "admin", "maker": "creator", "looker": "reviewer"}
        assert not new.get_model("auth", "User").objects.filter(is_superuser=True).exists()
        back = migrate(before()).get_model("auth", "User")
        found = {p.username: [g.name for g in p.groups.all()] for p in back.objects.all()}
        assert found["moved"] == ["admin"]
        assert found["friend"] == ["friends"]
        assert back.objects.get(username="root").is_superuser
    finally:
        migrate(MigrationExecutor(connection).loader.graph.leaf_nodes("generations"))
    Audit.objects.create(person=User.objects.get(username="root"), action=Audit.Action.PAUSED)
    with pytest.raises(DatabaseError, match="only ever added"):
        Audit.objects.update(text="changed")
