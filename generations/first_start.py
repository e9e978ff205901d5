"""What a new installation starts with: in the sandbox people and a dozen tasks, with a key a setup link."""

import io
import logging
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from generations import catalogue, orders, policy
from generations.catalogue.media import Media
from generations.catalogue.spec import ModelSpec
from generations.files import pictures
from generations.money import ledger
from generations.orders.opening import opening_values
from kiestudio.environment import kept_secret

log = logging.getLogger(__name__)
SAMPLES: tuple[tuple[str, str, Mapping[str, object]], ...] = (
    (
        "veo3_fast",
        "Slow dolly over black sand dunes at dusk, thin veils of sand lifted by the wind, a low sun behind",
        {"aspectRatio": "16:9"},
    ),
    (
        "kling-2.6/text-to-video",
        "A ribbon of copper silk turning in still air, macro, one soft key from the left",
        {"aspect_ratio": "16:9", "duration": "5", "sound": True},
    ),
    (
        "wan/2-6-text-to-video",
        "Fog lifting from a pine valley at first light, the camera rises slowly",
        {"duration": "5", "resolution": "720p"},
    ),
    (
        "bytedance/seedance-1.5-pro",
        "Full moon over a calm sea, silver path on the water, locked camera",
        {"aspect_ratio": "9:16", "duration": 4},
    ),
    (
        "sora-2-text-to-video",
        "Aurora over a frozen lake, long exposure feel, two stars crossing",
        {"aspect_ratio": "landscape", "n_frames": "10"},
    ),
    (
        "hailuo/02-image-to-video-standard",
        "The light moves slowly across the picture, gentle push in",
        {"duration": "6", "resolution": "512P"},
    ),
    (
        "veo3",
        "Night harbour across the water, cranes as soft bokeh, one ship passing",
        {"aspectRatio": "16:9", "duration": 4},
    ),
    (
        "sora-2-pro-text-to-video",
        "Paper-cut sea in six blues, the sun rises one notch at a time",
        {"aspect_ratio": "portrait", "n_frames": "10", "size": "standard"},
    ),
    (
        "kling-2.6/text-to-video",
        "Espresso folding into cream, seen from above, slow spiral",
        {"aspect_ratio": "1:1", "duration": "5"},
    ),
    (
        "bytedance/seedance-1.5-pro",
        "Wide desert road under a violet sky, heat over the asphalt, no cars",
        {"aspect_ratio": "21:9", "resolution": "480p", "duration": 4, "generate_audio": True},
    ),
    (
        "veo3_fast",
        "Kelp forest in green light, slow drift upwards to the surface",
        {"aspectRatio": "9:16", "duration": 6},
    ),
    (
        "wan/2-6-text-to-video",
        "Sea-green satin, folds travelling from left to right, studio light",
        {"duration": "5", "resolution": "1080p"},
    ),
)
"""Sample orders across all models; they are placed like any other order."""
CREATOR_LIMIT = Decimal(2000)
"""Credits per month."""


def sandbox_password() -> str:
    """The password of the sandbox's three people; generated once and kept in the data folder."""
    return kept_secret(Path(settings.DATA_DIR) / "password", 9)


def fill_sandbox() -> list[str]:
    """Create an admin, a creator and a reviewer, and order the samples, if there are no people yet.

    Returns the user names that can sign in.
    """
    names = [str(role) for role in policy.Role]
    if not User.objects.exists():
        password = sandbox_password()
        for role in policy.Role:
            person = User.objects.create_user(username=role, first_name=role.capitalize(), password=password)
            policy.give_role(person, role)
        order_samples()
    return [n for n in names if User.objects.filter(username=n).exists()]


def order_samples() -> None:
    people = [User.objects.get(username=r) for r in (policy.Role.CREATOR, policy.Role.ADMIN)]
    ledger.set_limit(people[0], CREATOR_LIMIT)
    for number, (model_id, prompt, values) in enumerate(SAMPLES):
        spec = catalogue.find(model_id)
        if spec is not None:
            person = people[number % len(people)]
            wish = {**opening_values(person, spec), **_images(person, spec), **values, "prompt": prompt}
            try:
                orders.place(person, spec, wish)
            except orders.NotAdmitted as refusal:
                log.warning("The sample of %s is left out: %s", spec.label, refusal)


def _images(person: User, spec: ModelSpec) -> dict[str, object]:
    """A picture for every image that the model requires."""
    return {
        param.name: [pictures.take(person, _sunset(), param).reference]
        for param in spec.params
        if isinstance(param, Media) and param.required
    }


def _sunset() -> SimpleUploadedFile:
    """A small generated picture: a sun over a dark sea."""
    sky = Image.linear_gradient("L").resize((1280, 720))
    bands = (
        sky.point(lambda v: 60 + v * 3 // 4),
        sky.point(lambda v: 30 + v // 3),
        sky.point(lambda v: 90 - v // 5),
    )
    warm = Image.merge("RGB", bands)
    glow = Image.radial_gradient("L").resize((520, 520)).point(lambda v: max(0, 255 - v * 2))
    warm.paste((255, 226, 170), (380, 300), glow)
    sea = Image.new("RGB", (1280, 170), (22, 18, 40))
    warm.paste(sea, (0, 550))
    out = io.BytesIO()
    warm.save(out, "JPEG", quality=92)
    return SimpleUploadedFile("sunset.jpg", out.getvalue(), "image/jpeg")


def setup_token() -> str:
    """The token for the page that creates the first admin; empty when there is already one."""
    path = Path(settings.DATA_DIR) / "setup-token"
    if policy.admins().exists():
        path.unlink(missing_ok=True)
        return ""
    return kept_secret(path, 24)
