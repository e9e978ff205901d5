"""The migration that gives every task the endpoint that was guessed for it until then."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from generations.models import State, Task
from tests.case_rows import task_in

GUESSED = {
    "veo3": "veo",
    "veo3_fast": "veo",
    "veo3_old": "veo",
    "kling-2.6/text-to-video": "jobs",
    "gone/model": "jobs",
    "veo-3-1": "jobs",
}


def migrate(*to: Any) -> Any:
    MigrationExecutor(connection).migrate(list(to))
    return MigrationExecutor(connection).loader.project_state(list(to)).apps


@pytest.mark.django_db(transaction=True)
def test_every_task_gets_the_endpoint_that_was_guessed_for_it(creator: User) -> None:
    tasks = {model_id: task_in(creator, State.RUNNING).pk for model_id in GUESSED}
    graph = MigrationExecutor(connection).loader.graph
    mine = next(node for node in graph.nodes if node[1].endswith("_task_endpoint"))
    try:
        (before,) = (parent.key for parent in graph.node_map[mine].parents if parent.key[0] == "generations")
        rows = migrate(before).get_model("generations", "Task").objects
        for model_id, pk in tasks.items():
            rows.filter(pk=pk).update(model_id=model_id)
    finally:
        migrate(*graph.leaf_nodes("generations"))
    assert dict(Task.objects.values_list("model_id", "endpoint")) == GUESSED
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.update(endpoint="")
