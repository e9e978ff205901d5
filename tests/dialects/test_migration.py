"""The migration that gives every task the endpoint that was guessed for it until then."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from generations.models import State, Task
from tests.case_rows import task_in
from tests.migrating import migrate, migrate_to_newest

GUESSED = {
    "veo3": "veo",
    "veo3_fast": "veo",
    "veo3_old": "veo",
    "kling-2.6/text-to-video": "jobs",
    "gone/model": "jobs",
    "veo-3-1": "jobs",
}


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_every_task_gets_the_endpoint_that_was_guessed_for_it(creator: User) -> None:
    tasks = {model_id: task_in(creator, State.RUNNING).pk for model_id in GUESSED}
    try:
        rows = migrate("0020_pause_facts").get_model("generations", "Task").objects
        for model_id, pk in tasks.items():
            rows.filter(pk=pk).update(model_id=model_id)
    finally:
        migrate_to_newest()
    assert dict(Task.objects.values_list("model_id", "endpoint")) == GUESSED
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.update(endpoint="")
