"""The migration to dated verdicts of guests: those of before have the moment of their last change."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations.models import GuestReview, ShareGuest
from tests.migrating import migrate, migrate_to_newest
from tests.shares.rows import clip, newest, share, share_of


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_verdicts_of_before_are_dated_and_guests_stay(as_author: Client, author: User) -> None:
    share(as_author, share_of(clip(author)))
    made, then = newest(), timezone.now() - timedelta(days=3)
    place = made.clips.get().pk
    try:
        old = migrate("0040_review")
        guests, reviews = (
            old.get_model("generations", name).objects for name in ("ShareGuest", "GuestReview")
        )
        for name, said in (("Anna", {"verdict": "changes"}), ("Bo", {"stars": 4}), ("Bo", {})):
            one = guests.create(share_id=made.pk, name=name)
            if said:
                reviews.create(guest_id=one.pk, clip_id=place, changed_at=then, **said)
    finally:
        migrate_to_newest()
    assert {r.guest.name: r.verdict_at for r in GuestReview.objects.all()} == {"Anna": then, "Bo": None}
    assert list(ShareGuest.objects.values_list("name", "key")) == [("Anna", None), ("Bo", None), ("Bo", None)]
