"""What is about to be shared: clips that were named, or a view of the gallery as it is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.models import User
from django.http import Http404, QueryDict

from generations import policy
from generations.forms.gallery import filter_of
from generations.models import State, Video
from generations.models.share import MOST_CLIPS, clips_of

SHOWN = 12
"""Stills on the page that makes a link."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    clips: Sequence[Video]
    query: str
    """Names the same clips again."""
    is_cut: bool
    """Whether the view has more than a link holds: then these are its newest."""

    @classmethod
    def of(cls, query: QueryDict, person: User) -> "Chosen":
        """`?task=<uuid>`, several times in their order; else the filters of the gallery. Raises Http404."""
        return cls._named(query.getlist("task"), person) if "task" in query else cls._view(query, person)

    @classmethod
    def _named(cls, texts: Sequence[str], person: User) -> "Chosen":
        wanted = list(dict.fromkeys(filter(None, map(_uuid, texts[: MOST_CLIPS + 1]))))
        tasks = policy.visible_tasks(person).filter(uuid__in=wanted).prefetch_related("videos")
        found = {task.uuid: task for task in tasks}
        if not wanted or len(found) < len(wanted):
            raise Http404("One of these clips is not there.")
        query = urlencode([("task", uuid) for uuid in wanted])
        return cls(clips=clips_of(found[uuid] for uuid in wanted), query=query, is_cut=False)

    @classmethod
    def _view(cls, query: QueryDict, person: User) -> "Chosen":
        """Newest first, as the gallery shows them."""
        chosen = filter_of(query)
        tasks = chosen.ended(person).filter(state=State.READY).order_by("-created_at", "-pk")
        clips = clips_of(tasks.prefetch_related("videos")[: MOST_CLIPS + 1])
        return cls(clips=clips[:MOST_CLIPS], query=chosen.query, is_cut=len(clips) > MOST_CLIPS)

    @property
    def shown(self) -> Sequence[Video]:
        return self.clips[:SHOWN]

    @property
    def left(self) -> int:
        """How many are not shown."""
        return len(self.clips) - len(self.shown)

    @property
    def digest(self) -> str:
        """Of these clips in this order."""
        return sha256(" ".join(str(clip.uuid) for clip in self.clips).encode()).hexdigest()

    @property
    def title(self) -> str:
        """A title to begin with, which says nothing of what the prompts say."""
        return "A clip to look at" if len(self.clips) == 1 else f"{len(self.clips)} clips to look at"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
