"""The drawer of a drop zone: what the team has already, to be given once more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from generations import catalogue
from generations.catalogue.limits import Measured, misfit
from generations.catalogue.media import GIVEN, Media
from generations.catalogue.spec import ModelSpec
from generations.library import assets as library
from generations.models import Asset, Video
from generations.views.access import MemberRequest, orders_required
from generations.views.studio.controls import sign_of
from generations.wording.figures import measures
from generations.wording.names import short_name
from generations.wording.origins import origin
from generations.wording.times import clock

WHATS = ("files", "clips")
WHOSE = {"mine": "Mine", "team": "Team"}
ORDERS = {"newest": "Newest", "used": "Most used"}
FILES = {"image": "Images", "video": "Videos", "audio": "Sounds"}
CLIPS = "Clips made here"
MOST_LETTERS = 200
FRAMES = (("first", "First frame"), ("last", "Last frame"))


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing that can be given, or why it cannot."""

    id: str
    name: str
    url: str
    """Of its small picture; empty: there is none."""
    sign: str
    """The icon where there is no picture."""
    length: str
    """“0:08”; empty for an image."""
    facts: str
    gives: Sequence[tuple[str, str]]
    """The values and words of its buttons."""
    refusal: str


@dataclass(frozen=True, kw_only=True)
class Tab:
    id: str
    """By which the focus finds it again."""
    label: str
    url: str
    plain_url: str
    """The same as a page of its own, for browsers without script."""
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Drawer:
    """What is shown for one parameter of a model."""

    person: User
    spec: ModelSpec
    param: Media
    what: str
    whose: str
    by: str
    q: str
    before: str

    @classmethod
    def of(cls, person: User, spec: ModelSpec, param: Media, query: QueryDict) -> "Drawer":
        return cls(
            person=person,
            spec=spec,
            param=param,
            what=_one_of(WHATS[:1] if param.media == "audio" else WHATS, query.get("what", "")),
            whose=_one_of(WHOSE, query.get("whose", "")),
            by=_one_of(ORDERS, query.get("by", "")),
            q=" ".join(query.get("q", "").replace("\0", "").split())[:MOST_LETTERS],
            before=query.get("before", ""),
        )

    @property
    def tabs(self) -> list[tuple[list[Tab], str]]:
        """Groups of choices, each with what it is about."""
        whats = (
            {}
            if self.param.media == "audio"
            else dict(zip(WHATS, (FILES[self.param.media], CLIPS), strict=True))
        )
        orders = {} if self.what == "clips" else ORDERS
        groups = (("what", whats, "What"), ("whose", WHOSE, "Whose"), ("by", orders, "Order"))
        return [(self._group(name, labels), words) for name, labels, words in groups if labels]

    @property
    def page_url(self) -> str:
        return reverse("order", args=[self.spec.id])

    @property
    def found_words(self) -> str:
        """What is listed, for screen readers."""
        what = CLIPS if self.what == "clips" else FILES[self.param.media]
        return f"{what}, {'yours' if self.whose == 'mine' else 'of the team'}"

    @property
    def older(self) -> Tab | None:
        """The next page."""
        before = self._page.next
        return self._tab("older", "Older", chosen=False, before=before) if before else None

    @property
    def choices(self) -> list[Choice]:
        page = self._page
        if isinstance(page, library.ClipsPage):
            return [self._clip(clip) for clip in page.clips]
        return [self._file(asset) for asset in page.files]

    @property
    def search_url(self) -> str:
        return f"{reverse('assets')}?{urlencode({'model': self.spec.id, 'param': self.param.name})}"

    @property
    def kept(self) -> dict[str, str]:
        """What a search keeps of the rest."""
        return {"what": self.what, "whose": self.whose, "by": self.by}

    @property
    def none(self) -> str:
        """What is said where nothing is found."""
        if self.q:
            return f"Nothing here has “{self.q}” in its name or prompt."
        if self.what == "clips":
            return "No clip is finished yet."
        return f"No {self.param.noun} was given yet."

    @cached_property
    def _page(self) -> library.FilesPage | library.ClipsPage:
        asked = library.Asked(
            person=self.person,
            media=self.param.media,
            mine=self.whose == "mine",
            by_use=self.by == "used",
            q=self.q,
            before=self.before,
        )
        return library.clips(asked) if self.what == "clips" else library.files(asked)

    def _file(self, asset: Asset) -> Choice:
        mine = "" if asset.person_id == self.person.pk else short_name(asset.person)
        facts = [measures(asset), origin(asset), mine]
        return Choice(
            id=f"asset-{asset.pk}",
            name=asset.name,
            url=asset.small_url or (asset.url if asset.kind == Asset.Kind.IMAGE else ""),
            sign=sign_of(asset.kind),
            length=clock(asset.seconds) if asset.seconds else "",
            facts=", ".join(filter(None, facts)),
            gives=[(f"{self.param.name} {asset.reference}", "Use")],
            refusal=misfit(self.param, asset.measured),
        )

    def _clip(self, clip: Video) -> Choice:
        """For an image, a frame of it."""
        still = self.param.media == "image"
        frame = Measured(
            media="image", content_type="image/jpeg", size=0, width=clip.width, height=clip.height
        )
        gives = [(f"@{at}", word) for at, word in FRAMES] if still and not clip.is_picture else [("", "Use")]
        who = "" if clip.task.person_id == self.person.pk else short_name(clip.task.person)
        sides = f"{clip.width} × {clip.height}" if clip.width else ""
        facts = [f"{clip.seconds:.1f} s", sides, who]
        as_frame = still and not clip.is_picture and clip.width
        return Choice(
            id=f"clip-{clip.pk}",
            name=f"#{clip.task_id} {' '.join(clip.task.prompt.split()) or clip.task.label}",
            url=clip.poster_url,
            sign=sign_of(clip.measured.media),
            length=clock(clip.seconds) if clip.seconds else "",
            facts=", ".join(filter(None, facts)),
            gives=[(f"{self.param.name} clip:{clip.uuid}{at}", word) for at, word in gives],
            refusal=misfit(self.param, frame if as_frame else clip.measured),
        )

    def _group(self, name: str, labels: Mapping[str, str]) -> list[Tab]:
        chosen = {"what": self.what, "whose": self.whose, "by": self.by}[name]
        return [
            self._tab(value, label, chosen=value == chosen, **{name: value})
            for value, label in labels.items()
        ]

    def _tab(self, key: str, label: str, *, chosen: bool, **changed: str) -> Tab:
        pairs = {**self._pairs, **changed}
        plain = {name: value for name, value in pairs.items() if name not in ("model", "param")}
        return Tab(
            id=f"assets-{key}",
            label=label,
            chosen=chosen,
            url=f"{reverse('assets')}?{urlencode(pairs)}",
            plain_url=f"{self.page_url}?{urlencode({'ours': self.param.name, **plain})}",
        )

    @property
    def _pairs(self) -> dict[str, str]:
        pairs = {"model": self.spec.id, "param": self.param.name, "what": self.what, "whose": self.whose}
        return {name: value for name, value in {**pairs, "by": self.by, "q": self.q}.items() if value}


@orders_required
@require_GET
def assets(request: MemberRequest) -> HttpResponse:
    """The drawer; without htmx the page that shows it beside the form."""
    spec = catalogue.find(request.GET.get("model", ""))
    param = place_in(spec, request.GET.get("param", "")) if spec else None
    if spec is None or param is None:
        raise Http404("No such place for a file.")
    drawer = Drawer.of(request.user, spec, param, request.GET)
    if not request.htmx:
        return redirect(drawer.tabs[-1][0][0].plain_url)
    return render(request, "studio/_assets.html", {"drawer": drawer})


def place_in(spec: ModelSpec, name: str) -> Media | None:
    """The parameter of this name, if our files can be given to it."""
    param = spec.by_name.get(name)
    takes = isinstance(param, Media) and param in spec.offered and param.takes_files
    return param if isinstance(param, Media) and takes and param.media in GIVEN else None


def _one_of(known: Iterable[str], text: str) -> str:
    """The text if it is known, else the first that is."""
    names = list(known)
    return text if text in names else names[0]
