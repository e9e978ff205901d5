"""A person's newest clip in the studio, and the takes beside it."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Prefetch, QuerySet

from generations import policy
from generations.models import State, Task, Video
from generations.models.review import team_verdict

MOST_TAKES = 5
LOOK_BACK = 40


@dataclass(frozen=True, kw_only=True)
class Take:
    task: Task
    video: Video
    verdict: str


@dataclass(frozen=True, kw_only=True)
class Latest:
    """A finished clip of the person, and its neighbours."""

    task: Task
    video: Video
    stars: int | None
    verdict: str
    took: int | None
    newer: int
    """Number of the person's clips that are newer."""
    earlier: UUID | None
    later: UUID | None
    takes: list[Take]
    settings_url: str

    @property
    def newest(self) -> bool:
        return self.newer == 0

    @property
    def rating(self) -> list[tuple[int, bool]]:
        return [(n, n == self.stars) for n in range(1, 6)]


def latest_of(person: User, wanted: UUID | None) -> Latest | None:
    ready = policy.visible_tasks(person).filter(person=person, state=State.READY)
    ids = list(ready.order_by("-ready_at", "-id").values_list("uuid", flat=True)[:LOOK_BACK])
    if not ids:
        return None
    place = ids.index(wanted) if wanted in ids else 0
    videos = Prefetch("videos", Video.objects.select_related("rendition"))
    task = ready.prefetch_related(videos, "reviews").get(uuid=ids[place])
    video = next(iter(task.videos.all()), None)
    if video is None:
        return None
    own = next((r for r in task.reviews.all() if r.person_id == person.pk), None)
    return Latest(
        task=task,
        video=video,
        stars=own.stars if own else None,
        verdict=own.verdict if own else "",
        took=task.took,
        newer=place,
        earlier=ids[place + 1] if place + 1 < len(ids) else None,
        later=ids[place - 1] if place else None,
        takes=_takes(person, task),
        settings_url=task.reuse_url,
    )


def _takes(person: User, task: Task) -> list[Take]:
    """Other clips with the same prompt by anybody in the team, newest first."""
    if not task.prompt:
        return []
    same: QuerySet[Task] = policy.visible_tasks(person).filter(
        prompt_digest=task.prompt_digest, prompt=task.prompt
    )
    rows = (
        same.filter(state=State.READY)
        .exclude(pk=task.pk)
        .order_by("-id")
        .prefetch_related("videos", "reviews")[:MOST_TAKES]
    )
    return [
        Take(task=row, video=video, verdict=team_verdict(row.reviews.all()))
        for row in rows
        if (video := next(iter(row.videos.all()), None))
    ]
