"""Filters by what a clip is, and by its stars and verdict: each looks at a task through an index."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Avg, Exists, F, OuterRef, Q

from generations import policy
from generations.models import Review, Verdict, Video
from generations.models.review import STRICTNESS, judged, judged_by, unjudged

SHORT, LONG = 5.5, 10.5
"""Seconds: clips of “5 s” and “10 s” last a little more or less."""


class Opinion(models.TextChoices):
    """The team's opinion of a clip, as a filter."""

    REVIEW = "review", "To review"
    APPROVED = "approved", "Approved"
    CHANGES = "changes", "Changes"
    REJECTED = "rejected", "Rejected"


class Stars(models.TextChoices):
    UNRATED = "unrated", "Not rated by me"
    FIVE = "5", "5"
    FOUR = "4", "4 and more"
    THREE = "3", "3 and more"
    TWO = "2", "2 and more"


class Shape(models.TextChoices):
    WIDE = "wide", "Wide"
    TALL = "tall", "Tall"
    SQUARE = "square", "Square"


class Sound(models.TextChoices):
    WITH = "with", "With sound"
    SILENT = "silent", "Silent"


class Length(models.TextChoices):
    SHORT = "short", "Up to 5 s"
    MIDDLE = "middle", "6 to 10 s"
    LONG = "long", "Longer"


SHAPES = {
    Shape.WIDE: Q(width__gt=F("height")),
    Shape.TALL: Q(width__lt=F("height")),
    Shape.SQUARE: Q(width=F("height")),
}
LENGTHS = {
    Length.SHORT: Q(seconds__lt=SHORT),
    Length.MIDDLE: Q(seconds__gte=SHORT, seconds__lt=LONG),
    Length.LONG: Q(seconds__gte=LONG),
}
LABELS: Mapping[str, type[models.TextChoices]] = {
    "stars": Stars,
    "shape": Shape,
    "sound": Sound,
    "length": Length,
}
"""By the name of the filter."""


def by_stars(person: User, stars: str) -> Q:
    """Tasks without stars by this person, or with at least so many in the mean that they may know."""
    of_it = Review.objects.filter(task=OuterRef("pk"), stars__isnull=False)
    own = of_it.filter(person=person)
    if stars == Stars.UNRATED:
        return ~Q(Exists(own))
    mean = of_it.order_by().values("task").annotate(mean=Avg("stars"))
    of_team = Q(Exists(mean.filter(mean__gte=int(stars))))
    return policy.as_known(person, of_team=of_team, own=Q(Exists(own.filter(stars__gte=int(stars)))))


def by_verdict(person: User, opinion: str) -> Q:
    """Tasks with this opinion of the team, as far as the person may know it."""
    if opinion == Opinion.REVIEW:
        return policy.as_known(person, of_team=unjudged(), own=~judged_by(person, *STRICTNESS))
    verdict = Verdict(opinion)
    return policy.as_known(person, of_team=judged(verdict), own=judged_by(person, verdict))


def by_clip(*, shape: str = "", sound: str = "", length: str = "") -> Q:
    """Tasks with a clip that is all of it."""
    wanted = SHAPES[Shape(shape)] if shape else Q()
    wanted &= Q(has_sound=sound == Sound.WITH) if sound else Q()
    wanted &= LENGTHS[Length(length)] if length else Q()
    return Q(Exists(Video.objects.filter(wanted, task=OuterRef("pk"))))
