"""Images, videos and sounds that can be inputs of a task: uploaded by a person, or made here."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from generations.catalogue.limits import Measured
from generations.catalogue.media import UPLOAD_PREFIX
from generations.models.draft import Draft
from generations.models.plan import PlanRow
from generations.models.video import Video

LINK_LIFE = timedelta(hours=20)
"""Kie keeps an upload for at least a day (docs.kie.ai, file upload quickstart); we rely on less."""

UNUSED_LIFE = timedelta(days=7)
"""How long an asset is kept when no task, no draft, no plan and nothing in the library names it."""


class AssetQuerySet(models.QuerySet["Asset"]):
    def unused(self) -> Self:
        """Assets old enough to delete that no task, draft, plan or crop and nothing in the library names."""
        by_rows = {"inputs": None, "library_versions": None, "fillings": None, "crops": None}
        old = self.filter(**by_rows, created_at__lt=timezone.now() - UNUSED_LIFE)
        if not old.exists():
            return old
        texts = (text for fields in Draft.objects.values_list("fields", flat=True) for text in _texts(fields))
        planned = PlanRow.objects.filter(plan__ordered_at=None, plan__dropped_at=None)
        named = {key for values in planned.values_list("values", flat=True) for key in _named(values)}
        return old.exclude(uuid__in={*filter(None, map(asset_uuid, texts)), *named})

    def to_draw(self, decoder: str) -> Self:
        """Images and videos without a small picture that this decoder has not looked into."""
        pictures = self.filter(video=None, small_path="").exclude(kind=Asset.Kind.AUDIO)
        return pictures.exclude(decoder=decoder).order_by("-pk")


class Asset(models.Model):
    """A file of ours that can stand at a parameter: given by a person, a clip of a task, or a part of either.

    Uploaded images were cleaned of metadata; videos and sounds are stored as they came.
    """

    class Kind(models.TextChoices):
        IMAGE = "image", "Image"
        VIDEO = "video", "Video"
        AUDIO = "audio", "Audio"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.IMAGE)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assets")
    """Who gave it, or first went on from the clip."""
    video = models.OneToOneField(Video, models.PROTECT, null=True, related_name="asset")
    """The clip it is, whose file it shares; empty: it was uploaded and has a file of its own."""
    name = models.CharField(max_length=200)
    """Name of the person's file, for display."""
    path = models.CharField(max_length=200, blank=True)
    """Of its own file; empty for a clip, whose file may move. `stored_at` knows both."""
    content_type = models.CharField(max_length=40)
    size = models.PositiveBigIntegerField()
    """Bytes."""
    width = models.PositiveIntegerField()
    """As displayed; 0 for sounds."""
    height = models.PositiveIntegerField()
    seconds = models.FloatField(default=0)
    """0 for images."""
    fps = models.FloatField(default=0)
    has_sound = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64)
    small_path = models.CharField(max_length=200, blank=True)
    """Of a small picture of it; empty: a sound, a clip, or not drawn."""
    decoder = models.CharField(max_length=80, blank=True)
    """The software that drew it, or failed to."""
    frame_of = models.ForeignKey(Video, models.PROTECT, null=True, related_name="frames")
    """The clip whose frame it shows, whole or cropped; empty: it is no frame."""
    at_ms = models.PositiveIntegerField(null=True)
    """When that frame is shown, in milliseconds after the first one."""
    cropped_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="crops")
    """The original of which it shows a part."""
    box = models.CharField(max_length=60, blank=True)
    """That part as “left,top,width,height”, in pixels of the original."""
    created_at = models.DateTimeField(default=timezone.now)
    kie_url = models.TextField(blank=True)
    kie_url_at = models.DateTimeField(null=True)

    objects = AssetQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["created_at"], name="generations_asset_created")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["frame_of", "at_ms"], condition=Q(cropped_from=None), name="one_asset_of_a_frame"
            ),
            models.UniqueConstraint(fields=["cropped_from", "box"], name="one_asset_of_a_crop"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def of(cls, video: Video, person: User) -> "Asset":
        """The asset of a clip made here. Whoever asks first is its person."""
        facts = asdict(video.measured)
        facts |= {
            "kind": facts.pop("media"),
            "person": person,
            "name": f"#{video.task_id}.{video.extension}",
            "has_sound": video.has_sound,
            "sha256": video.sha256,
        }
        return cls.objects.get_or_create(video=video, defaults=facts)[0]

    @property
    def reference(self) -> str:
        """How a task's values name this asset."""
        return f"{UPLOAD_PREFIX}{self.uuid}"

    @property
    def original(self) -> "Asset":
        """What it was cropped from, else itself."""
        return self.cropped_from or self

    @property
    def stored_at(self) -> str:
        """The path of its file."""
        return self.video.path if self.video else self.path

    @property
    def measured(self) -> Measured:
        """What limits of a parameter look at."""
        return Measured(
            media=self.kind,
            content_type=self.content_type,
            size=self.size,
            width=self.width,
            height=self.height,
            seconds=self.seconds,
            fps=self.fps,
        )

    @property
    def url(self) -> str:
        return self.video.url if self.video else reverse("asset", args=[self.uuid])

    @property
    def small_url(self) -> str:
        """Of a small picture of it; empty: there is none."""
        if self.video:
            return self.video.poster_url
        return reverse("asset-small", args=[self.uuid]) if self.small_path else ""

    @property
    def fresh_link(self) -> str:
        """Kie's link to the file; empty when it has to be uploaded again."""
        if self.kie_url_at is None or timezone.now() - self.kie_url_at > LINK_LIFE:
            return ""
        return self.kie_url


def assets_of(values: Mapping[str, object], known: Mapping[uuid.UUID, Asset] | None = None) -> list[Asset]:
    """The assets that a task's values name, in no particular order. Unknown ones are left out.

    `known` has all there are of them, read for many tasks at once.
    """
    if known is None:
        known = assets_in([values])
    return [known[key] for key in _named(values) if key in known]


def assets_in(many: Iterable[Mapping[str, object]]) -> dict[uuid.UUID, Asset]:
    """The assets that any of these values name."""
    named = {key for values in many for key in _named(values)}
    return {asset.uuid: asset for asset in Asset.objects.filter(uuid__in=named).select_related("video")}


def missing_assets(
    values: Mapping[str, object], known: Mapping[uuid.UUID, Asset] | None = None
) -> set[uuid.UUID]:
    """Assets that a task's values name but that do not exist: an older database was restored."""
    return _named(values) - {asset.uuid for asset in assets_of(values, known)}


def _texts(fields: dict[str, list[str]]) -> list[str]:
    return [text for texts in fields.values() for text in texts]


def _named(values: Mapping[str, object]) -> set[uuid.UUID]:
    return set(filter(None, (asset_uuid(text) for _, _, text in listed(values))))


def listed(values: Mapping[str, object]) -> Iterator[tuple[str, int, str]]:
    """Every text in a list among the values, also in lists of records: its parameter, its place from 0."""
    for name, value in values.items():
        if isinstance(value, list):
            yield from ((name, place, text) for place, text in enumerate(_flat(value)))


def _flat(items: Iterable[object]) -> Iterator[str]:
    for item in items:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            yield from _flat(part for parts in item.values() if isinstance(parts, list) for part in parts)


def asset_uuid(item: object) -> uuid.UUID | None:
    """The uuid in `upload:<uuid>`, or None for anything else."""
    if not isinstance(item, str) or not item.startswith(UPLOAD_PREFIX):
        return None
    try:
        return uuid.UUID(item.removeprefix(UPLOAD_PREFIX))
    except ValueError:
        return None
