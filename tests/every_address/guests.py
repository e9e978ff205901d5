"""Links for guests in the small studio, and who may what by each of them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from PIL import Image

from generations import policy
from generations.files import store
from generations.models import Share, ShareClip, Task
from generations.models.send import token_hash
from generations.policy import Role

OPEN, LOCKED = "open-to-all", "with-a-password"
OVER, WITHDRAWN, LEFT, WRONG = "is-over", "was-withdrawn", "of-one-who-left", "never-was"
CLOSED = (OVER, WITHDRAWN, LEFT, WRONG)
PASSWORD = "for-guests-alone"
GUEST = "guest of a link"
"""Signed out, with a name for the open link, and in whose browser the password of the other was typed."""
DEEDS = ("withdraw", "extend", "nonsense")
SAY = {"name": "Anna", "stars": "2", "verdict": "changes", "text": "Mine", "key": str(uuid4())}

Allowed = set[str] | None
Row = tuple[Allowed, Allowed]


def rows(anybody: set[str]) -> dict[str, Row]:
    """Who may GET and POST what is under a link, by the address and by the link where it matters."""
    reads: Row = (anybody, None)
    writes: Row = (None, anybody)
    found: dict[str, Row] = {
        "guest": reads,
        "guest-clip": reads,
        "guest-still": reads,
        "guest-film": reads,
        "guest-download": reads,
        "guest-say": writes,
        "guest-forget": writes,
    }
    by_link = {LOCKED: {GUEST}} | {token: set() for token in CLOSED}
    named = {
        f"{name} {token}": (row[0] and who, row[1] and who)
        for name, row in found.items()
        for token, who in by_link.items()
    }
    nobody: Row = (None, set())
    opened = {"guest-open": writes} | {f"guest-open {token}": nobody for token in CLOSED}
    return found | named | opened


def kwargs() -> dict[str, object]:
    """What fills the addresses: every link for the page; for the rest one closed one is enough."""
    tokens = [OPEN, LOCKED, *CLOSED]
    few = [OPEN, LOCKED, WITHDRAWN]
    clips = [{"token": token, "number": 1} for token in few]
    return {
        "guest": lambda world: [{"token": token} for token in tokens],
        "guest-open": lambda world: [{"token": token} for token in tokens],
        "guest-forget": lambda world: [{"token": token} for token in few],
        "guest-still": lambda world: [{**where, "width": 240} for where in clips],
        **dict.fromkeys(("guest-clip", "guest-say", "guest-film", "guest-download"), lambda world: clips),
        "share": lambda world: [{"uuid": world.share.uuid}],
        "share-deed": lambda world: [{"uuid": world.share.uuid, "deed": deed} for deed in DEEDS],
    }


def links(person: User, task: Task) -> Share:
    """The open link of the person to one clip, beside one of each other kind."""
    now, soon = timezone.now(), timezone.now() + timedelta(days=3)
    left = User.objects.create_user("left", is_active=False)
    policy.give_role(left, Role.CREATOR)
    clip = task.videos.get()
    kinds: Mapping[str, Mapping[str, object]] = {
        OPEN: {},
        LOCKED: {"password": make_password(PASSWORD)},
        OVER: {"expires_at": now - timedelta(minutes=1)},
        WITHDRAWN: {"revoked_at": now},
        LEFT: {"person": left},
    }
    may = dict.fromkeys(("may_rate", "may_comment", "may_approve", "may_download"), True)
    for token, facts in kinds.items():
        usual = {"person": person, "expires_at": soon, "title": "Two seas", **may}
        made = Share.objects.create(key=uuid4(), token_hash=token_hash(token), **(usual | dict(facts)))
        ShareClip.objects.create(share=made, video=clip, number=1)
    place = store.at(clip.poster_path)
    place.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (960, 540)).save(place, "WEBP")
    return Share.objects.get(token_hash=token_hash(OPEN))


def come_in(client: Client) -> None:
    """As a guest does: with a name for one link, and the password of the other."""
    answers: Sequence[object] = [
        client.post(f"/s/{OPEN}/1/say/", SAY),
        client.post(f"/s/{LOCKED}/open/", {"password": PASSWORD}),
    ]
    assert [getattr(answer, "status_code", 0) for answer in answers] == [302, 302]
    assert {"guest", "opened"} <= set(client.cookies)
