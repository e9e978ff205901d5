"""What surrounds every page. Evaluated only when a template asks for it, so fragments pay nothing."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from generations import policy, wake
from generations.decisions import approvals, cases
from generations.files import volume
from generations.models import Budget, Preferences, Runtime
from generations.models.said import unheard
from generations.money import ledger
from generations.orders.waiting import Sending
from generations.wording.waits import standstill

THEMES = ("system", "dark", "light")
OF_CLIPS = ("/tasks/", "/compare/", "/sessions/")
"""Pages that belong to the gallery, or to the queue."""


@dataclass(frozen=True, kw_only=True)
class Link:
    word: str
    url: str
    icon: str
    name: str
    """Of its address."""
    current: bool = False
    more: bool = False
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Health:
    kind: str
    word: str
    detail: str
    answered_at: datetime | None = None


class Frame:
    top_up_url = "https://kie.ai/pricing"
    themes = (("system", "System", "monitor"), ("dark", "Dark", "moon"), ("light", "Light", "sun"))

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.person = getattr(request, "user", AnonymousUser())
        self.sandbox: bool = settings.SANDBOX

    @property
    def now(self) -> int:
        """The server's clock in milliseconds: the browser's may be wrong."""
        return int(timezone.now().timestamp() * 1000)

    @property
    def theme(self) -> str:
        chosen = self.request.COOKIES.get("theme", "")
        return chosen if chosen in THEMES else "system"

    @property
    def rail_folded(self) -> bool:
        return self.request.COOKIES.get("rail") == "folded"

    @property
    def letters_off(self) -> bool:
        """Whether this browser’s user has turned single-key shortcuts off."""
        return self.request.COOKIES.get("letters") == "off"

    @cached_property
    def role(self) -> str:
        return policy.role(self.person) or ""

    @property
    def around(self) -> str:
        """What surrounds an error page: the frame for members of the team, nothing for everybody else."""
        return "base.html" if self.role else "blank.html"

    @property
    def may_order(self) -> bool:
        return policy.may_order(self.person)

    @property
    def may_share(self) -> bool:
        return policy.may_share(self.person)

    @property
    def may_administer(self) -> bool:
        return policy.may_administer(self.person)

    @cached_property
    def links(self) -> list[Link]:
        here = self.request.path
        of_a_task = "queue" if "/case/" in here else "gallery"
        return [
            replace(
                link,
                current=here.startswith(link.url) or (here.startswith(OF_CLIPS) and link.name == of_a_task),
            )
            for link in links_of(self.person)
        ]

    @cached_property
    def unheard(self) -> int:
        """How much others have said to the person that they have not looked at yet."""
        if not policy.is_member(self.person):
            return 0
        return unheard(self.person, Preferences.known(self.person))

    @cached_property
    def counts(self) -> dict[str, int]:
        tasks = policy.visible_tasks(self.person)
        mine = Count("pk", filter=Q(person_id=self.person.pk))
        return tasks.open().aggregate(all=Count("pk"), mine=mine) | {
            "unconfirmed": self._need_a_person() if self.may_order else 0,
        }

    def _need_a_person(self) -> int:
        """Cases that the person may settle, and plans that wait for their yes."""
        return cases.count_open(cases.to_settle(self.person)) + approvals.to_answer(self.person).count()

    @cached_property
    def balance(self) -> ledger.Balance:
        return ledger.balance()

    @cached_property
    def budget(self) -> Budget | None:
        return ledger.budget_of(self.person) if policy.is_member(self.person) else None

    @cached_property
    def works(self) -> bool:
        """Whether a worker sweeps."""
        return wake.alive()

    @cached_property
    def runtime(self) -> Runtime:
        return Runtime.now()

    @property
    def sending(self) -> Sending:
        return Sending(runtime=self.runtime, works=self.works)

    @property
    def still(self) -> str:
        """Why nothing is sent now; empty: it is."""
        return standstill(self.runtime, works=self.works)

    @cached_property
    def health(self) -> Health:
        """The state of the worker and Kie, in one line."""
        if not self.works:
            return Health(kind="bad", word="No worker", detail="Nothing is sent or saved")
        runtime = self.runtime
        if volume.trouble(runtime):
            return Health(kind="bad", word="No media folder", detail="Is its volume mounted? Saving waits")
        if runtime.paused_at:
            return Health(kind="warn", word="Sending is paused", detail=runtime.get_paused_for_display())
        name = "The sandbox" if self.sandbox else "Kie.ai"
        if runtime.silent_since:
            return Health(kind="warn", word=f"{name} is silent", detail="Sending waits, asking goes on")
        if runtime.answered_at is None:
            return Health(kind="warn", word=f"{name} not asked yet", detail="")
        took = f"{runtime.answer_ms or 0} ms"
        return Health(kind="good", word=f"{name} answers", detail=took, answered_at=runtime.answered_at)


def links_of(person: policy.Person) -> list[Link]:
    """The pages that the person may open, as the rail has them."""
    rows = [
        ("Studio", "studio", "clapperboard", False, "s"),
        ("Queue", "queue", "list-video", False, "q"),
        ("Gallery", "gallery", "layout-grid", False, "g"),
        ("Boards", "boards", "layout-dashboard", True, "b"),
        ("Shares", "shares", "link", True, "l"),
        ("Credits", "credits", "coins", False, "c"),
        ("Models", "models", "boxes", True, "m"),
        ("People", "people", "users", True, "p"),
    ]
    barred = set() if policy.may_order(person) else {"studio"}
    barred |= set() if policy.may_share(person) else {"shares"}
    barred |= set() if policy.may_administer(person) else {"people"}
    return [
        Link(word=word, url=reverse(name), icon=icon, name=name, more=more, key=key)
        for word, name, icon, more, key in rows
        if name not in barred
    ]


def frame_of(request: HttpRequest) -> Frame:
    """What surrounds the page of a request; each fact is read once. A view that has read one sets it."""
    found: Frame = vars(request).setdefault("frame", Frame(request))
    return found


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    return {"frame": frame_of(request)}
