"""Which clips an address or a form names: tasks by their ids, or those of a plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Prefetch
from django.http import Http404, QueryDict

from generations import policy
from generations.models import Plan, State, Task, Video
from generations.models.task import TaskQuerySet
from generations.numbers import uuid_in

MOST_NAMED = 200
"""Tasks that one address may name."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    tasks: Sequence[Task]
    """Each once, in the order in which they were named; of a plan those that have a clip, in its order."""
    plan: Plan | None = None
    twice: bool = False
    """Whether one was named more than once."""

    @property
    def query(self) -> str:
        """Names the same again."""
        if self.plan:
            return urlencode({"plan": self.plan.uuid})
        return query_of(self.tasks)

    @property
    def without_clip(self) -> list[Task]:
        return [task for task in self.tasks if clip_of(task) is None]

    def problem(self, most: int) -> str:
        """Why these cannot be looked at side by side; empty: they can, or there is only one so far."""
        if self.twice:
            return "The same clip is named twice: there is nothing to compare in it. Choose different ones."
        if lacking := self.without_clip:
            names = ", ".join(f"#{task.pk}" for task in lacking)
            return f"{names} {'has' if len(lacking) == 1 else 'have'} no clip. Choose others."
        if len(self.tasks) > most:
            return f"These are {len(self.tasks)} clips, and {most} are the most at once. Choose fewer."
        return ""


def chosen_of(person: User, data: QueryDict) -> Chosen:
    """What `plan` or each `task` names. What the person may not see is not there: Http404 for all alike."""
    if named := data.get("plan"):
        key = uuid_in(named)
        plan = policy.visible_plans(person).filter(uuid=key).first() if key else None
        if plan is None:
            raise Http404("There is no such plan.")
        rows = policy.visible_tasks(person).filter(planned__plan=plan, state=State.READY)
        tasks = [task for task in with_clips(rows).order_by("planned__place") if clip_of(task)]
        return Chosen(tasks=tasks, plan=plan)
    texts = data.getlist("task")
    ids = [key for text in texts[:MOST_NAMED] if (key := uuid_in(text))]
    if len(ids) < len(texts):
        raise Http404("There is no such clip.")
    found = {task.uuid: task for task in with_clips(policy.visible_tasks(person).filter(uuid__in=ids))}
    if len(found) < len(set(ids)):
        raise Http404("There is no such clip.")
    named_once = list(dict.fromkeys(ids))
    return Chosen(tasks=[found[key] for key in named_once], twice=len(named_once) < len(ids))


def with_clips(tasks: TaskQuerySet) -> TaskQuerySet:
    """Tasks with their people and files, in three queries however many there are."""
    files = Prefetch("videos", Video.objects.select_related("rendition"))
    return tasks.select_related("person").prefetch_related(files)


def clip_of(task: Task) -> Video | None:
    """The file of a task that is shown where there is room for one."""
    return next(iter(task.videos.all()), None) if task.state == State.READY else None


def query_of(tasks: Sequence[Task]) -> str:
    return urlencode([("task", task.uuid) for task in tasks])
