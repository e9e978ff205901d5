"""A small studio with everybody and everything in it, for tests that go to every address."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from generations.files import store
from generations.models import (
    Asset,
    Board,
    LibraryItem,
    Membership,
    Plan,
    Prompt,
    ReviewSession,
    SavedView,
    Share,
    Task,
    Video,
)
from generations.policy import Role
from tests.every_address import guests
from tests.every_address.guests import GUEST
from tests.every_address.rows import (
    ADMIN,
    COLLEAGUE,
    CREATOR,
    MODELS,
    NEW,
    NO_ROLE,
    OFF,
    REVIEWER,
    SETUP_TOKEN,
    TOKEN,
    VISITORS,
    around,
    asset_of,
    board_of,
    item_of,
    plans_of,
    tasks_of,
)
from tests.task_page.rows import COPY, person

Kwargs = Mapping[str, object]


@dataclass(frozen=True)
class World:
    people: Mapping[str, User]
    clients: Mapping[str, Client]
    tasks: Mapping[str, Task] = field(default_factory=dict)
    asset: Asset | None = None
    plans: Sequence[Plan] = ()
    item: LibraryItem | None = None
    board: Board | None = None
    session: ReviewSession | None = None
    share: Share | None = None

    def kwargs(self, name: str) -> list[Kwargs]:
        """What to fill an address with. KeyError for an address that this world does not know yet."""
        found: list[Kwargs] = KWARGS[name](self)
        return found


def addresses(urlconf: str | None = None) -> list[str]:
    """The names of all addresses. An address without a name cannot be tested, so it is an error."""
    names = [pattern.name for pattern in _patterns(get_resolver(urlconf))]
    assert all(names), names
    return sorted({str(name) for name in names})


def urls(world: World, name: str) -> list[str]:
    return [reverse(name, kwargs=dict(kwargs)) for kwargs in world.kwargs(name)]


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern)
        else:
            yield pattern


def _task(state: str) -> Any:
    return lambda world: [{"uuid": world.tasks[state].uuid}]


def _clip(world: World) -> list[Kwargs]:
    return [{"uuid": world.tasks["ready"].videos.get().uuid}]


def _choices(world: World) -> list[Kwargs]:
    pairs = (
        ("attach", "unconfirmed"),
        ("close", "unconfirmed"),
        ("again", "unconfirmed"),
        ("try", "unfetched"),
        ("look", "running"),
        ("lost", "ready"),
        ("lost", "stuck"),
        ("nonsense", "stuck"),
    )
    return [{"uuid": world.tasks[state].uuid, "choice": choice} for choice, state in pairs]


def _comment_deeds(world: World) -> list[Kwargs]:
    task = world.tasks["ready"]
    deeds = ("edit", "delete", "back", "done", "reopen", "nonsense")
    return [{"uuid": task.uuid, "pk": task.comments.get().pk, "deed": deed} for deed in deeds]


def _plan_deeds(world: World) -> list[Kwargs]:
    deeds = ("pause", "resume", "cancel", "again", "yes", "no", "nonsense")
    return [{"uuid": plan.uuid, "deed": deed} for plan in world.plans for deed in deeds]


def _deeds(world: World) -> list[Kwargs]:
    deeds = ("role", "name", "password", "off", "on", "nonsense")
    return [{"pk": world.people[REVIEWER].pk, "deed": deed} for deed in deeds]


def _models(world: World) -> list[Kwargs]:
    return [{"model_id": model} for model in MODELS]


def _several(world: World) -> list[Kwargs]:
    return [{"uuid": world.tasks[state].uuid} for state in ("ready", "unconfirmed", "failed")]


def _item(world: World) -> list[Kwargs]:
    return [{"uuid": world.item.uuid}] if world.item else []


def _board(world: World) -> list[Kwargs]:
    return [{"uuid": world.board.uuid}] if world.board else []


def _session(world: World) -> list[Kwargs]:
    return [{"uuid": world.session.uuid}] if world.session else []


def _nothing(world: World) -> list[Kwargs]:
    return [{}]


KWARGS: dict[str, Any] = dict.fromkeys(addresses(), _nothing) | {
    "order": _models,
    "quote": _models,
    "why": _models,
    "draft": _models,
    "wish": lambda world: [{"key": world.tasks["queued"].uuid}],
    "task": _several,
    "case": _several,
    "cancel": _task("queued"),
    "move": _task("queued"),
    "hold": _task("queued"),
    "retry": _task("failed"),
    "go_on": lambda world: [{"uuid": world.tasks["veo"].uuid, "model_id": COPY}],
    "choose": _choices,
    "plan": lambda world: [{"uuid": plan.uuid} for plan in world.plans],
    "plan-deed": _plan_deeds,
    "board": _board,
    "board-zip": _board,
    "board-cut": lambda world: [
        {"uuid": world.board.uuid, "form": form} for form in ("otio", "edl", "fcpxml", "x")
    ],
    "board-deed": lambda world: [
        {"uuid": world.board.uuid, "deed": deed}
        for deed in ("move", "remove", "put-back", "delete", "nonsense")
    ],
    "review": _task("ready"),
    "comment": _task("ready"),
    "review-session": _session,
    "session-seen": _session,
    "session-remove": _session,
    "session-summary": _session,
    "comment-deed": _comment_deeds,
    "video": _clip,
    "rendition": _clip,
    "everywhere": _clip,
    "frame": _clip,
    "poster": _clip,
    "strip": _clip,
    "asset": lambda world: [{"uuid": world.asset.uuid}],
    "asset-small": lambda world: [{"uuid": world.asset.uuid}],
    "keep-earlier": lambda world: [
        {"pk": row.pk} for row in Prompt.objects.filter(person=world.people[CREATOR])[:1]
    ],
    "library-item": _item,
    "fill": _item,
    "library-deed": lambda world: [{"uuid": world.item.uuid, "deed": deed} for deed in ("remove", "back")],
    "remove-view": lambda world: [{"pk": SavedView.objects.get().pk}],
    "budget": lambda world: [{"pk": world.people[CREATOR].pk}],
    "person": lambda world: [{"pk": world.people[CREATOR].pk}, {"pk": world.people[NO_ROLE].pk}],
    "decide": _deeds,
    "setup": lambda world: [{"token": SETUP_TOKEN}],
    "hook": lambda world: [{"token": TOKEN}, {"token": "nonsense"}],
    **guests.kwargs(),
}


def build() -> World:
    """Everybody, a task in every state, money, opinions, files."""
    people = {
        REVIEWER: person("rev", "Reviewer", Role.REVIEWER),
        CREATOR: person("crea", "Creator", Role.CREATOR),
        COLLEAGUE: person("coll", "Colleague", Role.CREATOR),
        ADMIN: person("adm", "Admin", Role.ADMIN),
        OFF: person("off", "Off", Role.ADMIN),
        NEW: person("new", "New", Role.ADMIN),
        NO_ROLE: User.objects.create_user("nobody"),
    }
    clients = {name: _signed_in(people.get(name)) for name in VISITORS}
    User.objects.filter(pk=people[OFF].pk).update(is_active=False)
    Membership.objects.filter(person=people[NEW]).update(password_until=timezone.now() + timedelta(days=1))
    tasks = tasks_of(people[CREATOR])
    around(people, tasks)
    for clip in Video.objects.all():
        path = store.root() / clip.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(clip.size))
    (Path(settings.DATA_DIR) / "setup-token").write_text(SETUP_TOKEN)
    asset, item = asset_of(people[CREATOR]), item_of(people[CREATOR])
    share = guests.links(people[CREATOR], tasks["ready"])
    guests.come_in(clients[GUEST])
    return World(
        people=people,
        clients=clients,
        tasks=tasks,
        asset=asset,
        item=item,
        board=board_of(people[CREATOR], tasks["ready"], tasks["veo"]),
        session=ReviewSession.make(people[CREATOR], "Today", [tasks["ready"], tasks["veo"]]),
        share=share,
        plans=plans_of(people[CREATOR]),
    )


def _signed_in(who: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if who:
        client.force_login(who)
    return client
