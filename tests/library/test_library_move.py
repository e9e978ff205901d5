"""Prompts of an older studio are found by the search of the library."""

import pytest
from django.contrib.auth.models import User

from generations.models import Prompt
from tests.migrating import migrate, migrate_to_newest


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_prompts_that_were_there_are_folded(creator: User) -> None:
    try:
        old = migrate("0029_assets").get_model("generations", "Prompt")
        for n in range(3):
            old.objects.create(person_id=creator.pk, text=f"Déjà {n}", digest=f"{n}")
    finally:
        migrate_to_newest()
    assert sorted(Prompt.objects.values_list("words", flat=True)) == ["deja 0", "deja 1", "deja 2"]
