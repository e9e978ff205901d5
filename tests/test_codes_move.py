"""The migration to codes and facts: what the studio acts by keeps working, and no text of before is lost."""

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError

from generations.models import Event, Hint, Obstacle, State, Task
from generations.wording.history import told
from generations.wording.obstacles import obstacle
from tests.case_rows import task_in
from tests.migrating import migrate, migrate_to_newest

TEXTS = {
    "The result lies at cdn.example.net, which is not among KIE_MEDIA_HOSTS. An admin can add it.": "host",
    "Kie says it is done but names no file. Kie says by now that it failed: “no”": "no file",
    "The file ended at 6 of 21 bytes.": "old",
    "": "",
}


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_texts_become_codes_or_are_kept(creator: User) -> None:
    tasks = {text: task_in(creator, State.SAVING).pk for text in TEXTS}
    lost = task_in(creator, State.UNCONFIRMED).pk
    Hint.objects.create(task_id=lost, kie_id="k", due_at=None)
    try:
        old = migrate("0016_flat_pages")
        rows, hints = (old.get_model("generations", name).objects for name in ("Task", "Hint"))
        for text, pk in tasks.items():
            rows.filter(pk=pk).update(problem=text)
        rows.filter(pk=lost).update(problem="Kie’s answer was lost: the line broke")
        hints.update(problem="It carries no callback address, so a person has to confirm it")
        old.get_model("generations", "Event").objects.create(task_id=lost, text="Handed to Kie")
    finally:
        migrate_to_newest()
    assert {text: Task.objects.get(pk=pk).obstacle for text, pk in tasks.items()} == TEXTS
    assert Task.objects.get(pk=tasks[next(iter(TEXTS))]).obstacle_facts == {"host": "cdn.example.net"}
    assert obstacle(Task.objects.get(pk=tasks["The file ended at 6 of 21 bytes."])).endswith("6 of 21 bytes.")
    assert obstacle(Task.objects.get(pk=lost)) == "Kie’s answer was lost: “the line broke”."
    assert Hint.objects.get().obstacle == Obstacle.NO_TOKEN
    last = Event.objects.filter(task_id=lost).latest("id")
    assert told(last) == "Handed to Kie"
    with pytest.raises(DatabaseError, match="only ever added"):
        Event.objects.filter(pk=last.pk).update(kind="changed")
