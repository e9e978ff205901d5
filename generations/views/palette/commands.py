"""What can be done from the palette: each is a link, a form or a button that a page has too."""

from django.contrib.auth.models import User
from django.urls import reverse

from generations import policy
from generations.models import Runtime
from generations.views.frame import Frame
from generations.views.palette.results import Result


def commands(person: User) -> list[Result]:
    """Those that the person may give now."""
    found = []
    if policy.may_order(person):
        studio = reverse("studio")
        found.append(
            Result(key="do:new", text="New task", icon="plus", url=studio, also="order generate write studio")
        )
    if policy.may_administer(person):
        found.append(_sending())
    found += [
        Result(
            key=f"do:{value}",
            text=f"{word} theme",
            icon=sign,
            url=reverse("theme"),
            posts=(("theme", value),),
            also="appearance colours light dark",
        )
        for value, word, sign in Frame.themes
    ]
    return [
        *found,
        Result(
            key="do:keys", text="Keyboard shortcuts", icon="keyboard", opens="keys", keys=("?",), also="help"
        ),
        Result(
            key="do:rail", text="Fold or unfold the menu", icon="panel-left-close", opens="rail", keys=("[",)
        ),
        Result(
            key="do:compare", text="Compare clips", icon="columns-2", url=reverse("compare"), also="blind"
        ),
        Result(key="do:sessions", text="Review sessions", icon="list-video", url=reverse("sessions")),
        Result(key="do:password", text="Change password", icon="key-round", url=reverse("password")),
    ]


def _sending() -> Result:
    paused = Runtime.now().paused_at is not None
    return Result(
        key="do:sending",
        text="Resume sending" if paused else "Pause sending",
        icon="play" if paused else "pause",
        url=reverse("sending"),
        posts=(("do", "resume" if paused else "pause"),),
        also="stop hold start queue",
        facts="for everybody",
    )
