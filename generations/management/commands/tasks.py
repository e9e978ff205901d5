"""`manage.py tasks`: the tasks, one per line or as JSON."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generations.files import store
from generations.models import State, Task
from generations.wording.figures import cr


class Command(BaseCommand):
    help = "Lists tasks, the newest last."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--state", help=f"only tasks in this state: {', '.join(State.values)}")
        parser.add_argument("--json", action="store_true", help="one JSON array instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        state = options["state"]
        if state and state not in State.values:
            raise CommandError(f"There is no state “{state}”. The states are: {', '.join(State.values)}")
        tasks = Task.objects.select_related("person").prefetch_related("videos").order_by("id")
        if state:
            tasks = tasks.filter(state=state)
        if options["json"]:
            rows = [record(task) for task in tasks.iterator(chunk_size=500)]
            self.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False))
            return
        for line in lines(tasks.iterator(chunk_size=500)):
            self.stdout.write(line)


def record(task: Task) -> dict[str, object]:
    """A task as JSON; amounts are credits, files absolute paths."""
    return {
        "id": str(task.uuid),
        "number": task.pk,
        "state": task.state,
        "model": task.model_id,
        "person": task.person.get_username(),
        "prompt": task.prompt,
        "task_id": task.task_id,
        "quote": number(task.quote_credits),
        "charge": number(task.charge_credits),
        "created_at": task.created_at.isoformat(),
        "files": [str(store.at(video.path)) for video in task.videos.all()],
    }


def number(credits: Decimal | None) -> int | float | None:
    if credits is None:
        return None
    return int(credits) if credits == credits.to_integral_value() else float(credits)


def lines(tasks: Iterator[Task]) -> Iterator[str]:
    for task in tasks:
        person, prompt = task.person.get_username(), " ".join(task.prompt.split())[:60]
        about = "" if task.charge_credits is not None else "~"
        cost = f"{about}{cr(task.cost)} cr"
        yield f"#{task.pk:<5} {task.state:<11} {cost:>10}  {task.model_id:<34} {person:<12} {prompt}"
