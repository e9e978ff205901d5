"""What Kie's own catalogue gives reason to say before the price of a model."""

from generations.catalogue.spec import ModelSpec
from generations.models import MarketModel

LOW = 90.0
"""Per cent: below it, the success of a model is said as a warning."""


def cautions(spec: ModelSpec) -> list[str]:
    """Sentences; usually none."""
    row = MarketModel.objects.filter(model_id=spec.id).only("points", "differs").first()
    if row is None:
        return []
    said = []
    rate = row.points.get("rate")
    if rate is not None and rate < LOW:
        said.append(f"Only {rate:.0f} % of all tasks with it succeeded at Kie in the last 24 hours.")
    if not spec.version and any(change["what"] == "price" for change in row.differs):
        said.append("Kie names another price by now: it may cost more than is said here.")
    return said
