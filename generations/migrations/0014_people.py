"""Roles are codes in a table of ours; Django's groups and the superuser's mark count no more."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from generations.migrations._append_only import guard

ROLES = ["admin", "creator", "reviewer"]
ACTIONS = [
    ("pasted", "gave a task id"),
    ("closed", "said that it was not sent"),
    ("again", "ordered it again"),
    ("tried", "had the file tried again"),
    ("lost", "marked the result as lost"),
    ("paused", "paused sending"),
    ("resumed", "resumed sending"),
    ("limit", "changed a budget"),
    ("added", "added a person"),
    ("role", "changed a role"),
    ("name", "renamed a person"),
    ("off", "switched an account off"),
    ("on", "switched an account on"),
    ("password", "made a new password"),
]


def take_over(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Everybody keeps the role that counted: a superuser is an admin, else the first group."""
    User, Group = apps.get_model("auth", "User"), apps.get_model("auth", "Group")
    Membership = apps.get_model("generations", "Membership")
    for person in User.objects.prefetch_related("groups"):
        names = {group.name for group in person.groups.all()} | ({"admin"} if person.is_superuser else set())
        role = next((role for role in ROLES if role in names), None)
        if role:
            Membership.objects.create(person=person, role=role)
    User.objects.update(is_staff=False, is_superuser=False)
    Group.objects.filter(name__in=ROLES).delete()


def give_back(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    User, Group = apps.get_model("auth", "User"), apps.get_model("auth", "Group")
    for place in apps.get_model("generations", "Membership").objects.all():
        person = User.objects.get(pk=place.person_id)
        person.groups.set([Group.objects.get_or_create(name=place.role)[0]])
        person.is_staff = person.is_superuser = place.role == "admin"
        person.save(update_fields=["is_staff", "is_superuser"])


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("generations", "0013_why_it_waits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, guard("generations_audit")),
        migrations.AddField(
            model_name="audit",
            name="whom",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="audit", name="action", field=models.CharField(choices=ACTIONS, max_length=10)
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="membership",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("admin", "Admin"), ("creator", "Creator"), ("reviewer", "Reviewer")],
                        max_length=10,
                    ),
                ),
                ("password_until", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["admin", "creator", "reviewer"])),
                        name="role_is_a_role",
                    )
                ],
            },
        ),
        migrations.RunPython(take_over, give_back),
    ]
