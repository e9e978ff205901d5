"""What Kie made: result files that are whole and checked."""

import uuid
from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from generations.catalogue.limits import Measured
from generations.files.kinds import KINDS, FileKind
from generations.models.obstacle import Obstructed, free
from generations.models.task import KEPT_BY_KIE, Task

CHECK_AGAIN = timedelta(days=7)
"""How often a stored file is compared with its row."""
CHECK_AGAIN_WHILE_KEPT = timedelta(days=1)
"""The same while Kie still has the file."""
CODEC_NAMES = {
    "h264": "H.264",
    "hevc": "HEVC",
    "av1": "AV1",
    "vp9": "VP9",
    "vp8": "VP8",
    "vvc": "VVC",
    "prores": "ProRes",
    "mpeg4": "MPEG-4 Part 2",
    "mpeg2video": "MPEG-2",
    "mjpeg": "Motion JPEG",
    "dnxhd": "DNxHD",
    "opus": "Opus",
    "vorbis": "Vorbis",
}
PROOFS = {
    "h264": 'video/mp4; codecs="avc1.640028"',
    "hevc": 'video/mp4; codecs="hvc1.1.6.L123.B0"',
    "av1": 'video/mp4; codecs="av01.0.08M.08"',
    "vp9": 'video/mp4; codecs="vp09.00.10.08"',
    "mpeg4": 'video/mp4; codecs="mp4v.20.9"',
    "vvc": 'video/mp4; codecs="vvc1.1.L51.CQA"',
    "prores": 'video/quicktime; codecs="apch"',
}
"""The type with which a browser is asked whether it has a decoder (RFC 6381)."""
NEVER_PLAYED = frozenset({"avi", "ts", "m2ts", "mpg", "flv", "wmv", "mxf", "ivf", "h264"})
"""Containers that can be asked about by type alone: browsers know whether they open them."""


class VideoQuerySet(models.QuerySet["Video"]):
    def missing(self) -> Self:
        """Files that are not on the disk as they were stored and have not been given up."""
        return self.filter(missing_since__isnull=False, given_up_at=None)

    def to_check(self) -> Self:
        """Files due for a comparison with their rows, the longest unchecked first."""
        now = timezone.now()
        fresh = Q(created_at__gt=now - KEPT_BY_KIE, checked_at__lt=now - CHECK_AGAIN_WHILE_KEPT)
        return self.filter(fresh | Q(checked_at__lt=now - CHECK_AGAIN), missing_since=None).order_by(
            "checked_at"
        )

    def to_draw(self, decoder: str) -> Self:
        """Files without stills, or of unknown kind, that this decoder has not looked into."""
        unseen = Q(poster_path="") | Q(container="")
        return self.filter(unseen, missing_since=None).exclude(decoder=decoder).order_by("-id")


class Video(Obstructed):
    """One result file of a task. The row exists only once the file is stored whole."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.ForeignKey(Task, models.PROTECT, related_name="videos")
    number = models.PositiveSmallIntegerField(default=0)
    """Position among the task's result files, from 0."""
    source_url = models.TextField()
    path = models.CharField(max_length=200)
    """Relative to the storage."""
    poster_path = models.CharField(max_length=200, blank=True)
    strip_path = models.CharField(max_length=200, blank=True)
    """Eight frames side by side, shown as the pointer moves over the clip."""
    size = models.PositiveBigIntegerField()
    """Bytes."""
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    """As displayed: rotated, with square pixels; 0 when there is no picture, or it is unknown."""
    height = models.PositiveIntegerField()
    seconds = models.FloatField()
    fps = models.FloatField()
    has_sound = models.BooleanField()
    container = models.CharField(max_length=10, blank=True)
    """A name in `kinds.KINDS`; empty: stored before files were examined."""
    video_codec = models.CharField(max_length=40, blank=True)
    """As FFmpeg calls it, or the file’s own tag."""
    audio_codec = models.CharField(max_length=40, blank=True)
    pixel_format = models.CharField(max_length=40, blank=True)
    decoder = models.CharField(max_length=80, blank=True)
    """The software that looked into it last."""
    created_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(default=timezone.now, db_index=True)
    """When the file was last found to be whole."""
    missing_since = models.DateTimeField(null=True, db_index=True)
    """When it was found to be gone or changed; empty: it is there."""
    due_at = models.DateTimeField(null=True)
    """For a missing file: when to look for it and fetch it again."""
    attempts = models.PositiveIntegerField(default=0)
    given_up_at = models.DateTimeField(null=True)
    """When an admin accepted that a missing file is lost."""

    objects = VideoQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "number"], name="one_video_of_a_number"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["missing_since"], name="files_missing", condition=Q(missing_since__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"File {self.number} of task {self.task_id}"

    def note_missing(self) -> bool:
        """Record that its file is gone or changed, so that it is searched for. False: already recorded."""
        now = timezone.now()
        rows = Video.objects.filter(pk=self.pk, missing_since=None)
        return bool(rows.update(missing_since=now, due_at=now, attempts=0, given_up_at=None, **free()))

    @property
    def url(self) -> str:
        return reverse("video", args=[self.uuid])

    @property
    def measured(self) -> Measured:
        """What limits of a parameter look at when it is an input."""
        return Measured(
            media="audio" if self.is_sound else "image" if self.is_picture else "video",
            content_type=self.content_type,
            size=self.size,
            width=self.width,
            height=self.height,
            seconds=self.seconds,
            fps=self.fps,
        )

    @property
    def kind_of_file(self) -> FileKind:
        """What the bytes are. Old rows that were never examined are MP4."""
        return KINDS.get(self.container, KINDS["mp4"])

    @property
    def is_picture(self) -> bool:
        """Whether it is an image, which needs no player."""
        return self.kind_of_file.is_picture

    @property
    def is_preview(self) -> bool:
        """Whether pages show only the still of an image, because few browsers support its kind."""
        return self.is_picture and not self.kind_of_file.is_shown

    @property
    def picture_url(self) -> str:
        """What a page shows for an image; empty: neither we nor browsers can show it."""
        return self.poster_url if self.is_preview else self.url

    @property
    def is_sound(self) -> bool:
        """Whether it has no picture."""
        return bool(self.container) and not self.video_codec and bool(self.audio_codec)

    @property
    def gives_frames(self) -> bool:
        """Whether single frames can be cut out of it: its file is here and has moving pictures."""
        return not (self.is_picture or self.is_sound or self.missing_since)

    @property
    def content_type(self) -> str:
        kind = self.kind_of_file
        return kind.sound_type or kind.content_type if self.is_sound else kind.content_type

    @property
    def extension(self) -> str:
        kind = self.kind_of_file
        return kind.sound_extension or kind.extension if self.is_sound else kind.extension

    @property
    def codec_name(self) -> str:
        """HEVC, ProRes … as people call it; MP4 when the codec is unknown."""
        codec = self.video_codec or self.audio_codec
        return CODEC_NAMES.get(codec, codec.upper()) or f"this {self.kind_of_file.name} file"

    @property
    def format_name(self) -> str:
        """HEVC and AAC in QuickTime, 10-bit H.264 in MP4."""
        codecs = [c for c in (self.video_codec, self.audio_codec) if c and not self.is_picture]
        names = " and ".join(CODEC_NAMES.get(c, c.upper()) for c in codecs)
        names = " ".join(filter(None, [*self._rare_pixels, names]))
        return f"{names} in {self.kind_of_file.name}" if names else self.kind_of_file.name

    @property
    def _rare_pixels(self) -> list[str]:
        """How its pixels differ from the format that every browser shows: 10-bit, 4:2:2."""
        depths = [f"{bits}-bit" for bits in (10, 12) if f"{bits}le" in self.pixel_format]
        return depths + [f"4:{n[1]}:{n[2]}" for n in ("422", "444") if n in self.pixel_format]

    @property
    def proof(self) -> str:
        """The type a browser is asked about with `canPlayType`; empty when only trying can tell."""
        kind = self.kind_of_file
        if self.container in ("", "mp4", "mov", "3gp", "mkv") and self.video_codec in PROOFS:
            return PROOFS[self.video_codec]
        return kind.content_type if self.container in NEVER_PLAYED else ""

    @property
    def plays_anywhere(self) -> bool:
        """Whether every current browser plays it: H.264 with 8 bits and AAC in MP4, or an image."""
        if self.container in ("jpg", "png", "gif", "webp", "avif", "bmp", "mp3", "wav", ""):
            return True
        good = self.video_codec in ("h264", "") and self.pixel_format in ("yuv420p", "yuvj420p", "")
        return self.container == "mp4" and good and self.audio_codec in ("aac", "mp3", "")

    @property
    def play_url(self) -> str:
        """What a player plays: the version that plays everywhere, once there is one."""
        made = getattr(self, "rendition", None)
        return str(made.url) if made and made.is_ready else self.url

    @property
    def poster_url(self) -> str:
        return reverse("poster", args=[self.uuid]) if self.poster_path else ""

    @property
    def strip_url(self) -> str:
        return reverse("strip", args=[self.uuid]) if self.strip_path else ""
