"""One look-up in Kie's own catalogue: the list, a schema, a price or a success rate; apart from orders."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from generations.kie.client import KieClient
from generations.kie.errors import KieError, Refusal, Refused
from generations.kie.market import Nonsense
from generations.market import taking
from generations.models import MarketModel, MarketState
from generations.models.market import EVERY, FIRST_AFTER, Unusable
from generations.models.obstacle import Facts
from generations.worker.steps.step import Step

CLAIM = timedelta(minutes=2)
"""Longer than any look-up: after it, the one that claimed it is dead."""
RESTS = 5.0
"""Seconds without any look-up after Kie gave no answer to one."""
AGAIN = timedelta(hours=1)
NONSENSE_AGAIN = timedelta(hours=12)
FIELDS = ("schema", "price", "points")
"""In this order of importance."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """What is asked next. Without a row, the list."""

    field: str
    row: MarketModel | None = None

    def ask(self, kie: KieClient) -> Any:
        if self.row is None:
            return kie.market.models()
        calls: dict[str, Callable[[str], Any]] = {
            "schema": kie.market.schema,
            "price": kie.market.price,
            "points": kie.market.success,
        }
        return calls[self.field](self.row.model_id)


def look_up(kie: KieClient, fields: tuple[str, ...] = FIELDS) -> Step:
    """Ask Kie the one thing that is due most, keep its answer, and note it when it gives none.

    Rows are claimed before they are asked about, so a process that dies in between only makes it later.
    """
    look = next_look(fields)
    if look is None:
        return
    begun: list[float] = []

    def ask() -> Any:
        begun.append(time.time())
        return look.ask(kie)

    try:
        answer = yield ask
    except KieError as failure:
        MarketState.looked(begun[0])
        _failed(look, failure)
        return
    MarketState.looked(begun[0])
    MarketState.objects.filter(pk=1).update(slowed=0)
    try:
        _take(look, answer)
    except taking.Refused as refused:
        _refused(look, refused.facts)


def is_due(fields: tuple[str, ...] = FIELDS) -> bool:
    """Whether something is to be asked. The first sweep of all has the list asked a little later."""
    now, state = timezone.now(), MarketState.now()
    if state.list_due_at is None:
        MarketState.row()
        MarketState.objects.filter(pk=1, list_due_at=None).update(list_due_at=now + FIRST_AFTER)
        return False
    if _has_come(state.list_due_at, now):
        return True
    return any(MarketModel.objects.filter(_due(field, now)).exists() for field in fields)


def next_look(fields: tuple[str, ...] = FIELDS) -> Look | None:
    """The most important look-up that is due, claimed for this process; None: nothing is."""
    now, state = timezone.now(), MarketState.now()
    if state.list_due_at is not None and _has_come(state.list_due_at, now):
        mine = MarketState.objects.filter(pk=1, list_due_at=state.list_due_at)
        return Look(field="list") if mine.update(list_due_at=now + CLAIM) else None
    for field in fields:
        name = f"{field}_due_at"
        waiting = taking.rows().filter(_due(field, now))
        row = waiting.order_by(F(f"{field}_at").asc(nulls_first=True), "-id").first()
        if row is not None:
            mine_too = MarketModel.objects.filter(pk=row.pk, **{name: getattr(row, name)})
            return Look(field=field, row=row) if mine_too.update(**{name: now + CLAIM}) else None
    return None


def _due(field: str, now: datetime) -> Q:
    return Q(**{f"{field}_due_at__lte": now}) | Q(**{f"{field}_due_at__gt": now + 2 * EVERY})


def _has_come(at: datetime, now: datetime) -> bool:
    """A time far ahead comes from a clock that was ahead."""
    return at <= now or at > now + 2 * EVERY


def _take(look: Look, answer: Any) -> None:
    if look.row is None:
        taking.take_list(answer)
        return
    takes: dict[str, Callable[[int, Any], None]] = {
        "schema": taking.take_schema,
        "price": taking.take_price,
        "points": taking.take_points,
    }
    takes[look.field](look.row.pk, answer)


def _failed(look: Look, failure: KieError) -> None:
    """Too fast: the same again after a wait. No answer: all look-ups wait. Else only this one is over."""
    if isinstance(failure, Refused) and failure.refusal is Refusal.TOO_FAST:
        MarketState.too_fast()
        _later(look, timedelta(0))
    elif isinstance(failure, Nonsense | Refused):
        _refused(look, _why(failure))
    else:
        MarketState.rest(RESTS if failure.silence else 0)
        _later(look, AGAIN)
        if look.row is None:
            _note(_why(failure))


def _why(failure: KieError) -> Facts:
    return {"why": str(Unusable.ANSWER)} | failure.facts


def _refused(look: Look, why: Facts) -> None:
    if look.row is not None:
        taking.refuse(look.row.pk, look.field, why, NONSENSE_AGAIN)
        return
    _later(look, AGAIN)
    _note(why)


def _note(why: Facts) -> None:
    """The list was not read; the pages say so."""
    MarketState.objects.filter(pk=1).update(failed_at=timezone.now(), failed_why=why)


def _later(look: Look, again: timedelta) -> None:
    if look.row is not None:
        taking.unanswered(look.row.pk, look.field, again)
    else:
        MarketState.objects.filter(pk=1).update(list_due_at=timezone.now() + again)
