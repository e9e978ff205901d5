"""Where the palette looks: tasks, models, prompts, people, pages, and what can be done."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Q
from django.urls import reverse

from generations import catalogue, policy
from generations.catalogue.spec import ModelSpec
from generations.library.models_found import fits, occur
from generations.library.search import search
from generations.models import Prompt, Task
from generations.models.folded import fold
from generations.models.task import TaskQuerySet
from generations.orders import drafts
from generations.views.frame import links_of
from generations.views.palette.commands import commands
from generations.views.palette.results import MOST, Group, Result
from generations.wording.names import full_name, short_name

PROMPTS_READ = 300
"""Of a person's prompts, so many of those used last are looked through."""
ONLY_COMMANDS = ">"
PLACES = ("Go to", "Do")


def found(person: User, asked: str, recent: Sequence[str]) -> list[Group]:
    """What the person may see and do of what these words name; with none, what they used lately comes first.

    Words after a > look among pages and commands alone.
    """
    words = asked.removeprefix(ONLY_COMMANDS).strip()
    places = [Group(name=PLACES[0], results=pages(person)), Group(name=PLACES[1], results=commands(person))]
    if not words:
        known = {result.key: result for group in places for result in group.results}
        lately = [] if asked else [r for key in recent if (r := known.get(key) or _recent(person, key))]
        return [group for group in (Group(name="Recent", results=lately[:MOST]), *places) if group.results]
    named = [_named(group, words) for group in places]
    if asked.startswith(ONLY_COMMANDS):
        groups = named
    else:
        meant = [group for group in named if any(_begins(result, words) for result in group.results)]
        looked_up = [look(person, words) for look in (_tasks, _models, _prompts, _people)]
        groups = [*meant, *looked_up, *(group for group in named if group not in meant)]
    return [_lately_first(group, words, recent) for group in groups if group.results]


def _named(group: Group, words: str) -> Group:
    """The results that have these words."""
    return replace(group, results=[r for r in group.results if occur(words, f"{r.text} {r.also}")])


def _begins(result: Result, words: str) -> bool:
    return fold(result.text).startswith(fold(words))


def _lately_first(group: Group, words: str, recent: Sequence[str]) -> Group:
    """Those chosen lately come first, after what begins with the words if it is a page or a deed."""
    places = {key: n for n, key in enumerate(recent)}
    ranked = sorted(group.results, key=lambda result: places.get(result.key, len(places)))
    if group.name in PLACES:
        ranked.sort(key=lambda result: not _begins(result, words))
    return replace(group, results=[replace(result, words=words) for result in ranked[:MOST]])


def pages(person: User) -> list[Result]:
    return [
        Result(
            key=f"page:{link.name}",
            text=link.word,
            icon=link.icon,
            url=link.url,
            keys=("G", link.key.upper()) if link.key else (),
        )
        for link in links_of(person)
    ]


def _tasks(person: User, words: str) -> Group:
    tasks = policy.visible_tasks(person)
    named = Q(task_id=words)
    if words.isascii() and words.isdigit() and len(words) <= 15:
        named |= Q(pk=int(words))
    if key := _uuid(words):
        named |= Q(uuid=key)
    by_name = _shown(tasks.filter(named))
    by_words = [task for task in _shown(search(tasks, words)) if task not in by_name]
    rows = [*by_name, *by_words]
    gallery = f"{reverse('gallery')}?{urlencode({'q': words, 'state': 'all'})}"
    return Group(
        name="Tasks", results=[_of_task(task) for task in rows], more=gallery if len(rows) > MOST else ""
    )


def _shown(tasks: TaskQuerySet) -> list[Task]:
    """The newest, and one more than is shown."""
    return list(tasks.select_related("person").prefetch_related("videos").order_by("-id")[: MOST + 1])


def _of_task(task: Task) -> Result:
    clip = next(iter(task.videos.all()), None)
    return Result(
        key=f"task:{task.uuid}",
        text=task.prompt or task.label,
        icon="clapperboard",
        url=task.get_absolute_url(),
        facts=" · ".join([task.get_state_display(), short_name(task.person), f"#{task.pk}"]),
        poster=clip.poster_url if clip else "",
    )


def _models(person: User, words: str) -> Group:
    live = (spec for spec in catalogue.models().values() if spec.orderable)
    return Group(name="Models", results=[_of_model(person, spec) for spec in live if fits(spec, words)])


def _of_model(person: User, spec: ModelSpec) -> Result:
    orders = policy.may_order(person)
    return Result(
        key=f"model:{spec.id}",
        text=spec.label,
        icon="boxes",
        url=reverse("order", args=[spec.id])
        if orders
        else f"{reverse('models')}?{urlencode({'q': spec.label})}",
        facts=spec.maker,
    )


def _prompts(person: User, words: str) -> Group:
    wanted = fold(words).split()
    rows = Prompt.objects.filter(person=person)[:PROMPTS_READ] if policy.may_order(person) else []
    fitting = [row for row in rows if all(word in fold(row.text) for word in wanted)]
    return Group(name="Your prompts", results=[_of_prompt(person, row) for row in fitting[:MOST]])


def _of_prompt(person: User, prompt: Prompt) -> Result:
    spec = catalogue.find(drafts.last_opened(person))
    form = reverse("order", args=[spec.id]) if spec else reverse("studio")
    return Result(
        key=f"prompt:{prompt.pk}",
        text=prompt.text,
        icon="book-open",
        url=f"{form}?{urlencode({'earlier': prompt.pk})}",
        facts="opens the form with it",
    )


def _people(person: User, words: str) -> Group:
    rows = (m for m in policy.members() if occur(words, f"{full_name(m)} {m.get_username()}"))
    return Group(name="People", results=[_of_person(person, member) for member in rows])


def _of_person(person: User, member: User) -> Result:
    admin = policy.may_administer(person)
    clips = f"{reverse('gallery')}?{urlencode({'person': member.pk})}"
    return Result(
        key=f"person:{member.pk}",
        text=full_name(member),
        icon="users",
        url=reverse("person", args=[member.pk]) if admin else clips,
        facts="their account" if admin else "their clips",
    )


def _recent(person: User, key: str) -> Result | None:
    """What a key of an earlier result names now, if the person may see it."""
    kind, _, name = key.partition(":")
    make = _BY_KIND.get(kind)
    return next(iter(make(person, name)), None) if make else None


def _task_named(person: User, name: str) -> Iterable[Result]:
    uuid = _uuid(name)
    return map(_of_task, _shown(policy.visible_tasks(person).filter(uuid=uuid)) if uuid else [])


def _model_named(person: User, name: str) -> Iterable[Result]:
    spec = catalogue.find(name)
    return [_of_model(person, spec)] if spec and spec.orderable else []


def _prompt_named(person: User, name: str) -> Iterable[Result]:
    rows = Prompt.objects.filter(person=person, pk__in=_number(name)) if policy.may_order(person) else []
    return [_of_prompt(person, row) for row in rows]


def _person_named(person: User, name: str) -> Iterable[Result]:
    return [_of_person(person, member) for member in policy.members().filter(pk__in=_number(name))]


_BY_KIND: dict[str, Callable[[User, str], Iterable[Result]]] = {
    "task": _task_named,
    "model": _model_named,
    "prompt": _prompt_named,
    "person": _person_named,
}


def _number(text: str) -> list[int]:
    return [int(text)] if text.isascii() and text.isdigit() and len(text) <= 9 else []


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
