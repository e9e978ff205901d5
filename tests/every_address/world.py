"""A small studio with everybody and everything in it, for tests that go to every address."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from generations import catalogue, policy
from generations.files import store
from generations.models import (
    Asset,
    Board,
    Comment,
    Hint,
    ItemContent,
    Lease,
    LibraryItem,
    Membership,
    Obstacle,
    Plan,
    Prompt,
    Review,
    ReviewSession,
    Runtime,
    SavedView,
    Share,
    State,
    Task,
    Video,
)
from generations.models.send import Send, token_hash
from generations.money import ledger
from generations.orders import plans
from generations.orders.plans import Wish
from generations.policy import Role
from tests.case_rows import at_unknown_host, no_file, stuck, unconfirmed, unfetched
from tests.every_address import guests
from tests.every_address.guests import GUEST
from tests.task_page.rows import COPY, KLING, VEO, copied, failed, person, queued, ready, running

SEEDANCE = "bytedance/seedance-1.5-pro"
HAILUO = "hailuo/02-image-to-video-standard"
MODELS = (KLING, VEO, SEEDANCE, HAILUO)
TOKEN = "a-token-that-kie-was-given"
SETUP_TOKEN = "a-token-of-the-first-start"

ANONYMOUS, NO_ROLE, NEW, OFF = "anonymous", "no role", "new", "switched off"
REVIEWER, CREATOR, COLLEAGUE, ADMIN = "reviewer", "creator", "colleague", "admin"
VISITORS = (ANONYMOUS, GUEST, NO_ROLE, NEW, OFF, REVIEWER, CREATOR, COLLEAGUE, ADMIN)
"""The tasks are the creator's; to the colleague, who is a creator too, they are somebody else's."""

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
    tasks = _tasks(people[CREATOR])
    _around(people, tasks)
    for clip in Video.objects.all():
        path = store.root() / clip.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(clip.size))
    (Path(settings.DATA_DIR) / "setup-token").write_text(SETUP_TOKEN)
    asset, item = _asset(people[CREATOR]), _item_of(people[CREATOR])
    share = guests.links(people[CREATOR], tasks["ready"])
    guests.come_in(clients[GUEST])
    return World(
        people=people,
        clients=clients,
        tasks=tasks,
        asset=asset,
        item=item,
        board=_board_of(people[CREATOR], tasks["ready"], tasks["veo"]),
        session=ReviewSession.make(people[CREATOR], "Today", [tasks["ready"], tasks["veo"]]),
        share=share,
        plans=_plans(people[CREATOR]),
    )


def _signed_in(who: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if who:
        client.force_login(who)
    return client


def _tasks(who: User) -> dict[str, Task]:
    made = {
        "queued": queued(who),
        "running": running(who),
        "ready": ready(who),
        "veo": ready(who, VEO),
        "failed": failed(who, "Your <b>prompt</b> \u202e was flagged"),
        "unconfirmed": unconfirmed(who),
        "no file": no_file(who),
        "host": at_unknown_host(who),
        "unfetched": unfetched(who),
        "stuck": stuck(who),
        "asked": ready(who, VEO, prompt="1080p"),
    }
    copied(made["asked"])
    for state in (State.CANCELLED, State.CLOSED, State.LOST, State.REFUSED, State.SENDING):
        made[state] = queued(who)
        Task.objects.filter(pk=made[state].pk).update(state=state, task_id=None)
    Send.objects.create(task=made["running"], token_hash=token_hash(TOKEN))
    Hint.objects.create(task=made["unconfirmed"], kie_id="heard-of", obstacle=Obstacle.UNKNOWN)
    return made


def _around(people: Mapping[str, User], tasks: Mapping[str, Task]) -> None:
    now = timezone.now()
    Lease.objects.create(name="sweep", owner="me", until=now, beat_at=now)
    ledger.record(Decimal(5000))
    Runtime.row()
    for name in (CREATOR, COLLEAGUE):
        ledger.set_limit(people[name], Decimal(3000))
        Prompt.remember(people[name], f"Words of {name}")
    Review.objects.create(task=tasks["ready"], person=people[REVIEWER], stars=4, verdict="approved")
    Comment.objects.create(task=tasks["ready"], person=people[REVIEWER], text="Good", second=1)
    SavedView.keep(people[CREATOR], "Approved", "verdict=approved", is_shared=True)
    queued(people[COLLEAGUE])
    for folder, name in (
        ("videos", "a.mp4"),
        ("posters", "a.webp"),
        ("strips", "a.webp"),
        ("uploads", "a.png"),
    ):
        path = Path(settings.MEDIA_ROOT) / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"bytes" * 1000)
    assert all(catalogue.find(model) for model in MODELS)
    assert policy.admins().count() == 1


def _plans(who: User) -> list[Plan]:
    """One that can still be changed, one that waits for a yes."""
    spec = catalogue.models()[KLING]
    wish = Wish(spec=spec, values={**spec.defaults(), "prompt": "A {calm|rough} sea"}, takes=2)
    open_one, asked = (plans.plan(who, uuid4(), [wish]) for _ in range(2))
    Plan.objects.filter(pk=asked.pk).update(asked_at=timezone.now(), asked_credits=Decimal(220))
    return [open_one, asked]


def _asset(who: User) -> Asset:
    return Asset.objects.create(
        person=who,
        name="a.png",
        path="uploads/a.png",
        small_path="posters/a.webp",
        content_type="image/png",
        size=5000,
        width=640,
        height=640,
        sha256="0" * 64,
    )


def _item_of(who: User) -> LibraryItem:
    """Of two versions, shared with the team."""
    for text in ("A quiet sea", "A loud sea"):
        content = ItemContent(text=text, model_id=KLING, label="Kling 2.6", values={"prompt": text})
        item, _ = LibraryItem.keep(who, "preset", "Sea", content, tags=["sea"], is_shared=True)
    return item


def _board_of(who: User, *tasks: Task) -> Board:
    """Shared with the team."""
    board = Board.objects.create(title="Sea", person=who)
    for task in tasks:
        board.add(task.videos.get(), who)
    return board
