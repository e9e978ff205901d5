"""`manage.py search WORDS`: the tasks that a search finds, one per line or their uuids as JSON."""

import json
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from generations import policy
from generations.forms.gallery import too_long
from generations.library.search import search
from generations.management.commands.generate import not_utf8
from generations.management.commands.tasks import lines
from generations.models import Task
from generations.models.task import TaskQuerySet


class Command(BaseCommand):
    help = "Finds tasks by the words of their prompts and comments. The newest comes first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "words",
            help='boat red, "red boat", boat -night, boat OR ship, boa*, #19; after -- if a minus begins it',
        )
        parser.add_argument("--user", help="only what this person may see; without it everything")
        parser.add_argument("--limit", type=int, metavar="N", help="at most so many")
        parser.add_argument("--json", action="store_true", help="one JSON array of uuids instead of lines")

    def handle(self, *args: Any, words: str, **options: Any) -> None:
        if odd := not_utf8(words, options["user"] or ""):
            raise CommandError(f"“{odd}” is not UTF-8.")
        if refusal := too_long(words):
            raise CommandError(refusal)
        limit = options["limit"]
        if limit is not None and limit < 1:
            raise CommandError(f"--limit {limit}: at least 1")
        found = search(_tasks(options["user"]), words.replace("\0", "")).order_by("-created_at", "-pk")[
            :limit
        ]
        if options["json"]:
            self.stdout.write(json.dumps([str(uuid) for uuid in found.values_list("uuid", flat=True)]))
            return
        for line in lines(found.select_related("person").iterator(chunk_size=500)):
            self.stdout.write(line)


def _tasks(username: str | None) -> TaskQuerySet:
    """What the person may see; of nobody: all tasks, as who is at the shell may see them."""
    if not username:
        tasks: TaskQuerySet = Task.objects.all()
        return tasks
    person = User.objects.filter(username=username).first()
    if person is None:
        raise CommandError(f"--user {username}: there is no such person")
    return policy.visible_tasks(person)
