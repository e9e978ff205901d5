"""Orders that are alike in what their price depends on: what the list says, and what Kie really takes."""

from typing import ClassVar

from django.db import models

from generations.models.credit import CreditsField


class PricedValues(models.Model):
    """The priced values of orders of one model, at one figure of its list: a new figure is a new row."""

    model_id = models.CharField(max_length=120)
    digest = models.CharField(max_length=32, unique=True)
    facts = models.JSONField(default=dict)
    """`values` by parameter or fact, and the price `lines` or the figure of the reference `card`."""
    listed = CreditsField()
    observed = CreditsField(null=True)
    """What Kie took for each of the last orders, where that is not what the list says."""
    observed_at = models.DateTimeField(null=True)
    noticed = CreditsField(null=True)
    """The observed price of which a notice was given last."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["model_id", "observed"], name="observed_prices")]

    def __str__(self) -> str:
        return f"{self.model_id} at {self.listed:f}"
