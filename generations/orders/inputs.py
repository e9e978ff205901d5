"""Whether the files named in values fit the model, by what was measured of them."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from generations.catalogue.limits import SLACK, misfit
from generations.catalogue.media import Media
from generations.catalogue.spec import ModelSpec, Problem
from generations.models import Asset
from generations.models.asset import asset_uuid, assets_of


def misfits(
    spec: ModelSpec, values: Mapping[str, object], known: Mapping[UUID, Asset] | None = None
) -> list[Problem]:
    """What the model's limits refuse of our own files; addresses and files that are gone are left out.

    `known` has all assets that are named, where they were read for many orders at once.
    """
    here = {asset.uuid: asset for asset in assets_of(values, known)}
    return [problem for param in spec.media_params() for problem in _of(param, values, here)]


def _of(param: Media, values: Mapping[str, object], known: Mapping[UUID, Asset]) -> Iterator[Problem]:
    items = values.get(param.name)
    named = map(asset_uuid, items) if isinstance(items, list) else ()
    assets = [known[key] for key in named if key and key in known]
    for asset in assets:
        if refusal := misfit(param, asset.measured):
            yield Problem(param=param.name, text=f"{asset.name} {refusal}")
    total, most = sum(asset.seconds for asset in assets), param.max_total_seconds
    if most is not None and total > float(most) + SLACK * len(assets):
        text = f"These are {total:.1f} s long together. This model takes up to {most.normalize():f} s."
        yield Problem(param=param.name, text=text)
