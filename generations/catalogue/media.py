"""Files given to a model: as uploads of ours, or as addresses that are passed on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from generations.catalogue.addresses import wrong_address
from generations.catalogue.params import Param, Wrong

UPLOAD_PREFIX = "upload:"
NOUNS = {"audio": "audio file", "page": "web page"}
GIVEN = frozenset({"image", "video", "audio"})
"""Kinds of media that people can give as files; others are addresses."""


@dataclass(frozen=True, kw_only=True)
class Media(Param):
    """Files given to the model: one (`single`, sent as a text) or several (sent as a list).

    A value is a list of references: `upload:<uuid>` for a file of ours, or an https URL that is passed on as
    it is.
    """

    kind = "media"

    media: str = "image"
    single: bool = True
    accept: tuple[str, ...] = ()
    max_mb: int | None = None
    min_items: int = 0
    max_items: int = 1
    max_length: int | None = None
    """Maximum length of an address in characters."""
    min_px: int | None = None
    """Of the shorter side, like `max_px` of the longer one."""
    max_px: int | None = None
    min_pixels: int | None = None
    """Width times height, like `max_pixels`."""
    max_pixels: int | None = None
    min_fps: int | None = None
    """Frames a second."""
    max_fps: int | None = None
    aspect_range: tuple[Decimal, Decimal] | None = None
    min_seconds: Decimal | None = None
    max_seconds: Decimal | None = None
    max_total_seconds: Decimal | None = None
    """Of all its items together."""
    takes_files: bool = True
    """Whether a file of ours can be given. Where it cannot, only an address can."""
    references_in: tuple[str, ...] = ()
    """Modes in which the items are references instead of frames."""

    @property
    def most_items(self) -> int:
        """The maximum number of items across the model's modes."""
        live = self.live.get("max_items")
        return max(self.max_items, live) if isinstance(live, int) else self.max_items

    @property
    def missing(self) -> str:
        what = "Add one" if self.takes_files else "Give its address"
        return f"This model starts from {self.one_item}. {what}."

    @property
    def only_addresses(self) -> str:
        """The message when a file is given where only an address can be."""
        return f"Give an https address of {self.one_item}: files are not taken here."

    @property
    def one_item(self) -> str:
        """“an image”, “a video”."""
        return _a(self.noun)

    @property
    def noun(self) -> str:
        """One of its items in words: “image”, “audio file”."""
        return NOUNS.get(self.media, self.media)

    def parse(self, texts: Sequence[str]) -> object:
        return [text.strip() for text in texts if text.strip()] or None

    def check(self, value: object) -> None:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Wrong(f"{self.label} cannot be read any more. Choose it again.")
        self.check_count(len(value))
        for item in value:
            self.check_item(item)

    def check_count(self, count: int) -> None:
        """Raises Wrong unless some mode of the model takes this many items."""
        least, most = max(self.min_items, int(self.required)), self.most_items
        if count < least:
            raise Wrong(f"This takes at least {least} {self.noun}s.", "count")
        if count > most:
            some = f"{most} {self.noun}{'s' if most > 1 else ''}"
            raise Wrong(f"This takes at most {some}, {count} were given. Remove some.", "count")

    def check_item(self, item: str) -> None:
        """Raises Wrong unless the item is a reference to an upload, or an address that can be passed on."""
        if item.startswith(UPLOAD_PREFIX):
            if not self.takes_files:
                raise Wrong(self.only_addresses, "url")
            return
        if self.max_length and len(item) > self.max_length:
            raise Wrong(f"This address is too long: {self.max_length} characters are taken.", "url")
        if wrong := wrong_address(item):
            raise Wrong(wrong, "url")

    def wire(self, value: object, media: Mapping[str, str]) -> object:
        if not isinstance(value, list):
            raise TypeError(f"{self.name} takes a list of references")
        urls = [media.get(str(item), str(item)) for item in value]
        return urls[0] if self.single else urls


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
