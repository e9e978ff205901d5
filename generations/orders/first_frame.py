"""Starting from one image: which model does, and with which values."""

from collections.abc import Mapping
from decimal import Decimal

from generations import catalogue
from generations.catalogue.carry import carry, open_options, room
from generations.catalogue.media import Media
from generations.catalogue.params import Choice
from generations.catalogue.quote import cheapest
from generations.catalogue.spec import ModelSpec

ROLES = ("first frame", "frames")
OTHERS = ("first frame", "frames", "last frame", "source video")
"""What stands in the way of a new first frame: the clip would begin or end elsewhere."""


def first_frame(spec: ModelSpec) -> Media | None:
    """The parameter that takes the image from which a clip starts; None: the model has none."""
    found = (spec.with_role(role) for role in ROLES)
    return next((p for p in found if isinstance(p, Media) and p.media == "image" and p.takes_files), None)


def nearest_with_frame(spec: ModelSpec, values: Mapping[str, object]) -> ModelSpec | None:
    """The model itself if it starts from an image, else the one most like it that does; None: none does."""
    if spec.orderable and first_frame(spec):
        return spec
    price = cheapest(spec) or Decimal(0)

    def distance(other: ModelSpec) -> tuple[bool, bool, int, Decimal]:
        dropped = len(carry(spec, other, values).dropped)
        return (
            other.family != spec.family,
            other.maker != spec.maker,
            dropped,
            abs((cheapest(other) or Decimal(0)) - price),
        )

    others = (m for m in catalogue.models().values() if m.orderable and first_frame(m))
    return min(others, key=distance, default=None)


def starting_from(spec: ModelSpec, values: Mapping[str, object], reference: str) -> dict[str, object]:
    """The values with this image as the first frame, in a mode that takes one; other frames are left out."""
    param, mode = first_frame(spec), spec.with_role("mode")
    if param is None:
        return dict(values)
    frames = {p.name for p in spec.media_params() if p.role in OTHERS}
    found = {name: value for name, value in values.items() if name not in frames}
    if isinstance(mode, Choice) and not _takes_frame(spec, param, found, mode):
        found.pop(mode.name, None)
        options = [{mode.name: option} for option in open_options(spec, mode, {})]
        fitting = (o for o in ({}, *options) if _takes_frame(spec, param, {**found, **o}, mode))
        found |= next(fitting, {})
    if param.name in spec.barred({**found, param.name: [reference]}):
        references = {p.name for p in spec.media_params() if p.role == "reference"}
        found = {name: value for name, value in found.items() if name not in references}
    return {**found, param.name: [reference]}


def _takes_frame(spec: ModelSpec, param: Media, values: Mapping[str, object], mode: Choice) -> bool:
    """Whether the image would be a frame, not a reference."""
    chosen = str(values.get(mode.name) or mode.default or "")
    return room(spec, param, values)[1] > 0 and chosen not in param.references_in
