"""What is seen of a task: its clip, and before that is there the image it starts from, or an earlier take."""

from collections.abc import Collection

from django.contrib.auth.models import User
from django.db.models import Max

from generations import policy
from generations.models import Asset, State, Task, TaskInput, Video


def files_of(tasks: Collection[Task]) -> list[Video]:
    """The files of those that are ready, the first of each last."""
    ready = [task.pk for task in tasks if task.state == State.READY]
    if not ready:
        return []
    return list(Video.objects.filter(task__in=ready).select_related("rendition").order_by("-number"))


def stills_of(person: User, tasks: Collection[Task], files: Collection[Video]) -> dict[int, str]:
    """By task, the address of a picture: the poster of its own `files`, else the first image given, else the
    poster of a clip of the same prompt, of the try before, or of the clip whose changes it answers.

    Three queries at most; tasks without any are left out.
    """
    own = {file.task_id: file.poster_url for file in files if file.poster_path}
    waiting = [task for task in tasks if task.pk not in own]
    images = _first_images(waiting)
    without = [task for task in waiting if task.pk not in images and task.prompt]
    takes = _takes(person, without)
    before = {task.pk: task.answers_id or task.parent_id for task in waiting if task.pk not in images}
    earlier = _posters([pk for task, pk in before.items() if pk and task not in takes])
    return own | {task: earlier[pk] for task, pk in before.items() if pk in earlier} | takes | images


def _posters(tasks: Collection[int]) -> dict[int, str]:
    if not tasks:
        return {}
    clips = Video.objects.filter(task__in=tasks).exclude(poster_path="").order_by("-number")
    return {clip.task_id: clip.poster_url for clip in clips.only("uuid", "task", "poster_path")}


def _first_images(tasks: Collection[Task]) -> dict[int, str]:
    if not tasks:
        return {}
    given = TaskInput.objects.filter(task__in=[t.pk for t in tasks], asset__kind=Asset.Kind.IMAGE)
    rows = given.select_related("asset__video").order_by("task", "-place", "-id")
    return {row.task_id: row.asset.url for row in rows if row.asset}


def _takes(person: User, tasks: Collection[Task]) -> dict[int, str]:
    """The posters of the newest clips with the same prompts."""
    if not tasks:
        return {}
    digests = {task.prompt_digest for task in tasks}
    same = policy.visible_tasks(person).filter(prompt_digest__in=digests, state=State.READY)
    newest = same.order_by().values("prompt_digest").annotate(newest=Max("pk")).values("newest")
    clips = Video.objects.filter(task__in=newest).exclude(poster_path="").select_related("task")
    found = {clip.task.prompt_digest: clip.poster_url for clip in clips.order_by("-number")}
    return {t.pk: url for t in tasks if (url := found.get(t.prompt_digest))}
