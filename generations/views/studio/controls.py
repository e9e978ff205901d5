"""What the templates in templates/forms show: one control for each parameter of a model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from generations.catalogue.spec import ModelSpec
from generations.models import Asset
from generations.orders import Pricing
from generations.orders.expansion import Unclear, variations

SIGNS = {"video": "clapperboard", "audio": "audio-lines"}


def sign_of(media: str) -> str:
    """The icon in the place of a picture."""
    return SIGNS.get(media, "image-plus")


@dataclass(frozen=True, kw_only=True)
class Option:
    value: str
    label: str
    chosen: bool
    price_id: str
    price: str = ""


@dataclass(frozen=True, kw_only=True)
class PriceTag:
    """A price inside a field, so that it can be updated alone."""

    id: str
    text: str
    css: str = ""
    in_option: bool = False
    """Whether it stands in a choice of a list, behind its label."""


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A filled place of a drop zone."""

    reference: str
    name: str
    tag: str = ""
    kind: str = "image"
    """image, video or audio."""
    facts: str = ""
    """What was measured: “0:08, 1280 × 720”."""
    url: str = ""
    """Empty for an external address: it is passed on and never fetched by us."""
    swaps: bool = False
    crop: "Crop | None" = None
    """What can be cut of an image; None: it has the chosen shape, or there is none."""
    uncrops: bool = False
    """Whether it is a part of an image that can take its place again."""
    origin: str = ""
    """“Frame of #12 at 3.02 s”."""


@dataclass(frozen=True, kw_only=True)
class Crop:
    """The shape to crop an image to, and the original out of which a part is chosen."""

    shape: str
    ratio: str
    """Width to height, as a number for the script."""
    url: str
    width: int
    height: int
    box: str
    """The part that is shown now: “left,top,width,height”; empty: all of it."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """An empty place of a drop zone."""

    label: str
    optional: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """One record of a list, with a control for each of its fields."""

    name: str
    """“Shot 2”."""
    parts: list["Control"]
    discard: str
    """What the button that removes the row says to the server; empty for the blank one at the end."""


@dataclass(frozen=True, kw_only=True)
class Control:
    """One parameter as shown in the form. Only what its template reads is filled in."""

    template: str
    name: str
    id: str
    label: str
    help: str = ""
    value: str = ""
    errors: list[str] = field(default_factory=list)
    mark: str = ""
    """Where the value came from; empty: from nowhere else."""
    required: bool = False
    options: list[Option] = field(default_factory=list)
    note: str = ""
    """Shown to the right of the label: a limit, or “same price”."""
    placeholder: str = ""
    on: bool = False
    price_id: str = ""
    price: str = ""
    low: str = ""
    high: str = ""
    limit: int | None = None
    tall: bool = False
    tiles: list[Tile] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    media: str = "image"
    noun: str = "image"
    most_mb: int = 0
    """Size of a file that is taken, in MiB."""
    accept: str = ""
    formats: str = ""
    address: str = ""
    takes_files: bool = True
    single: bool = True
    step: str = ""
    rows: list[Row] = field(default_factory=list)
    adds: str = ""
    """What one more row is called; empty when there is no room for one."""
    tags: list[PriceTag] = field(default_factory=list)
    """The prices in it, which change with the rest of the form."""
    room: int = 0
    """Maximum number of items in this mode."""
    ours_url: str = ""
    """The drawer of what is here already; empty where it cannot be given."""

    @property
    def sign(self) -> str:
        """The icon of an empty place."""
        return sign_of(self.media)

    @property
    def full(self) -> bool:
        return not self.places

    @property
    def error_id(self) -> str:
        return f"{self.id}-error"

    @property
    def warning(self) -> str:
        """Why alternatives in a prompt cannot be read; empty when they can."""
        try:
            variations(self.value)
        except Unclear as unclear:
            return str(unclear)
        return ""

    @property
    def several(self) -> str:
        """What alternatives in a prompt make; empty when it is one."""
        count = 1 if self.warning else len(variations(self.value))
        return f"{count} prompts: each becomes a task of a plan." if count > 1 else ""

    @property
    def counter(self) -> str:
        """“213 characters”, or “213 of 1,000”; the script updates it while the user types."""
        length = f"{len(self.value.strip()):,}"
        return f"{length} characters" if self.limit is None else f"{length} of {self.limit:,}"

    @property
    def too_long(self) -> bool:
        return self.limit is not None and len(self.value.strip()) > self.limit


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The input of the layout: typed values, the contents of the fields, and their errors."""

    spec: ModelSpec
    values: Mapping[str, object]
    shown: Mapping[str, object]
    errors: Mapping[str, list[str]]
    prices: Pricing
    kept: list[str] = field(default_factory=list)
    addresses: Mapping[str, str] = field(default_factory=dict)
    assets: Mapping[UUID, Asset] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)

    def price(self, values: Mapping[str, object]) -> Decimal | None:
        """What an order of these values would cost; None: no price is known."""
        return self.prices.quote(values).credits
