"""A version of a clip that plays everywhere, made on request."""

from datetime import timedelta
from functools import partial

from django.db import DatabaseError

from generations import crash
from generations.files import rendering, volume
from generations.files.rendering import NotRendered, Rendered
from generations.files.store import NoPlace
from generations.kie.client import KieClient
from generations.models import Rendition
from generations.worker.steps.step import Step

LATER = timedelta(minutes=1)


def make_rendition(rendition: Rendition, kie: KieClient) -> Step:
    """Make the version, or note why it cannot be made. Kie is not involved."""
    if not rendition.begin():
        return
    video = rendition.video
    try:
        volume.require()
        made: Rendered = yield partial(rendering.render, video.path, video.container or "mp4")
    except NoPlace as waits:
        rendition.try_later(LATER, waits.obstacle, waits.facts)
    except NotRendered as failure:
        rendition.fail(failure.obstacle, failure.facts)
    except DatabaseError:
        raise
    else:
        if not rendition.keep(path=made.path, size=made.size, sha256=made.sha256):
            rendering.discard(made.path)
        crash.point("rendition: ready")
