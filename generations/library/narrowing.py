"""Filters by what a clip is, and by its stars: each looks at a task through an index."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Avg, Exists, F, OuterRef, Q

from generations.models import Review, Video

SHORT, LONG = 5.5, 10.5
"""Seconds: clips of “5 s” and “10 s” last a little more or less."""


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
    """Tasks without stars by this person, or with at least so many in the mean."""
    of_it = Review.objects.filter(task=OuterRef("pk"), stars__isnull=False)
    if stars == Stars.UNRATED:
        return ~Q(Exists(of_it.filter(person=person)))
    mean = of_it.order_by().values("task").annotate(mean=Avg("stars"))
    return Q(Exists(mean.filter(mean__gte=int(stars))))


def by_clip(*, shape: str = "", sound: str = "", length: str = "") -> Q:
    """Tasks with a clip that is all of it."""
    wanted = SHAPES[Shape(shape)] if shape else Q()
    wanted &= Q(has_sound=sound == Sound.WITH) if sound else Q()
    wanted &= LENGTHS[Length(length)] if length else Q()
    return Q(Exists(Video.objects.filter(wanted, task=OuterRef("pk"))))
