"""Django's admin: people and groups. Nothing of ours, whose rows must only change by their own road."""

from typing import ClassVar

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django_q.models import Failure, OrmQ, Schedule, Success

HIDDEN = (AccessAttempt, AccessFailureLog, AccessLog, Failure, OrmQ, Schedule, Success, User)

for hidden in HIDDEN:
    try:
        admin.site.unregister(hidden)
    except NotRegistered:
        continue

admin.site.site_header = "KieStudio"
admin.site.site_title = "KieStudio"
admin.site.index_title = "People and groups"


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """Names, passwords and whether somebody may sign in. Roles are given on the People page."""

    list_display = ("username", "first_name", "last_name", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    fieldsets: ClassVar = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Access", {"fields": ("is_active", "groups")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    filter_horizontal = ("groups",)
    readonly_fields = ("last_login", "date_joined")
