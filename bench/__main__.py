"""make bench: how fast the pages and the streaming are on this machine. Prints figures, judges nothing."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="kiestudio-bench-")
os.environ["DJANGO_SETTINGS_MODULE"] = "kiestudio.settings"
os.environ.setdefault("DEBUG", "1")

ROWS = 20_000
ROUNDS = 30


def measure(name: str, work: Callable[[], Any]) -> None:
    """Print the median and the worst of some rounds, milliseconds."""
    work()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    print(f"{name:<44} median {statistics.median(times):7.1f} ms   worst {max(times):7.1f} ms")


def fill(person: Any) -> Any:
    """A gallery of many tasks that share one file; its video."""
    from datetime import timedelta

    from django.utils import timezone

    from generations.files import store
    from generations.models import State, Task, Video
    from generations.money import ledger

    now, budget = timezone.now(), ledger.begin_month(person)
    tasks = Task.objects.bulk_create(
        Task(
            person=person,
            budget=budget,
            model_id="veo3_fast",
            endpoint="veo",
            label="Veo 3.1 Fast",
            prompt=f"Number {n} of a quiet sea at dusk",
            state=State.READY,
            quote_basis="estimate",
            created_at=now - timedelta(minutes=n),
        )
        for n in range(ROWS)
    )
    path = store.root() / "videos" / "bench.mp4"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(os.urandom(50 * 1024 * 1024))
    facts = {"size": path.stat().st_size, "width": 1280, "height": 720, "seconds": 8, "fps": 24}
    videos = (
        Video(task=t, path="videos/bench.mp4", sha256="0" * 64, has_sound=False, **facts) for t in tasks
    )
    return Video.objects.bulk_create(videos)[0]


def keep(person: Any) -> None:
    """A first page of the library: prompts of which there are clips."""
    from generations.models import ItemContent, LibraryItem, Task

    for task in Task.objects.order_by("pk")[:24]:
        content = ItemContent(text=task.prompt)
        LibraryItem.keep(person, "prompt", f"Of #{task.pk}", content, tags=[], is_shared=True)


def main() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    from bench import files, slow, studio
    from generations import policy
    from generations.files import store

    call_command("migrate", verbosity=0)
    person = User.objects.create_user("bench")
    policy.give_role(person, policy.Role.ADMIN)
    video = fill(person)
    client = Client()
    client.force_login(person)
    print(f"{ROWS:,} tasks, {Path(os.environ['DATA_DIR'])}")
    measure("gallery, first page", lambda: client.get("/gallery/"))
    measure("gallery, a word in 20,000 prompts", lambda: client.get("/gallery/?q=19999"))
    measure("studio", lambda: client.get("/studio/veo3_fast/"))
    form = {"prompt": "A quiet sea at dusk, " * 40, "takes": "2", "aspect_ratio": "16:9"}
    measure("a price, as it is asked while one types", lambda: client.post("/quotes/veo3_fast/", form))
    measure("search and commands, a word in 20,000 prompts", lambda: client.get("/find/?q=19999"))
    measure(
        "queue, its poll", lambda: client.get("/queue/", headers={"HX-Request": "true", "HX-Target": "queue"})
    )
    keep(person)
    drawer = {"HX-Request": "true", "HX-Target": "library"}
    measure("library, 24 prompts", lambda: client.get("/library/?show=prompts", headers=drawer))
    measure("credits", lambda: client.get("/credits/"))
    measure("task", lambda: client.get(video.task.get_absolute_url()))
    one = {"Range": "bytes=20000000-"}
    measure("30 MiB of a video", lambda: client.get(video.url, headers=one).getvalue())
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    with studio.running(cookie) as served:
        files.report(served, video.url, store.root() / video.path)
        slow.report(served, video.url)


if __name__ == "__main__":
    main()
