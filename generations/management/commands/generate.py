"""manage.py generate: order a task from the shell and print one JSON object about it."""

import json
import sys
import time
import uuid
from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from generations import catalogue, orders, policy, wake
from generations.files import store
from generations.forms.words import values_from_texts
from generations.market import offered
from generations.models import State, Task
from generations.wording.obstacles import obstacle
from generations.worker import sweep


class Command(BaseCommand):
    help = "Order a task. Prints one JSON object; exit code 1 when it was not taken or did not end ready."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("model_id", metavar="MODEL_ID")
        parser.add_argument("--set", action="append", default=[], metavar="name=value", dest="pairs")
        parser.add_argument("--user", help="who orders; without it the first admin")
        parser.add_argument(
            "--without-price",
            action="store_true",
            help="agree that it holds what an admin set for orders whose price is not known",
        )
        parser.add_argument("--wait", type=float, default=0.0, metavar="SECONDS", help="wait for the end")

    def handle(self, *args: Any, model_id: str, pairs: list[str], **options: Any) -> None:
        if odd := not_utf8(model_id, *pairs, options["user"] or ""):
            self._end({"error": f"“{odd}” is not UTF-8. Nothing was sent."})
            return
        offered.follow()
        spec = catalogue.find(model_id)
        if spec is None:
            self._end({"error": f"Unknown model “{model_id}”. Known: {', '.join(catalogue.models())}"})
            return
        person = person_of(options["user"])
        form = values_from_texts(spec, person, texts_of(pairs))
        if not form.is_valid():
            problems = {name: [str(e) for e in errors] for name, errors in form.errors.items()}
            self._end({"error": "Nothing was sent.", "fields": problems})
            return
        try:
            agreed = orders.unpriced_cap() if options["without_price"] else None
            task = orders.place_wish(person, spec, form.values(), key=uuid.uuid4(), agreed=agreed)
        except orders.NoPrice as reason:
            way = "" if reason.cap is None else " Say so with --without-price."
            self._end({"error": f"{reason}{way}"})
            return
        except orders.NotAdmitted as reason:
            self._end({"error": str(reason)})
            return
        _wait(task, options["wait"])
        self._end(describe(task))

    def _end(self, facts: dict[str, Any]) -> None:
        empty = dict.fromkeys(("id", "state", "task_id", "quote", "charge", "files", "error"))
        facts = empty | {"files": []} | facts
        self.stdout.write(json.dumps(facts, ensure_ascii=False))
        if facts["error"]:
            sys.exit(1)


def not_utf8(*texts: str) -> str:
    """The first of the texts that is not valid UTF-8, with question marks for the bad bytes; else empty."""
    readable = ((text, text.encode(errors="replace").decode()) for text in texts)
    return next((shown for text, shown in readable if shown != text), "")


def describe(task: Task) -> dict[str, Any]:
    """A task as scripts see it. Amounts in credits."""
    files = [str(store.at(video.path)) for video in task.videos.all()]
    return {
        "id": str(task.uuid),
        "state": task.state,
        "task_id": task.task_id,
        "quote": number(task.quote_credits),
        "charge": number(task.charge_credits),
        "files": files,
        "error": task.failure_text or (None if task.state == State.READY else obstacle(task) or None),
    }


def number(credits: Decimal | None) -> float | int | None:
    if credits is None:
        return None
    return int(credits) if credits == int(credits) else float(credits)


def texts_of(pairs: list[str]) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise CommandError(f"--set {pair}: write name=value")
        texts.setdefault(name, []).append(value)
    return texts


def person_of(username: str | None) -> User:
    if username:
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"--user {username}: there is no such person")
    else:
        people = User.objects.filter(is_active=True).order_by("pk")
        person = next((p for p in people if policy.may_administer(p)), None)
        if person is None:
            raise CommandError("There is no admin yet. Start the studio once, or name a person with --user.")
    if not policy.may_order(person):
        raise CommandError(f"{person.username} may not order: only creators and admins may")
    return person


def _wait(task: Task, seconds: float) -> None:
    """Wait until the task has ended; without a worker, run its steps here."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and task.is_open:
        if wake.alive() or not sweep.window(1.0, lambda: True):
            time.sleep(0.3)
        task.refresh_from_db()
