"""What belongs to others than one person, as one value to compare."""

import hashlib

from django.contrib.auth.models import User
from django.db.models import Q

from generations.models import (
    ApprovalLimit,
    Asset,
    Audit,
    Budget,
    Comment,
    Entry,
    Event,
    Hint,
    LibraryItem,
    Membership,
    Plan,
    PlanRow,
    Review,
    Runtime,
    Share,
    Task,
    Video,
)


def fingerprint(person: User) -> str:
    """Of tasks, plans, money, opinions, files, decisions, accounts and the state of sending.

    Everybody may say that a thread of comments is done, so that is left out.
    """
    theirs = Q(task__person=person)
    rows = [
        Task.objects.exclude(person=person),
        *(model._default_manager.exclude(theirs) for model in (Entry, Event, Hint, Video)),
        *(
            model._default_manager.exclude(person=person)
            for model in (Review, Asset, Audit, LibraryItem, Share)
        ),
        Budget.objects.exclude(person=person).exclude(held=0, spent=0, limit=None),
        Membership.objects.all(),
        Plan.objects.exclude(person=person),
        PlanRow.objects.exclude(plan__person=person),
        ApprovalLimit.objects.all(),
    ]
    found = [list(row.order_by("pk").values_list()) for row in rows]
    comments = Comment.objects.exclude(person=person).order_by("pk")
    found.append(list(comments.values_list("pk", "text", "drawing", "guests", "deleted_at")))
    people = User.objects.order_by("pk").values_list("username", "password", "is_active", "first_name")
    sending = Runtime.objects.values_list("paused_at", "paused_for")
    return hashlib.sha256(repr([found, list(people), list(sending)]).encode()).hexdigest()
