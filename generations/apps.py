"""The one app."""

from django.apps import AppConfig


class GenerationsConfig(AppConfig):
    name = "generations"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "KieStudio"

    def ready(self) -> None:
        from generations import checks  # noqa: F401
