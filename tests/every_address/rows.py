"""The rows of the small studio that tests go through, and who comes to it."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from generations import catalogue, policy
from generations.models import (
    Asset,
    Board,
    Comment,
    Hint,
    ItemContent,
    Lease,
    LibraryItem,
    Obstacle,
    Plan,
    Prompt,
    Review,
    Runtime,
    SavedView,
    State,
    Task,
)
from generations.models.send import Send, token_hash
from generations.money import ledger
from generations.orders import plans
from generations.orders.plans import Wish
from tests.case_rows import at_unknown_host, no_file, stuck, unconfirmed, unfetched
from tests.every_address.guests import GUEST
from tests.task_page.rows import KLING, VEO, copied, failed, queued, ready, running

SEEDANCE = "bytedance/seedance-1.5-pro"
HAILUO = "hailuo/02-image-to-video-standard"
MODELS = (KLING, VEO, SEEDANCE, HAILUO)
TOKEN = "a-token-that-kie-was-given"
SETUP_TOKEN = "a-token-of-the-first-start"

ANONYMOUS, NO_ROLE, NEW, OFF = "anonymous", "no role", "new", "switched off"
REVIEWER, CREATOR, COLLEAGUE, ADMIN = "reviewer", "creator", "colleague", "admin"
VISITORS = (ANONYMOUS, GUEST, NO_ROLE, NEW, OFF, REVIEWER, CREATOR, COLLEAGUE, ADMIN)
"""The tasks are the creator's; to the colleague, who is a creator too, they are somebody else's."""


def tasks_of(who: User) -> dict[str, Task]:
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


def around(people: Mapping[str, User], tasks: Mapping[str, Task]) -> None:
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


def plans_of(who: User) -> list[Plan]:
    """One that can still be changed, one that waits for a yes."""
    spec = catalogue.models()[KLING]
    wish = Wish(spec=spec, values={**spec.defaults(), "prompt": "A {calm|rough} sea"}, takes=2)
    open_one, asked = (plans.plan(who, uuid4(), [wish]) for _ in range(2))
    Plan.objects.filter(pk=asked.pk).update(asked_at=timezone.now(), asked_credits=Decimal(220))
    return [open_one, asked]


def asset_of(who: User) -> Asset:
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


def item_of(who: User) -> LibraryItem:
    """Of two versions, shared with the team."""
    for text in ("A quiet sea", "A loud sea"):
        content = ItemContent(text=text, model_id=KLING, label="Kling 2.6", values={"prompt": text})
        item, _ = LibraryItem.keep(who, "preset", "Sea", content, tags=["sea"], is_shared=True)
    return item


def board_of(who: User, *tasks: Task) -> Board:
    """Shared with the team."""
    board = Board.objects.create(title="Sea", person=who)
    for task in tasks:
        board.add(task.videos.get(), who)
    return board
