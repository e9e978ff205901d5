"""Tasks in every state, as the road leaves them."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations import catalogue, orders, policy
from generations.models import Happened, State, Task, Video
from generations.money import ledger
from tests.page import Page, read

KLING = "kling-2.6/text-to-video"
VEO, COPY = "veo3_fast", "veo-1080p"


def person(name: str, first: str, role: policy.Role) -> User:
    made = User.objects.create_user(name, first_name=first)
    policy.give_role(made, role)
    return made


def queued(who: User, model: str = KLING, **values: object) -> Task:
    spec = catalogue.models()[model]
    return orders.place(who, spec, {**spec.defaults(), "prompt": "Slow dolly <over> dunes", **values})


def copied(source: Task, who: User | None = None) -> Task:
    """A 1080p copy of a clip that was ordered."""
    spec = catalogue.models()[COPY]
    return orders.place(who or source.person, spec, {"taskId": source.task_id, "index": 0})


def running(who: User, model: str = KLING, **values: object) -> Task:
    task = queued(who, model, **values)
    now = timezone.now()
    task.move(State.SENDING, Happened.HANDED_OVER, sent_at=now)
    task.move(State.RUNNING, Happened.TAKEN, task_id=f"kie-{task.pk}", accepted_at=now)
    return task


def ready(who: User, model: str = KLING, **values: object) -> Task:
    task = running(who, model, **values)
    done = timezone.now() + timedelta(seconds=104)
    task.move(
        State.SAVING,
        Happened.FINISHED,
        finished_at=done,
        charge_credits=task.quote_credits,
        charge_basis="actual",
    )
    assert task.quote_credits
    ledger.charge(task, task.quote_credits, "actual")
    task.move(State.READY, Happened.STORED, ready_at=done + timedelta(seconds=6))
    add_video(task)
    return task


def failed(who: User, text: str = "Internal Error, Please try again later.", code: str = "500") -> Task:
    task = running(who)
    task.move(
        State.FAILED, Happened.FAILED, failure_text=text, failure_code=code, charge_credits=0, due_at=None
    )
    ledger.release(task)
    return task


def add_video(task: Task, **fields: Any) -> Video:
    facts: dict[str, Any] = {
        "width": 1280,
        "height": 720,
        "seconds": 8,
        "fps": 24,
        "size": 1_400_000,
        "has_sound": False,
    }
    names = {"path": "videos/a.mp4", "poster_path": "posters/a.webp", "strip_path": "strips/a.webp"}
    return Video.objects.create(task=task, source_url="https://x", sha256="ab" * 32, **facts | names | fields)


def shown(client: Client, task: Task, query: str = "", **headers: str) -> Page:
    answer = client.get(f"{task.get_absolute_url()}{query}", headers=headers)
    assert answer.status_code == 200
    return read(answer)
