"""The one app."""

from typing import Any

from django.apps import AppConfig


class GenerationsConfig(AppConfig):
    name = "generations"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "KieStudio"

    def ready(self) -> None:
        from django.conf import settings
        from django.contrib.auth.models import User
        from django.db.models.signals import post_migrate, post_save, pre_migrate

        from generations import catalogue, checks  # noqa: F401
        from generations.decisions.people import superuser_made

        catalogue.let_win(settings.CATALOGUE)
        post_save.connect(superuser_made, sender=User, dispatch_uid="superuser made")
        pre_migrate.connect(_unwatch, sender=self, dispatch_uid="unwatch changes")
        post_migrate.connect(_watch, sender=self, dispatch_uid="watch changes")


def _unwatch(using: str, plan: list[Any], **_: Any) -> None:
    from django.db import connections

    from generations.models.watched import unwatch

    if plan:
        with connections[using].schema_editor() as editor:
            unwatch(editor)


def _watch(using: str, **_: Any) -> None:
    from django.db import connections

    from generations.models.watched import watch

    with connections[using].schema_editor() as editor:
        watch(editor)
