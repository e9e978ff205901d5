"""The migration to dated verdicts: those of before have the moment at which their review changed last."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from generations.models import Comment, Review, Task
from tests.migrating import migrate, migrate_to_newest


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_verdicts_of_before_are_dated_and_comments_stay(task: Task, mara: User, author: User) -> None:
    then = timezone.now() - timedelta(days=3)
    try:
        old = migrate("0039_shares")
        reviews, comments = (old.get_model("generations", name).objects for name in ("Review", "Comment"))
        reviews.create(task_id=task.pk, person_id=mara.pk, verdict="changes", changed_at=then)
        reviews.create(task_id=task.pk, person_id=author.pk, stars=4, changed_at=then)
        comments.create(task_id=task.pk, person_id=mara.pk, text="From before", second=1.5)
    finally:
        migrate_to_newest()
    assert {r.person.username: r.verdict_at for r in Review.objects.all()} == {"mara": then, "author": None}
    comment = Comment.objects.get()
    assert (comment.text, comment.reply_to, comment.is_done, comment.drawing) == (
        "From before",
        None,
        False,
        [],
    )
