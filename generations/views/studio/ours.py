"""What the form is given of what is here already: assets, clips, frames of clips, and parts of images."""

import re

from django.contrib.auth.models import User
from django.http import QueryDict

from generations import policy
from generations.catalogue.carry import room
from generations.catalogue.media import UPLOAD_PREFIX, Media
from generations.catalogue.shapes import ratio_of, shape_of
from generations.catalogue.spec import ModelSpec, Problem
from generations.files import crops, frames
from generations.files.given import NotTaken
from generations.models import Asset, Video
from generations.models.asset import asset_uuid

_UUID = r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_CLIP = re.compile(rf"clip:{_UUID}(?:@([a-z0-9.]{{1,20}}))?")
_ADDRESS = re.compile(rf"https?://[^/]+/(tasks|videos|posters|strips|uploads)/{_UUID}[./]")
"""An address of this studio, as browsers name what is dragged from a page."""
NO_CLIP = "There is no clip here to take. Choose another one."
NO_MOMENT = "That is no moment of a clip: name the first or the last frame, or seconds."
MOST = 30
"""Things that one request gives, as many as any zone has room for: each may have to be decoded."""


def rewritten(person: User, spec: ModelSpec, sent: QueryDict) -> tuple[QueryDict, list[Problem]]:
    """The form that was sent, with what its buttons give, crop and bring back done in it; and what was not.

    `give` is “parameter thing”: an asset (`upload:…`), a clip or a frame of one (`clip:…@last`), or an
    address of either. `crop` is “parameter asset left,top,width” in pixels of the original, or without a box
    for its middle; `uncrop` brings the original back.
    """
    post, problems = sent.copy(), list[Problem]()
    for deed, do in DEEDS.items():
        for text in sent.getlist(deed)[:MOST]:
            name, _, what = text.partition(" ")
            param = spec.by_name.get(name)
            if not isinstance(param, Media) or not param.takes_files:
                continue
            try:
                do(person, spec, post, param, what)
            except NotTaken as refusal:
                problems.append(Problem(param=name, text=str(refusal)))
    return post, problems


def _give(person: User, spec: ModelSpec, post: QueryDict, param: Media, what: str) -> None:
    """Where one alone is taken, it takes the place of the one before. Raises NotTaken."""
    reference = _reference(person, param, what)
    there = _references(post, param)
    most = room(spec, param, _mode(spec, post))[1]
    if most == 1:
        there = []
    if len(there) >= most:
        raise NotTaken(f"There is no room for another {param.noun} here. Remove one first.")
    post.setlist(param.name, [*there, reference])


def _crop(person: User, spec: ModelSpec, post: QueryDict, param: Media, what: str) -> None:
    reference, _, sides = what.partition(" ")
    asset, shape = _asset(person, param, reference), shape_of(spec, _shape(spec, post))
    if not shape or not asset.width:
        raise NotTaken("Choose a shape first: there is none to crop to.")
    original, ratio = asset.original, ratio_of(shape)
    asked = [float(side) for side in sides.split(",")] if re.fullmatch(r"(\d{1,6},){2}\d{1,6}", sides) else []
    box = crops.fitted(original, ratio, *asked) if asked else crops.centred(original, ratio)
    _put(post, param, reference, crops.crop(person, original, box))


def _uncrop(person: User, spec: ModelSpec, post: QueryDict, param: Media, what: str) -> None:
    _put(post, param, what, _asset(person, param, what).original)


def _put(post: QueryDict, param: Media, old: str, new: Asset) -> None:
    post.setlist(param.name, [new.reference if text == old else text for text in _references(post, param)])


def _references(post: QueryDict, param: Media) -> list[str]:
    return [str(text) for text in post.getlist(param.name) if text]


def _mode(spec: ModelSpec, post: QueryDict) -> dict[str, object]:
    mode = spec.with_role("mode")
    return {mode.name: post[mode.name]} if mode and post.get(mode.name) else {}


def _shape(spec: ModelSpec, post: QueryDict) -> dict[str, object]:
    shape = spec.with_role("shape")
    return {shape.name: post.get(shape.name, "")} if shape else {}


def _reference(person: User, param: Media, what: str) -> str:
    """How the form names it; what is no thing of ours is for the form to judge. Raises NotTaken."""
    if clip := _CLIP.fullmatch(what):
        return _of_clip(person, param, _clip(person, uuid=clip[1]), clip[2]).reference
    if not (address := _ADDRESS.match(what)):
        return what
    folder, key = address[1], address[2]
    if folder == "uploads":
        return f"{UPLOAD_PREFIX}{key}"
    by = {"task__uuid": key} if folder == "tasks" else {"uuid": key}
    return _of_clip(person, param, _clip(person, **by), None).reference


def _clip(person: User, **by: str) -> Video:
    clips = Video.objects.filter(task__in=policy.visible_tasks(person), **by).select_related("task")
    clip = clips.order_by("number").first()
    if clip is None:
        raise NotTaken(NO_CLIP)
    return clip


def _of_clip(person: User, param: Media, clip: Video, at: str | None) -> Asset:
    """The clip, or for an image a frame of it: that of its poster where no moment is named."""
    if param.media != "image":
        return Asset.of(clip, person)
    moment = frames.moment_of(at) if at else frames.poster_moment(clip)
    if moment is None:
        raise NotTaken(NO_MOMENT)
    return frames.cut(person, clip, moment)


def _asset(person: User, param: Media, reference: str) -> Asset:
    key = asset_uuid(reference)
    known = policy.visible_assets(person).select_related("cropped_from__video", "video", "frame_of")
    asset = known.filter(uuid=key).first() if key else None
    if asset is None:
        raise NotTaken(f"This {param.noun} is not here any more. Add it again.")
    return asset


DEEDS = {"give": _give, "crop": _crop, "uncrop": _uncrop}
"""By the names of the buttons."""
