"""What the library shows of an item, and of a prompt that was written."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.urls import reverse

from generations import policy
from generations.catalogue.quote import Quote
from generations.catalogue.spec import ModelSpec
from generations.library.kept import typed
from generations.library.takes import Share, Took, shares_of, took
from generations.models import LibraryItem, LibraryStar, Prompt
from generations.models.digest import digest
from generations.orders import presets
from generations.orders.presets import Part
from generations.wording.names import short_name
from generations.wording.takes import share_text, takes_text


@dataclass(frozen=True, kw_only=True)
class Way:
    """One button that fills a form."""

    part: str
    word: str
    is_main: bool = False


@dataclass(frozen=True, kw_only=True)
class Card:
    """An item with what was made with it."""

    item: LibraryItem
    is_mine: bool
    may_change: bool
    is_starred: bool
    target: ModelSpec | None
    """The model whose form a preset fills: its own, or the nearest where that is gone; None: no form."""
    quote: Quote | None
    took: Took | None
    share: Share

    @property
    def is_preset(self) -> bool:
        return bool(self.item.kind == LibraryItem.Kind.PRESET)

    @property
    def is_gone(self) -> bool:
        """Whether its model cannot be ordered any more."""
        return self.is_preset and (self.item.spec is None or not self.item.spec.orderable)

    @property
    def ways(self) -> list[Way]:
        """What can be filled in of it."""
        if not self.is_preset:
            return [Way(part=Part.PROMPT, word="Use", is_main=True)]
        found = []
        if self.target:
            word = f"Move to {self.target.label}" if self.is_gone else Part.WHOLE.label
            found.append(Way(part=Part.WHOLE, word=word, is_main=True))
        if self.item.text:
            found.append(Way(part=Part.PROMPT, word=Part.PROMPT.label, is_main=not found))
        return found + ([Way(part=Part.SETTINGS, word=Part.SETTINGS.label)] if self.target else [])

    @property
    def whose(self) -> str:
        if self.is_mine:
            return "shared with the team" if self.item.is_shared else "only you"
        return f"from {short_name(self.item.person)}"

    @property
    def took_text(self) -> str:
        return _took_text(self.took)

    @property
    def share_text(self) -> str:
        return share_text(self.share.approved, self.share.judged) if self.share.is_enough else ""

    @property
    def poster_url(self) -> str:
        return _poster_url(self.took)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A prompt that the person wrote."""

    prompt: Prompt
    text: str
    """As a form has it."""
    use_url: str
    """The order form with it."""
    took: Took | None

    @property
    def took_text(self) -> str:
        return _took_text(self.took)

    @property
    def poster_url(self) -> str:
        return _poster_url(self.took)


def cards_of(items: Collection[LibraryItem], person: User) -> list[Card]:
    """The cards of these items in their order, with as many queries however many there are."""
    starred = set(LibraryStar.objects.filter(person=person, item__in=items).values_list("item", flat=True))
    kept = [item for item in items if item.kind == LibraryItem.Kind.PRESET]
    prices = presets.quotes(kept)
    takes = took([item.text_digest for item in items if item.text])
    shares = shares_of([item.pk for item in kept])
    return [
        Card(
            item=item,
            is_mine=item.person_id == person.pk,
            may_change=policy.may_change_item(person, item),
            is_starred=item.pk in starred,
            target=presets.target_of(item) if item in kept else None,
            quote=prices.get(item.pk),
            took=takes.get(item.text_digest) if item.text else None,
            share=_share(item, takes.get(item.text_digest), shares.get(item.pk)),
        )
        for item in items
    ]


def written_of(prompts: Sequence[Prompt], model_id: str) -> list[Written]:
    takes = took([digest(prompt.text) for prompt in prompts])
    form = reverse("order", args=[model_id]) if model_id else reverse("studio")
    return [
        Written(
            prompt=prompt,
            text=typed(prompt),
            use_url=f"{form}?{urlencode({'earlier': prompt.pk})}",
            took=takes.get(digest(prompt.text)),
        )
        for prompt in prompts
    ]


def _share(item: LibraryItem, made: Took | None, of_preset: Share | None) -> Share:
    """Of a preset, by its settings; of a prompt, by its words."""
    if item.kind == LibraryItem.Kind.PRESET:
        return of_preset or Share()
    return made.counts.share if made and item.text else Share()


def _took_text(made: Took | None) -> str:
    return takes_text(made.counts.clips, made.counts.credits, made.counts.approved_at) if made else ""


def _poster_url(made: Took | None) -> str:
    return made.best.poster_url if made and made.best else ""
