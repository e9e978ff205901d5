"""What people say is searched from the moment at which they have said it, whichever statement wrote it."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from generations.models import Comment, SearchText, Task
from generations.models.search_text import LONGEST
from generations.models.watched import unwatch, watch
from tests.migrating import migrate, migrate_to_newest
from tests.search.conftest import prompts

pytestmark = pytest.mark.django_db
Write = Callable[..., list[Task]]


def say(task: Task, text: str) -> Comment:
    return Comment.objects.create(task=task, person=task.person, text=text)


@pytest.mark.usefixtures("both_ways")
def test_comments_are_searched_as_they_stand(write: Write) -> None:
    task, other = write("Dunes", "Dunes")
    comment, _ = say(task, "Slower, please"), say(task, "Warmer")
    say(other, "Warmer")
    assert prompts("dunes slower warmer") == ["Dunes"]
    assert prompts('"dunes slower"') == [], "a phrase does not go over the end of what somebody said"
    Comment.objects.filter(pk=comment.pk).update(text="Plus lent")
    assert (prompts("slower"), prompts('"plus lent"')) == ([], ["Dunes"])
    comment.text = "Più lento"
    comment.save()
    assert (prompts("lent"), prompts('"lent"'), prompts("piu")) == (["Dunes"], [], ["Dunes"])
    comment.delete()
    assert (prompts("piu"), prompts("warmer -piu")) == ([], ["Dunes", "Dunes"])


@pytest.mark.usefixtures("both_ways")
def test_what_was_not_done_is_not_found(write: Write) -> None:
    [task] = write("Dunes")
    with transaction.atomic():
        say(task, "Slower")
        Task.objects.update(words=" hills ")
        assert prompts("hills slower") == ["Dunes"]
        transaction.set_rollback(True)
    assert (prompts("slower"), prompts("hills"), prompts("dunes")) == ([], [], ["Dunes"])


@pytest.mark.usefixtures("both_ways")
def test_more_words_than_are_indexed_refuse_nothing(write: Write) -> None:
    [task] = write("Dunes")
    for n in range(8):
        say(task, " ".join(f"{n}w{m}" for m in range(5000)))
    assert len(SearchText.objects.get().text) == LONGEST
    assert (prompts("dunes 0w1999"), prompts("7w0")) == (["Dunes"], [])


@pytest.mark.django_db(transaction=True)
def test_of_comments_that_come_at_once_none_is_lost(write: Write) -> None:
    [task] = write("Dunes")
    together = Barrier(4)

    def talk(n: int) -> None:
        together.wait(10)
        for m in range(5):
            say(task, f"said{n}x{m}")
        connection.close()

    threads = [Thread(target=talk, args=[n]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert prompts(" ".join(f'"said{n}x{m}"' for n in range(4) for m in range(5))) == ["Dunes"]


@pytest.mark.django_db(transaction=True)
def test_what_was_said_while_nothing_kept_it_is_caught_up_with(write: Write) -> None:
    [task] = write("Dunes")
    with connection.schema_editor() as editor:
        unwatch(editor)
    write("Hills")
    say(task, "Slower")
    assert prompts("slower OR hills") == [], "nothing keeps it"
    with connection.schema_editor() as editor:
        watch(editor)
    assert prompts("slower OR hills") == ["Hills", "Dunes"]


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_what_was_said_before_there_was_an_index_is_found(write: Write) -> None:
    [task] = write("École vide")
    say(task, "Élan")
    try:
        before = migrate("0036_boards")
        before.get_model("generations", "Task").objects.update(words="ecole vide")
    finally:
        migrate_to_newest()
    assert prompts("vide elan") == ["École vide"]
