"""Chart colours by what they represent: the same on every day and in every period, whatever the ranking."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Min

from generations.models import Task
from generations.money.spending import Spend
from generations.templatetags.studio import hue

COLOURS = 12
"""Number of model colours in the style sheet."""


@dataclass(frozen=True)
class Colour:
    """An attribute in the markup, `data-<kind>="<number>"`."""

    kind: str
    """c: of a model; h: a person’s hue, as on the avatar."""
    number: int | str


OTHER = Colour("c", "other")


def colours_of(spend: Spend, by: str) -> dict[str, Colour]:
    """Colours by the keys of the spending by model or by person."""
    return person_colours(s.key for s in spend.series if s.key) if by == "person" else model_colours()


def model_colours() -> dict[str, Colour]:
    """By model id. The first model ever ordered has the first colour, and keeps it."""
    rows = Task.objects.values("model_id").annotate(first=Min("pk")).order_by("first")
    return {row["model_id"]: Colour("c", n % COLOURS + 1) for n, row in enumerate(rows)}


def person_colours(keys: Iterable[str]) -> dict[str, Colour]:
    """By person id, as text."""
    return {key: Colour("h", hue(int(key))) for key in keys}
