"""A board as its page shows it, and the list of all boards."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.contrib.auth.models import User
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch

from generations import policy
from generations.deliver.names import PLACEHOLDERS
from generations.deliver.shots import Shot, cost_of, shots_of
from generations.forms.boards import BoardForm, NewBoardForm
from generations.models import Board, BoardClip, Video
from generations.views.gallery.cards import VERDICTS, nearest_ratio

PAGE = 48
MOST_CHOICES = 100
"""Boards to which a clip can be added in one press: those changed last."""
POSTERS = 4
"""Clips whose posters stand for a board in the list."""


@dataclass(frozen=True, kw_only=True)
class BoardCard:
    """A board in the list."""

    board: Board
    posters: Sequence[Video]

    @property
    def seconds(self) -> float:
        return getattr(self.board, "total", None) or 0.0


@dataclass(frozen=True, kw_only=True)
class ClipCard:
    """A clip on a board."""

    shot: Shot
    earlier: Video | None
    """The clip before it; None: it is the first."""
    later: Video | None
    ratio: str
    verdict_icon: str
    verdict_word: str

    @property
    def title(self) -> str:
        return " ".join(self.shot.task.prompt.split()) or self.shot.task.label

    @property
    def url(self) -> str:
        return f"{self.shot.task.get_absolute_url()}?file={self.shot.video.uuid}"


@dataclass(frozen=True, kw_only=True)
class TakenOff:
    """A clip that was just taken off, and the one before which it stood."""

    video: Video
    before: Video | None


@dataclass(frozen=True, kw_only=True)
class BoardPage:
    board: Board
    viewer: User
    form: BoardForm
    shots: Sequence[Shot]
    said: str = ""
    """What has become of what was pressed."""
    refusal: str = ""
    """Why nothing has become of it."""
    taken_off: TakenOff | None = None
    moved: Video | None = None

    @property
    def may_change(self) -> bool:
        return policy.may_change_board(self.viewer, self.board)

    @cached_property
    def cards(self) -> list[ClipCard]:
        videos = [None, *(shot.video for shot in self.shots), None]
        neighbours = zip(videos, self.shots, videos[2:], strict=False)
        return [_card(shot, earlier, later) for earlier, shot, later in neighbours]

    @property
    def moved_to(self) -> int:
        """The number that the clip has that was just moved; 0: none was."""
        return next((shot.number for shot in self.shots if shot.video == self.moved), 0)

    @property
    def seconds(self) -> float:
        return sum(shot.video.seconds for shot in self.shots)

    @property
    def cost(self) -> Decimal:
        return cost_of(self.shots)

    @property
    def here(self) -> list[Shot]:
        return [shot for shot in self.shots if shot.is_here]

    @property
    def missing(self) -> int:
        return len(self.shots) - len(self.here)

    @property
    def size(self) -> int:
        """Bytes of the clips that are here."""
        return sum(shot.video.size for shot in self.here)

    @property
    def moving(self) -> list[Shot]:
        return [shot for shot in self.shots if shot.moves]

    @property
    def first_name(self) -> str:
        """What the first file is called, as an example."""
        return self.shots[0].name if self.shots else ""

    @property
    def placeholders(self) -> str:
        return " ".join(f"{{{name}}}" for name in PLACEHOLDERS)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A board to which a clip can be added, or on which it is."""

    board: Board
    has_it: bool


@dataclass(frozen=True, kw_only=True)
class AddPage:
    """Where a clip can be put."""

    video: Video
    viewer: User
    form: NewBoardForm
    said: str = ""
    refusal: str = ""

    @cached_property
    def choices(self) -> list[Choice]:
        boards = policy.visible_boards(self.viewer)
        on = set(boards.with_clip(self.video).values_list("pk", flat=True))
        return [Choice(board=board, has_it=board.pk in on) for board in boards.with_sums()[:MOST_CHOICES]]

    @property
    def back(self) -> str:
        return f"{self.video.task.get_absolute_url()}?file={self.video.uuid}"


def board_cards(person: User, number: int) -> "tuple[list[BoardCard], Page[Board]]":
    """One page of the boards that a person may see, those changed last first. Three queries."""
    first = BoardClip.objects.filter(place__lt=POSTERS, video__task__in=policy.visible_tasks(person))
    posters = Prefetch("clips", first.select_related("video"), to_attr="first_clips")
    boards = policy.visible_boards(person).with_sums().prefetch_related(posters)
    page = Paginator(boards, PAGE).get_page(number)
    cards = [BoardCard(board=b, posters=[clip.video for clip in getattr(b, "first_clips", [])]) for b in page]
    return cards, page


def page_of(board: Board, viewer: User, form: BoardForm | None = None) -> BoardPage:
    shots = shots_of(board, policy.visible_tasks(viewer), viewer)
    return BoardPage(board=board, viewer=viewer, form=form or BoardForm.of(board, viewer), shots=shots)


def _card(shot: Shot, earlier: Video | None, later: Video | None) -> ClipCard:
    icon, word = VERDICTS.get(shot.verdict, ("", ""))
    return ClipCard(
        shot=shot,
        earlier=earlier,
        later=later,
        ratio=nearest_ratio(shot.video.width, shot.video.height),
        verdict_icon=icon,
        verdict_word=word,
    )
