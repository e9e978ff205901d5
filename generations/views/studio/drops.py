"""Drop zones: the media parameters of a model, and their contents."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.urls import reverse

from generations.catalogue.carry import room
from generations.catalogue.limits import formats, most_mb
from generations.catalogue.lists import Objects
from generations.catalogue.media import GIVEN, Media
from generations.catalogue.shapes import has_shape, ratio_of, shape_of
from generations.catalogue.spec import ModelSpec
from generations.files import crops, pictures, recordings
from generations.models import Asset
from generations.models.asset import asset_uuid
from generations.views.studio.controls import Control, Crop, Place, Tile, Typed
from generations.views.studio.records import without_row
from generations.wording.figures import measures
from generations.wording.origins import origin

CHOOSABLE = {"image": pictures.CHOOSABLE} | recordings.CHOOSABLE
IMAGES = "JPEG, PNG, WebP, HEIC"
"""Whatever a model takes: images are rewritten to it."""
OF_ASSETS = ("video", "frame_of", "cropped_from__video")
"""What a tile shows of an asset beside itself."""
FRAMES = frozenset({"first frame", "last frame", "frames"})
"""Roles of parameters whose images fill the frame of the clip."""
ANY = {"video": "MP4, QuickTime, WebM", "audio": "MP3, WAV, M4A"}
"""Examples, for a model that names no formats."""


def assets_in(references: Iterable[object]) -> dict[UUID, Asset]:
    """Our assets that the references name, in one query."""
    keys = [key for item in references if (key := asset_uuid(item))]
    return {a.uuid: a for a in Asset.objects.filter(uuid__in=keys).select_related(*OF_ASSETS)}


def drop_zones(entered: Typed) -> list[Control]:
    """The model's drop zones; those that take nothing in this mode are left out, not greyed out."""
    zones = [zone for p in entered.spec.media_params() if (zone := _drop_zone(entered, p))]
    images = [z for z in zones if z.media == "image" and z.tiles]
    last = images[-1].tiles[-1] if images else None
    return [
        replace(z, tiles=[replace(t, swaps=z in images and t is not last) for t in z.tiles]) for z in zones
    ]


def _drop_zone(entered: Typed, param: Media) -> Control | None:
    low, high = room(entered.spec, param, entered.values)
    items = references_of(entered, param.name)
    if high == 0:
        return None
    places = _place_names(entered.spec, param, high, entered.values)
    free = range(len(items), high if high <= 2 else min(len(items) + 1, high))
    return Control(
        template="forms/_media.html",
        name=param.name,
        id=f"f-{param.name}",
        label=param.label,
        help=param.help,
        errors=list(entered.errors.get(param.name, [])),
        required=low > 0,
        tiles=[_tile(entered, param, r, places(n)) for n, r in enumerate(items)],
        places=[Place(label=places(n), optional=n >= low) for n in free],
        media=param.media,
        noun=param.noun,
        most_mb=most_mb(param),
        accept=CHOOSABLE.get(param.media, ""),
        formats=IMAGES if param.media == "image" else formats(param.accept) or ANY.get(param.media, ""),
        address=entered.addresses.get(param.name, ""),
        takes_files=param.takes_files,
        single=param.single,
        room=high,
        ours_url=_ours_url(entered.spec, param),
    )


def references_of(entered: Typed, name: str) -> list[str]:
    return _items(entered.shown, name)


def _place_names(
    spec: ModelSpec, param: Media, high: int, values: Mapping[str, object]
) -> Callable[[int], str]:
    if param.single:
        return lambda n: param.label
    frames = param.role == "frames" and str(spec.value_of("mode", values)) not in param.references_in
    if frames and high <= 2:
        return lambda n: ("First frame", "Last frame")[n] if n < 2 else f"Frame {n + 1}"
    if param.role == "first frame" and high == 1:
        return lambda n: param.label
    word = "Reference" if param.media == "image" else param.noun.capitalize()
    return lambda n: f"{word} {n + 1}"


def _tile(entered: Typed, param: Media, reference: str, place: str) -> Tile:
    key = asset_uuid(reference)
    asset = entered.assets.get(key) if key else None
    tag = place.removesuffix(" frame")
    if asset:
        return replace(tile_of(asset), tag=tag, crop=_crop(entered, param, asset))
    return Tile(reference=reference, name=urlsplit(reference).hostname or reference, tag=tag)


def _crop(entered: Typed, param: Media, asset: Asset) -> Crop | None:
    """For an image that becomes a frame of the clip and has another shape than that is ordered in."""
    shape, original = shape_of(entered.spec, entered.values), asset.original
    mode = str(entered.spec.value_of("mode", entered.values) or "")
    is_frame = param.role in FRAMES and mode not in param.references_in
    if not shape or not is_frame or original.content_type not in crops.TYPES or not asset.width:
        return None
    if has_shape(asset.width, asset.height, shape):
        return None
    return Crop(
        shape=shape,
        ratio=f"{float(ratio_of(shape)):.6f}",
        url=original.url,
        width=original.width,
        height=original.height,
        box=asset.box,
    )


def _ours_url(spec: ModelSpec, param: Media) -> str:
    if not param.takes_files or param.media not in GIVEN:
        return ""
    return f"{reverse('assets')}?{urlencode({'model': spec.id, 'param': param.name})}"


def tile_of(asset: Asset) -> Tile:
    """The tile of a file of ours."""
    return Tile(
        reference=asset.reference,
        name=asset.name,
        kind=asset.kind,
        facts=measures(asset),
        url=asset.url,
        origin=origin(asset),
        uncrops=asset.cropped_from_id is not None,
    )


def without(spec: ModelSpec, values: Mapping[str, object], which: str) -> dict[str, object]:
    """The values without one picture or row, given as “parameter reference” or “parameter number”."""
    name, _, reference = which.partition(" ")
    param = spec.by_name.get(name)
    if isinstance(param, Objects):
        return without_row(values, param, reference)
    items = list(_items(values, name))
    if reference in items:
        items.remove(reference)
    return {**values, name: items} if name in spec.by_name else dict(values)


def swapped(spec: ModelSpec, values: Mapping[str, object], which: str) -> dict[str, object]:
    """The values with one image and the next one swapped, also across parameters."""
    name, _, reference = which.partition(" ")
    images = [p for p in spec.media_params() if p.media == "image"]
    places = [(p.name, n, r) for p in images for n, r in enumerate(_items(values, p.name))]
    found = {p.name: list(_items(values, p.name)) for p in spec.media_params()}
    for here, after in pairwise(places):
        if here[0] == name and here[2] == reference:
            found[here[0]][here[1]], found[after[0]][after[1]] = after[2], here[2]
            break
    return {**values, **found}


def _items(values: Mapping[str, object], name: str) -> list[str]:
    items = values.get(name)
    return [str(i) for i in items] if isinstance(items, list) else []
