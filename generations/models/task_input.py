"""What a task was given at its parameters: permission, lineage and clean-up follow from these rows."""

from collections.abc import Iterator
from typing import ClassVar

from django.db import models
from django.db.models import Q

from generations.catalogue.addresses import wrong_address
from generations.models.asset import Asset, asset_uuid, assets_of, listed
from generations.models.task import Task


class TaskInput(models.Model):
    """One thing at a parameter of a task: an asset, a task that it goes on from, or what is not ours."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="inputs")
    param = models.CharField(max_length=120)
    place = models.PositiveSmallIntegerField(default=0)
    """Its place among those of the parameter, from 0."""
    asset = models.ForeignKey(Asset, models.PROTECT, null=True, related_name="inputs")
    source = models.ForeignKey(Task, models.PROTECT, null=True, related_name="continued_by")
    address = models.TextField(blank=True)
    """An https address, or Kie's id of a task that is not ours: passed on as it is."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "param", "place"], name="one_input_of_a_place"),
            models.CheckConstraint(
                condition=Q(asset=None, source=None) & ~Q(address="")
                | Q(asset__isnull=False, source=None, address="")
                | Q(asset=None, source__isnull=False, address=""),
                name="input_is_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.param} {self.place} of task {self.task_id}"


def note_inputs(task: Task) -> None:
    """Record what a new task is given. An asset that an older database does not know is left out."""
    TaskInput.objects.bulk_create(list(_inputs(task)))


def _inputs(task: Task) -> Iterator[TaskInput]:
    known = {asset.uuid: asset for asset in assets_of(task.values)}
    for name, place, text in listed(task.values):
        key = asset_uuid(text)
        if key and (asset := known.get(key)):
            yield TaskInput(task=task, param=name, place=place, asset=asset)
        elif text.startswith("https://") and not wrong_address(text):
            yield TaskInput(task=task, param=name, place=place, address=text)
    param = task.spec.with_role("task") if task.spec else None
    if param and (named := str(task.values.get(param.name) or "")):
        source = Task.objects.filter(task_id=named).first()
        yield TaskInput(task=task, param=param.name, source=source, address="" if source else named)
