"""A gallery of many clips, and a page of somebody who looks at it."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from generations import policy
from generations.models import State, Task, Video
from generations.money import ledger

ARABIC = "قلب المدينة القديمة عند الغروب، لقطة بطيئة من الأعلى تتحرك نحو البحر والجبال البعيدة"


def fill(count: int, **words: str) -> list[Task]:
    """Finished clips, the newest first; without files, so that nothing has to be drawn."""
    author = User.objects.create_user("author", first_name="Author")
    policy.give_role(author, policy.Role.CREATOR)
    budget, now = ledger.begin_month(author), timezone.now()
    tasks = Task.objects.bulk_create(
        Task(
            person=author,
            budget=budget,
            model_id="veo3_fast",
            endpoint="veo",
            label="Veo 3.1 Fast",
            prompt=words.get(f"n{n}", f"Clip {n} of a quiet sea"),
            state=State.READY,
            quote_basis="estimate",
            created_at=now - timedelta(minutes=n),
            ready_at=now - timedelta(minutes=n),
        )
        for n in range(count)
    )
    facts: dict[str, Any] = {
        "size": 9,
        "width": 1280,
        "height": 720,
        "seconds": 8,
        "fps": 24,
        "has_sound": True,
    }
    Video.objects.bulk_create(Video(task=t, path="videos/a.mp4", sha256="0" * 64, **facts) for t in tasks)
    return tasks


def cookie_of(name: str, role: policy.Role) -> str:
    """The session of a new person who is signed in."""
    person = User.objects.create_user(name, first_name=name.capitalize())
    policy.give_role(person, role)
    client = Client()
    client.force_login(person)
    return client.cookies["sessionid"].value
