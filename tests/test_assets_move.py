"""Uploads of an older studio become assets, and what each task was given becomes rows."""

import uuid
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from generations.models import Asset, TaskInput
from tests.migrating import migrate, migrate_to_newest


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_uploads_and_the_values_of_tasks_become_assets_and_inputs(creator: User) -> None:
    try:
        old = migrate("0022_market")
        picture = _picture(old, creator)
        budget = old.get_model("generations", "Budget").objects.create(
            person_id=creator.pk, month=timezone.localdate().replace(day=1)
        )
        made = {
            n: _task(old, creator, budget, values, kie_id)
            for n, (values, kie_id) in enumerate(
                [
                    ({"prompt": "Sea"}, "veo-1"),
                    ({"imageUrls": [f"upload:{picture.uuid}", "https://a.example/b.png"]}, None),
                    ({"imageUrls": [f"upload:{uuid.uuid4()}"]}, None),
                    ({"taskId": "veo-1", "prompt": "On"}, None),
                    ({"taskId": "of-somebody-else"}, None),
                    ({"elements": [{"name": "cat", "urls": ["https://a.example/cat.png"]}]}, None),
                    ({"lines": ["Say nothing", "https is no address"], "seed": 7}, None),
                ]
            )
        }
    finally:
        migrate_to_newest()
    asset = Asset.objects.get()
    assert (asset.uuid, asset.kind, asset.person, asset.seconds) == (picture.uuid, "image", creator, 0)
    rows = TaskInput.objects.order_by("task", "param", "place").values_list(
        "task", "param", "place", "asset", "source", "address"
    )
    assert list(rows) == [
        (made[1], "imageUrls", 0, asset.pk, None, ""),
        (made[1], "imageUrls", 1, None, None, "https://a.example/b.png"),
        (made[3], "taskId", 0, None, made[0], ""),
        (made[4], "taskId", 0, None, None, "of-somebody-else"),
        (made[5], "elements", 0, None, None, "https://a.example/cat.png"),
    ]


def _picture(old, creator):
    return old.get_model("generations", "Upload").objects.create(
        person_id=creator.pk,
        name="a.png",
        path="uploads/ab/a.png",
        content_type="image/png",
        size=7,
        width=9,
        height=9,
        sha256="0" * 64,
        used=True,
    )


def _task(old, creator, budget, values, kie_id):
    task = old.get_model("generations", "Task").objects.create(
        person_id=creator.pk,
        budget=budget,
        model_id="veo3_fast",
        endpoint="veo",
        label="Veo",
        values=values,
        state="ready" if kie_id else "cancelled",
        task_id=kie_id,
        quote_credits=Decimal(1),
        quote_basis="exact",
    )
    return task.pk
