"""The migration to roles of our own: everybody keeps what they could do."""

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError

from generations.models import Audit
from tests.migrating import migrate, migrate_to_newest

pytestmark = pytest.mark.thorough
BEFORE, AFTER = "0013_why_it_waits", "0014_people"


@pytest.mark.django_db(transaction=True)
def test_everybody_keeps_the_role_that_counted() -> None:
    try:
        old = migrate(BEFORE)
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
        new = migrate(AFTER)
        rows = new.get_model("generations", "Membership").objects.values_list("person__username", "role")
        assert dict(rows) == {"root": "admin", "moved": "admin", "maker": "creator", "looker": "reviewer"}
        assert not new.get_model("auth", "User").objects.filter(is_superuser=True).exists()
        back = migrate(BEFORE).get_model("auth", "User")
        found = {p.username: [g.name for g in p.groups.all()] for p in back.objects.all()}
        assert found["moved"] == ["admin"]
        assert found["friend"] == ["friends"]
        assert back.objects.get(username="root").is_superuser
    finally:
        migrate_to_newest()
    Audit.objects.create(person=User.objects.get(username="root"), action=Audit.Action.PAUSED)
    with pytest.raises(DatabaseError, match="only ever added"):
        Audit.objects.update(text="changed")
