"""The adopted models, offered to the catalogue of this process; every process follows within a second."""

import logging
import time
from dataclasses import replace

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from generations import catalogue
from generations.catalogue.spec import ModelSpec
from generations.catalogue.unreadable import Unreadable
from generations.market.taking import rows
from generations.models import MarketModel, MarketState

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds after which a process looks again what others have adopted."""
_followed: int | None = None
_looked_at = 0.0


def keep_up() -> None:
    """Follow what other processes adopt: at most one look a second, so that a page pays nothing for it."""
    global _looked_at  # noqa: PLW0603
    now = time.monotonic()
    if now - _looked_at >= EVERY:
        _looked_at = now
        follow()


def follow() -> None:
    """Have this process order from what stands now. One look at one row, unless something changed.

    While the database does not answer, what was offered stays.
    """
    global _followed  # noqa: PLW0603
    try:
        version = MarketState.objects.filter(pk=1).values_list("version", flat=True).first()
        if version != _followed:
            catalogue.offer(_offered())
            _followed = version
    except DatabaseError:
        log.warning("What Kie’s catalogue offers could not be read", exc_info=True)
        close_old_connections()


def forget() -> None:
    """Offer nothing; the next `follow` reads everything anew."""
    global _followed  # noqa: PLW0603
    _followed = None
    catalogue.offer({})


def stands(row: MarketModel) -> ModelSpec | None:
    """The model as it can be ordered: as it was adopted, at the price that Kie names now; None: not at all.

    A model that Kie does not list any more is retired, also one of our own files.
    """
    spec = catalogue.curated().get(row.model_id)
    if spec is None and row.adopted_at and row.stands_schema:
        try:
            spec = row.spec_of(row.stands_schema, row.price)
        except Unreadable:
            log.exception("%s was adopted and cannot be read any more", row.model_id)
    if spec and row.gone_at:
        return replace(spec, status="retired", retired_on=timezone.localdate(row.gone_at))
    return spec


def _offered() -> dict[str, ModelSpec]:
    curated = catalogue.curated()
    found = ((row.model_id, stands(row)) for row in rows() if row.adopted_at or row.gone_at)
    return {model_id: spec for model_id, spec in found if spec and spec is not curated.get(model_id)}
