"""The database refuses to change or delete what is only ever added."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, models, transaction

from generations.models import Audit, Entry, Event, Reading
from generations.money import ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(order: Any, creator: Any) -> dict[type[models.Model], dict[str, Any]]:
    order()
    ledger.record(Decimal(100))
    Audit.objects.create(person=creator, action=Audit.Action.PAUSED)
    figures: dict[type[models.Model], dict[str, Any]] = {Entry: {"credits": 1}, Reading: {"credits": 1}}
    return figures | {Event: {"kind": "changed"}, Audit: {"text": "changed"}}


@pytest.mark.parametrize("model", [Entry, Reading, Event, Audit])
def test_a_row_cannot_be_changed(rows: dict[type[models.Model], dict[str, Any]], model: Any) -> None:
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        model.objects.update(**rows[model])


@pytest.mark.parametrize("model", [Entry, Reading, Event, Audit])
def test_a_row_cannot_be_deleted(rows: dict[type[models.Model], dict[str, Any]], model: Any) -> None:
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        model.objects.all()._raw_delete("default")
