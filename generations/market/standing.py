"""How each model stands: live, new, changed, gone or retired; whether it can be ordered, or why not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from generations import catalogue
from generations.catalogue.checking import example
from generations.catalogue.lengths import MEASURED
from generations.catalogue.pricetext import read
from generations.catalogue.quote import quote
from generations.catalogue.spec import ModelSpec
from generations.market.offered import stands
from generations.market.taking import rows
from generations.models import MarketModel, Runtime
from generations.wording.market import reason

NOT_READ = "not orderable yet: its schema has not been read"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One model of ours or of Kie's list."""

    id: str
    status: str
    """live, new, changed, gone or retired."""
    reason: str
    """Why it cannot be ordered now; empty when it can."""
    spec: ModelSpec | None
    row: MarketModel | None

    @property
    def orderable(self) -> bool:
        return not self.reason


def standings() -> Iterator[Standing]:
    """Every model of our files, then every other of Kie's list, by id."""
    found, cap = {row.model_id: row for row in rows()}, Runtime.now().unpriced_cap
    for model_id, spec in catalogue.curated().items():
        yield standing(model_id, spec, found.pop(model_id, None), cap)
    for model_id, row in sorted(found.items()):
        yield standing(model_id, stands(row), row, cap)


def standing(
    model_id: str, spec: ModelSpec | None, row: MarketModel | None, cap: Decimal | None = None
) -> Standing:
    """How the model stands; under a `cap` for unknown prices it can be ordered without one."""
    if row and row.gone_at:
        reason = "Kie does not list it any more."
        return Standing(id=model_id, status="gone", reason=reason, spec=spec, row=row)
    if spec is None and row:
        return Standing(id=model_id, status="new", reason=_why_new(row), spec=None, row=row)
    if spec is None or spec.status == "retired":
        return Standing(id=model_id, status="retired", reason="It is retired.", spec=spec, row=row)
    status = "changed" if row and row.differs else "live"
    return Standing(id=model_id, status=status, reason=_why_not(spec, row, cap), spec=spec, row=row)


def _why_new(row: MarketModel) -> str:
    if row.unreadable:
        return f"not orderable yet: {reason(row.unreadable)}"
    if row.schema:
        return "An admin has to adopt it first."
    refused = row.refused.get("schema")
    return f"{NOT_READ}: {reason(refused)}" if refused else NOT_READ


def _why_not(spec: ModelSpec, row: MarketModel | None, cap: Decimal | None) -> str:
    if spec.reason or cap is not None or _is_priced(spec):
        return spec.reason
    known = row if spec.version else None
    doubt = (reason(known.refused.get("price", {})) or read(known.price_text).doubt) if known else ""
    if not doubt and spec.list_prices:
        doubt = "it counts the length of its input, which is not known here"
    return f"It has no price that can be counted before the order: {doubt or 'none is known'}."


def _is_priced(spec: ModelSpec) -> bool:
    """Whether some row of the price list, met as it asks to be, prices an order."""
    if spec.card_price is not None:
        return True
    values, today = example(spec), timezone.localdate()
    lengths = _measured(spec, values or {})
    for price in spec.list_prices if values is not None else ():
        met = {
            name: wanted[0] if isinstance(wanted, list) and wanted else wanted
            for name, wanted in price.when.items()
        }
        chosen = {name: wanted for name, wanted in met.items() if not name.startswith("$")}
        sources = {name: wanted for name, wanted in met.items() if name not in chosen}
        sources[MEASURED] = lengths
        if quote(spec, {**(values or {}), **chosen}, today=today, sources=sources).credits is not None:
            return True
    return False


def _measured(spec: ModelSpec, values: Mapping[str, object]) -> dict[str, Decimal]:
    """A second for each file of ours and the clip of ours that an order can go on from: they are measured."""
    files = [item for p in spec.media_params() if p.takes_files for item in _list(values.get(p.name))]
    task = spec.with_role("task")
    named = [*files, *([values.get(task.name)] if task else [])]
    return {str(name): Decimal(1) for name in named}


def _list(items: object) -> list[object]:
    return items if isinstance(items, list) else []
