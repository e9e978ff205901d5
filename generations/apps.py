"""The one app."""

from django.apps import AppConfig


class GenerationsConfig(AppConfig):
    name = "generations"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "KieStudio"

    def ready(self) -> None:
        from django.contrib.auth.models import User
        from django.db.models.signals import post_save

        from generations import checks  # noqa: F401
        from generations.decisions.people import superuser_made

        post_save.connect(superuser_made, sender=User, dispatch_uid="superuser made")
