"""Tasks as the gallery shows them."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from generations import catalogue, orders, policy
from generations.models import State, Task, Video
from generations.money import ledger
from tests.page import Page, Part, read

KLING = "kling-2.6/text-to-video"
SORA = "sora-2-text-to-video"


def person(name: str, first: str, role: policy.Role) -> User:
    made = User.objects.create_user(name, first_name=first)
    policy.give_role(made, role)
    return made


def queued(
    who: User, prompt: str = "A paper boat", model: str = KLING, age: timedelta = timedelta(0)
) -> Task:
    spec = catalogue.models()[model]
    task = orders.place(who, spec, {**spec.defaults(), "prompt": prompt})
    Task.objects.filter(pk=task.pk).update(created_at=timezone.now() - age)
    task.refresh_from_db()
    return task


def ready(who: User, prompt: str = "A paper boat", model: str = KLING, age: timedelta = timedelta(0)) -> Task:
    task = queued(who, prompt, model, age)
    assert task.quote_credits
    ledger.charge(task, task.quote_credits, "actual")
    now = timezone.now()
    Task.objects.filter(pk=task.pk).update(
        state=State.READY,
        charge_credits=task.quote_credits,
        charge_basis="actual",
        ready_at=now - age,
        changed_at=now - age,
    )
    add_video(task)
    return task


def add_video(task: Task, **fields: Any) -> Video:
    facts: dict[str, Any] = {
        "width": 1280,
        "height": 720,
        "seconds": 8,
        "fps": 24,
        "size": 9,
        "has_sound": False,
    }
    names = {"path": "videos/a.mp4", "poster_path": "posters/a.webp", "strip_path": "strips/a.webp"}
    return Video.objects.create(task=task, source_url="https://x", sha256="0" * 64, **facts | names | fields)


def cards(page: Page) -> list[Part]:
    return [item for item in page.all("listitem") if (item.get("id") or "").startswith("shot-")]


def titles(answer: Any) -> list[str]:
    return [card.link().having("title")[-1].text for card in cards(read(answer))]
