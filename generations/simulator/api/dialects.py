"""The dialects of the service: the calls of each, what its orders hold, and how it tells of its tasks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from generations.simulator.api import records
from generations.simulator.api.records import Json
from generations.simulator.api.store import Task


@dataclass(frozen=True, kw_only=True)
class Dialect:
    create: str
    record: str
    """The paths of the calls that order a task and ask for it."""
    tell: Callable[[Task, str, str], Json]
    """The record of a task in a state, seen from a site."""
    announce: Callable[[Task, str], Json]
    """The body that announces a task's end."""
    flagged: bool
    """Whether records tell the state by a number."""
    results: str
    """The field of a record with the results, while there are some."""
    links: str
    """In it, the field with the addresses of the files."""
    inside: bool = False
    """Whether an order has its parameters in `input`."""
    usual_model: str | None = None
    """The model of an order that does not name one."""
    only_model: bool = False
    """Whether the path alone says which model is ordered."""
    prefix: str = ""
    """The beginning of its task ids."""
    continues: frozenset[str] = frozenset()
    """The dialects whose tasks it continues; empty: its tasks begin with nothing."""

    def values(self, body: Mapping[str, object]) -> object:
        return body.get("input") if self.inside else body


DIALECTS: Mapping[str, Dialect] = {
    "jobs": Dialect(
        create="/api/v1/jobs/createTask",
        record="/api/v1/jobs/recordInfo",
        tell=records.jobs_record,
        announce=records.jobs_callback,
        flagged=False,
        results="resultJson",
        links="resultUrls",
        inside=True,
    ),
    "veo": Dialect(
        create="/api/v1/veo/generate",
        record="/api/v1/veo/record-info",
        tell=records.veo_record,
        announce=records.veo_callback,
        flagged=True,
        results="response",
        links="resultUrls",
        usual_model="veo3_fast",
        prefix="veo_task_",
    ),
    "veo-extend": Dialect(
        create="/api/v1/veo/extend",
        record="/api/v1/veo/record-info",
        tell=records.veo_record,
        announce=records.veo_callback,
        flagged=True,
        results="response",
        links="resultUrls",
        only_model=True,
        prefix="veo_task_",
        continues=frozenset({"veo", "veo-extend"}),
    ),
    "runway": Dialect(
        create="/api/v1/runway/generate",
        record="/api/v1/runway/record-detail",
        tell=records.runway_record,
        announce=records.runway_callback,
        flagged=False,
        results="videoInfo",
        links="videoUrl",
        only_model=True,
    ),
    "runway-extend": Dialect(
        create="/api/v1/runway/extend",
        record="/api/v1/runway/record-detail",
        tell=records.runway_record,
        announce=records.runway_callback,
        flagged=False,
        results="videoInfo",
        links="videoUrl",
        only_model=True,
        continues=frozenset({"runway", "runway-extend"}),
    ),
    "aleph": Dialect(
        create="/api/v1/aleph/generate",
        record="/api/v1/aleph/record-info",
        tell=records.aleph_record,
        announce=records.aleph_callback,
        flagged=True,
        results="response",
        links="resultVideoUrl",
        only_model=True,
    ),
}
COPY_1080P = "/api/v1/veo/get-1080p-video"
COPIED = frozenset({"veo"})
"""The dialects of whose tasks that call makes copies."""


def ordered_at(path: str) -> str | None:
    """The dialect whose tasks are ordered at a path."""
    return next((name for name, dialect in DIALECTS.items() if dialect.create == path), None)
