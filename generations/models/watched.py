"""Has the database note every change that pages show, and keep current what is searched, whoever writes."""

from collections.abc import Iterator
from hashlib import sha256

from django.apps import apps
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from generations.models.change import Change
from generations.models.search_text import catch_up, keeping

UNWATCHED = frozenset(
    {
        "Asset",
        "Board",
        "BoardClip",
        "Change",
        "CommentVersion",
        "Draft",
        "Favourite",
        "Filling",
        "Lease",
        "LibraryItem",
        "LibraryStar",
        "LibraryUse",
        "LibraryVersion",
        "MarketAnswer",
        "MarketChange",
        "MarketModel",
        "MarketState",
        "Pick",
        "Mention",
        "PricedValues",
        "Prompt",
        "ReviewSession",
        "SavedView",
        "SearchText",
        "Send",
        "SessionClip",
        "SessionSeen",
        "Share",
        "ShareClip",
        "ShareGuest",
        "ShareLook",
        "TaskInput",
        "TrackRecord",
        "WrongPasswords",
    }
)
"""Models of ours that no part of a page that polls shows, or that change only together with one that is."""
UNSEEN = {
    "Hint": {"due_at", "attempts"},
    "Preferences": {"mailed_until", "mail_due_at"},
    "Rendition": {"due_at", "attempts"},
    "Runtime": {"answered_at", "answer_ms", "asked", "reading_due_at"},
    "Task": {"due_at", "attempts"},
    "User": {"last_login", "password"},
    "Video": {"due_at", "attempts", "checked_at"},
}
"""Columns that no page shows, or only with the clock: the worker moves them all the time."""
OURS = """
SELECT name, sql FROM sqlite_master
WHERE type = 'trigger' AND (name LIKE 'changed_%' OR name LIKE 'search_%')
"""
"""Triggers of SQLite: the others guard what is only ever added."""
FUNCTION = """
CREATE FUNCTION generations_changed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO generations_change DEFAULT VALUES; RETURN NULL; END $$
"""


def watched() -> list[type[models.Model]]:
    ours = [m for m in apps.get_app_config("generations").get_models() if m.__name__ not in UNWATCHED]
    return [*ours, apps.get_model("auth", "User")]


def watch(editor: BaseDatabaseSchemaEditor) -> None:
    """Have all triggers as they are wanted: SQLite drops them with a table that it makes anew.

    Nothing is done when they are, so a start while others work takes no locks.
    """
    connection = editor.connection
    if Change._meta.db_table not in connection.introspection.table_names():
        return
    triggers = _postgres if connection.vendor == "postgresql" else _sqlite
    wanted = [statement for model in watched() for statement in triggers(model)]
    wanted += keeping(connection.vendor)
    if _is_set(editor, wanted):
        return
    unwatch(editor)
    if connection.vendor == "postgresql":
        editor.execute(FUNCTION)
        editor.execute(f"COMMENT ON FUNCTION generations_changed IS '{_digest(wanted)}'")
    for statement in wanted:
        editor.execute(statement)
    catch_up(connection)


def unwatch(editor: BaseDatabaseSchemaEditor) -> None:
    """Drop every trigger. Wanted before tables change: PostgreSQL alters no column that a trigger names."""
    if editor.connection.vendor == "postgresql":
        for function in ("generations_changed", "generations_search_text"):
            editor.execute(f"DROP FUNCTION IF EXISTS {function} CASCADE")
        return
    for name, _ in _triggers(editor):
        editor.execute(f"DROP TRIGGER {name}")


def _is_set(editor: BaseDatabaseSchemaEditor, wanted: list[str]) -> bool:
    if editor.connection.vendor != "postgresql":
        return sorted(sql for _, sql in _triggers(editor)) == sorted(wanted)
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regproc('generations_changed'))")
        return bool(cursor.fetchone() == (_digest(wanted),))


def _triggers(editor: BaseDatabaseSchemaEditor) -> list[tuple[str, str]]:
    """Of SQLite: name and statement of each."""
    with editor.connection.cursor() as cursor:
        cursor.execute(OURS)
        return list(cursor.fetchall())


def _digest(wanted: list[str]) -> str:
    return sha256("\n".join([FUNCTION, *wanted]).encode()).hexdigest()


def _sqlite(model: type[models.Model]) -> Iterator[str]:
    table, note = model._meta.db_table, "INSERT INTO generations_change (id) VALUES (NULL)"
    seen = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in _seen(model))
    for event, when in (("INSERT", ""), ("DELETE", ""), ("UPDATE", f" WHEN {seen}")):
        name = f"changed_{event.lower()}_{table}"
        yield f"CREATE TRIGGER {name} AFTER {event} ON {table}{when} BEGIN {note}; END"


def _postgres(model: type[models.Model]) -> Iterator[str]:
    table, run = model._meta.db_table, "EXECUTE FUNCTION generations_changed()"
    seen = " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in _seen(model))
    yield f"CREATE TRIGGER changed_rows AFTER INSERT OR DELETE ON {table} FOR EACH STATEMENT {run}"
    yield f"CREATE TRIGGER changed_row AFTER UPDATE ON {table} FOR EACH ROW WHEN ({seen}) {run}"


def _seen(model: type[models.Model]) -> list[str]:
    unseen = UNSEEN.get(model.__name__, set())
    shown = [field for field in model._meta.local_concrete_fields if field.name not in unseen]
    return [field.column for field in shown if field.column]
