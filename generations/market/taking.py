"""Answers of Kie's catalogue become rows; each change becomes an entry.

Everything given here was checked for its form by `kie.market`; what makes no sense beside what is known is
refused with Refused, and what stood before stays.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from generations import catalogue
from generations.catalogue.differences import differences
from generations.catalogue.price_rows import dearest
from generations.catalogue.pricetext import read
from generations.catalogue.unreadable import Unreadable
from generations.market.ours import disagreements
from generations.models import MarketAnswer, MarketChange, MarketModel, MarketState
from generations.models.market import EVERY, Unusable
from generations.models.obstacle import Facts

Kind = MarketAnswer.Kind
Change = MarketChange.Kind
FEW = 10
"""A list may lose this many models at once; above it, at most half of them."""
HOURS = 24
POINTS_EVERY = timedelta(hours=1)


class Refused(Exception):
    """An answer that cannot be true beside what is known: why, and its facts as plain JSON."""

    def __init__(self, why: Unusable, **facts: object) -> None:
        super().__init__(why, facts)
        self.facts: Facts = {"why": str(why), **facts}


class Entry(Protocol):
    """A model of Kie's list, as `kie.market` reads it."""

    @property
    def id(self) -> str: ...
    @property
    def tasks(self) -> Sequence[str]: ...
    @property
    def price(self) -> str | None: ...
    @property
    def raw(self) -> Mapping[str, object]: ...


class Point(Protocol):
    @property
    def end(self) -> str: ...
    @property
    def rate(self) -> float | None: ...


def rows() -> QuerySet[MarketModel]:
    return MarketModel.objects.select_related("listed", "schema", "price", "stands_schema", "stands_price")


def locked(pk: int) -> MarketModel:
    """The row as it is now, until this transaction ends."""
    MarketModel.objects.select_for_update().get(pk=pk)
    return rows().get(pk=pk)


def take_list(entries: Sequence[Entry]) -> None:
    """Take Kie's list: what is new, what is gone, and the prices that it names. Raises Refused.

    Only models that make or change videos are kept. Their schemas are due after it, and their prices where
    the list names none.
    """
    now = timezone.now()
    with transaction.atomic():
        state = MarketState.row()
        list(MarketModel.objects.select_for_update())
        known = {row.model_id: row for row in rows()}
        wanted = [entry for entry in entries if entry.id in known or _is_about_video(entry)]
        _check_losses(known, {entry.id for entry in wanted})
        for entry in wanted:
            _take_entry(known.get(entry.id), entry, state)
        for gone in set(known) - {entry.id for entry in wanted}:
            _take_absence(known[gone], now)
        MarketState.objects.filter(pk=1).update(
            read_at=now, list_due_at=now + EVERY, whole=False, failed_at=None, failed_why={}, slowed=0
        )


def take_schema(pk: int, document: Mapping[str, object] | None) -> None:
    """Take a model's schema. None: Kie has none now, and the last one that it had stays."""
    with transaction.atomic():
        row = locked(pk)
        row.schema_at, row.schema_due_at = timezone.now(), None
        row.refused.pop("schema", None)
        if document is None:
            row.unreadable = row.unreadable or ({} if row.schema else {"why": str(Unusable.NO_SCHEMA)})
            row.save()
            return
        row.schema = MarketAnswer.keep(row.model_id, Kind.SCHEMA, document)
        if row.stands_schema is None and row.model_id in catalogue.curated():
            row.stands_schema = row.schema
        compare(row)


def take_price(pk: int, text: str | None) -> None:
    """Take a model's price. Raises Refused for an amount that cannot be a price."""
    with transaction.atomic():
        _take_price(locked(pk), text)


def _take_price(row: MarketModel, text: str | None) -> None:
    reading = read(text)
    if reading.absurd:
        raise Refused(Unusable.ABSURD, text=text)
    row.price_at, row.price_due_at = timezone.now(), None
    row.refused.pop("price", None)
    before = row.price
    row.price = MarketAnswer.keep(row.model_id, Kind.PRICE, text)
    compare(row)
    if row.adopted_at and before != row.price:
        MarketState.changed()


def take_points(pk: int, points: Sequence[Point]) -> None:
    now = timezone.now()
    MarketModel.objects.filter(pk=pk).update(
        points=_by_hour(points),
        points_at=now,
        points_due_at=now + POINTS_EVERY,
    )


def _by_hour(points: Sequence[Point]) -> dict[str, object]:
    """The mean of all points and of each hour before the newest one; points without tasks say nothing."""
    if not points:
        return {}
    ends = [datetime.fromisoformat(point.end) for point in points]
    hours: list[list[float]] = [[] for _ in range(HOURS)]
    for point, end in zip(points, ends, strict=True):
        before = int((max(ends) - end) / timedelta(hours=1))
        if point.rate is not None and before < HOURS:
            hours[HOURS - 1 - before].append(point.rate)
    every = [rate for hour in hours for rate in hour]
    return {"rate": _mean(every), "hours": [_mean(hour) for hour in hours]}


def _mean(rates: Sequence[float]) -> float | None:
    return round(sum(rates) / len(rates), 2) if rates else None


def refuse(pk: int, field: str, why: Facts, again: timedelta) -> None:
    """Note that an answer was refused: what is known stays, and it is asked again later."""
    now = timezone.now()
    with transaction.atomic():
        refused = locked(pk).refused | {field: why}
        changes = {"refused": refused, f"{field}_at": now, f"{field}_due_at": now + again}
        MarketModel.objects.filter(pk=pk).update(**changes)


def unanswered(pk: int, field: str, again: timedelta) -> None:
    """Note that no answer came: it is asked again later."""
    MarketModel.objects.filter(pk=pk).update(**{f"{field}_due_at": timezone.now() + again})


def compare(row: MarketModel) -> None:
    """Save the row with what differs between what stands and what Kie says now; if new, as an entry."""
    before = row.differs
    row.differs = []
    if row.schema:
        row.unreadable = _why_unreadable(row, row.schema)
    if row.schema and row.stands_schema and row.stands_schema != row.schema:
        row.differs = _differences(row, row.stands_schema, row.schema)
    if row.stands_price is None and row.price and row.schema:
        row.differs = [*row.differs, *_against_ours(row, row.schema)]
    if row.stands_price and row.stands_price != row.price:
        row.differs = [*row.differs, _whole("price", row.stands_price.content, row.price_text)]
    _let_in(row)
    row.save()
    if row.differs and row.differs != before:
        MarketChange.objects.create(
            model_id=row.model_id, kind=Change.CHANGED, facts={"differs": row.differs}
        )


def _against_ours(row: MarketModel, schema: MarketAnswer) -> list[dict[str, object]]:
    """What Kie's price and that of our own files differ in; Kie's stands as known when they agree."""
    ours = catalogue.curated().get(row.model_id)
    if ours is None or row.unreadable:
        return []
    found = disagreements(ours, row.spec_of(schema, row.price))
    if not found:
        row.stands_price = row.price
    return found


def _let_in(row: MarketModel) -> None:
    """Adopt a new model whose dearest clip costs less than the setting says."""
    new = not row.adopted_at and not row.gone_at and row.model_id not in catalogue.curated()
    if not new or row.schema is None or row.unreadable or not settings.ADOPT_BELOW:
        return
    spec = row.spec_of(row.schema, row.price)
    most = dearest(spec.list_prices, spec.params)
    if most is not None and most < settings.ADOPT_BELOW:
        row.adopted_at = row.points_due_at = timezone.now()
        row.stands_schema, row.stands_price = row.schema, row.price
        MarketChange.objects.create(model_id=row.model_id, kind=Change.ADOPTED)
        MarketState.changed()


def _why_unreadable(row: MarketModel, schema: MarketAnswer) -> Facts:
    try:
        row.spec_of(schema, row.price)
    except Unreadable as fault:
        return fault.facts
    return {}


def _differences(row: MarketModel, old: MarketAnswer, new: MarketAnswer) -> list[dict[str, object]]:
    before, after = ("unreadable" if _why_unreadable(row, it) else "readable" for it in (old, new))
    if "unreadable" in (before, after):
        return [_whole("schema", before, after)] if before != after else []
    return differences(row.spec_of(old, row.price), row.spec_of(new, row.price))


def _whole(what: str, old: object, new: object) -> dict[str, object]:
    return {"param": "", "what": what, "old": old, "new": new}


def _is_about_video(entry: Entry) -> bool:
    """Kie's own word, which is often wrong: a model of our files counts whatever Kie calls it."""
    told = " ".join(entry.tasks).lower()
    return "video" in told or "lip sync" in told or entry.id in catalogue.curated()


def _check_losses(known: Mapping[str, MarketModel], listed: set[str]) -> None:
    """A list that lost most of its models at once was cut, or is not Kie's. Raises Refused."""
    standing = {model for model, row in known.items() if row.gone_at is None}
    lost = standing - listed
    if len(lost) > FEW and len(lost) > len(standing) / 2:
        raise Refused(Unusable.LOSSES, held=len(standing) - len(lost), known=len(standing))


def _take_entry(row: MarketModel | None, entry: Entry, state: MarketState) -> None:
    """The list's price stands until the model's own price is asked: always when everything is read anew."""
    now = timezone.now()
    listed = MarketAnswer.keep(entry.id, Kind.LISTED, dict(entry.raw))
    if row is None:
        row = MarketModel(model_id=entry.id, listed=listed, first_seen_at=now)
        if entry.id not in catalogue.curated():
            MarketChange.objects.create(model_id=entry.id, kind=Change.NEW)
    elif row.gone_at:
        MarketChange.objects.create(model_id=entry.id, kind=Change.BACK)
        MarketState.changed()
    row.listed, row.gone_at, row.schema_due_at = listed, None, now
    if row.adopted_at or entry.id in catalogue.curated():
        row.points_due_at = row.points_due_at or now
    asks = state.whole or entry.price is None
    row.save()
    if entry.price is not None and row.price_text != entry.price and not (asks and row.price):
        try:
            _take_price(row, entry.price)
        except Refused as absurd:
            row.refused["price"] = absurd.facts
    row.price_due_at = now if asks else None
    row.save()


def _take_absence(row: MarketModel, now: datetime) -> None:
    row.schema_due_at = row.price_due_at = row.points_due_at = None
    if row.gone_at is None:
        row.gone_at = now
        MarketChange.objects.create(model_id=row.model_id, kind=Change.GONE)
        MarketState.changed()
    row.save()
