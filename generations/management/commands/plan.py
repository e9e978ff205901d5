"""manage.py plan: what a wish makes and costs as one JSON object, and with --place, its order."""

import json
import sys
import uuid
from argparse import ArgumentParser
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand

from generations import catalogue, orders
from generations.catalogue.carry import carry
from generations.catalogue.spec import ModelSpec
from generations.forms.words import values_from_texts
from generations.management.commands.generate import not_utf8, number, person_of, texts_of
from generations.market import offered
from generations.models import Plan
from generations.orders import ordering, plans
from generations.orders.expansion import Unclear
from generations.orders.ordering import Look, look_at, total_of
from generations.orders.plans import RowsRefused, Wish
from generations.wording.figures import cr

Problem = dict[str, str | None]


class Command(BaseCommand):
    help = "Plan several tasks. Prints one JSON object; exit code 1 when there are problems."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--model", action="append", required=True, metavar="ID", dest="models")
        parser.add_argument("--set", action="append", default=[], metavar="name=value", dest="pairs")
        parser.add_argument("--takes", type=int, default=1, metavar="N")
        parser.add_argument("--place", metavar="KEY", help="order it, at most once for each key")
        parser.add_argument("--user", help="who orders; without it the first admin")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    def handle(self, *args: Any, models: list[str], pairs: list[str], **options: Any) -> None:
        if odd := not_utf8(*models, *pairs, options["user"] or "", options["place"] or ""):
            self._end([], [_problem(text=f"“{odd}” is not UTF-8. Nothing was ordered.")], options)
            return
        offered.follow()
        person = person_of(options["user"])
        wishes, problems = wishes_of(person, models, pairs, options["takes"])
        if problems:
            self._end([], problems, options)
            return
        try:
            looks, problems = _looks(person, wishes, options["place"])
        except orders.AlreadyOrdered as known:
            problems = [_problem(text=f"This key has ordered something else before: {known}.")]
            looks = []
        except Unclear as unclear:
            looks, problems = [], [_problem(param="prompt", text=str(unclear))]
        self._end(looks, problems, options)

    def _end(self, looks: Sequence[Look], problems: list[Problem], options: dict[str, Any]) -> None:
        tasks = [_task(look) for look in looks]
        total = sum((_credits(look) for look in looks), Decimal(0))
        if options["json"]:
            found = {"tasks": tasks, "total": number(total), "problems": problems}
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            for look in looks:
                words = " ".join(look.row.prompt.split())[:60]
                self.stdout.write(f"{cr(_credits(look)):>8} cr  {look.row.model_id:<34} {words}")
            self.stdout.write(f"{cr(total):>8} cr  together")
            for problem in problems:
                self.stdout.write(f"{problem['text']}")
        if problems:
            sys.exit(1)


def wishes_of(
    person: User, models: list[str], pairs: list[str], takes: int
) -> tuple[list[Wish], list[Problem]]:
    """The same wish for each model: the first is given the values, the others get them carried over."""
    if not 1 <= takes <= orders.MOST_TAKES:
        return [], [_problem(param="takes", text=f"Plan 1 to {orders.MOST_TAKES} takes at once.")]
    specs = [(model, catalogue.find(model)) for model in models]
    if unknown := [model for model, spec in specs if spec is None]:
        return [], [_problem(model=model, text=f"Unknown model “{model}”.") for model in unknown]
    first, *others = [spec for _, spec in specs if spec]
    form = values_from_texts(first, person, texts_of(pairs))
    if not form.is_valid():
        return [], [
            _problem(model=first.id, param="" if name == "__all__" else name, text=str(error))
            for name, errors in form.errors.items()
            for error in errors
        ]
    values = form.values()
    wishes = [Wish(spec=first, values=values, takes=takes)]
    wishes += [Wish(spec=spec, values=_carried(first, spec, values), takes=takes) for spec in others]
    return wishes, []


def _carried(first: ModelSpec, spec: ModelSpec, values: dict[str, object]) -> dict[str, object]:
    return {**spec.defaults(), **carry(first, spec, values).values}


def _looks(person: User, wishes: list[Wish], place: str | None) -> tuple[list[Look], list[Problem]]:
    """The tasks as they would be ordered; with a key, as they were. Raises Unclear, AlreadyOrdered."""
    if place is None:
        looks = look_at(plans.rows_of(wishes))
        return looks, _problems(looks)
    plan = plans.plan(person, uuid.uuid5(uuid.NAMESPACE_URL, f"plan {place}"), wishes)
    looks = look_at(list(plan.standing))
    problems = [] if plan.ordered_at else _problems(looks)
    return (looks, problems) if problems else _ordered(plan, looks)


def _ordered(plan: Plan, looks: list[Look]) -> tuple[list[Look], list[Problem]]:
    rows = [look.row.pk for look in looks]
    try:
        now = ordering.order(plan, rows, total_of(looks))
    except RowsRefused as refused:
        wrong = [(look, refused.refusals[look.row.pk]) for look in looks if look.row.pk in refused.refusals]
        return looks, [_problem(model=look.row.model_id, text=text) for look, text in wrong]
    except orders.NotAdmitted as refusal:
        return looks, [_problem(text=str(refusal))]
    if not now.ordered_at:
        waits = "It waits for an admin’s yes: nothing is ordered before."
        return looks, [_problem(text=waits)]
    return [Look(row=row) for row in now.standing], []


def _problems(looks: Sequence[Look]) -> list[Problem]:
    return [
        _problem(model=look.row.model_id, param=look.param, text=look.problem)
        for look in looks
        if look.problem
    ]


def _problem(*, model: str | None = None, param: str | None = None, text: str) -> Problem:
    return {"model": model, "param": param or None, "text": text}


def _task(look: Look) -> dict[str, Any]:
    """A task as scripts see it; the quote in credits, `id` once it is ordered."""
    task = look.row.task
    return {
        "model": look.row.model_id,
        "values": look.row.values,
        "quote": number(task.quote_credits if task else look.credits),
        "id": str(task.uuid) if task else None,
    }


def _credits(look: Look) -> Decimal:
    task = look.row.task
    quote: Decimal | None = task.quote_credits if task else look.credits
    return quote or Decimal(0)
