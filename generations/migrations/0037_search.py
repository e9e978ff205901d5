"""What searches look through of each task, prompts and comments as words, and an index over it."""

from collections.abc import Iterator
from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from generations.models.folded import WordsField, spaced, words_of

BATCH = 2000
INDEX = {
    "sqlite": """
        CREATE VIRTUAL TABLE generations_searchindex USING fts5 (
            text, content='generations_searchtext', content_rowid='task_id', columnsize=0,
            tokenize='ascii', prefix='1 2'
        )
    """,
    "postgresql": """
        ALTER TABLE generations_searchtext
            ADD COLUMN found tsvector GENERATED ALWAYS AS (text::tsvector) STORED;
        CREATE INDEX generations_searchindex ON generations_searchtext USING gin (found) WITH (fastupdate = off)
    """,
}
"""All of these words are written so that both read them as they are: blanks part them, and they have no
signs of ASCII. PostgreSQL keeps no list of rows to be indexed later, because each search would read it."""


def index(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in INDEX[editor.connection.vendor].split(";"):
        editor.execute(statement)


def no_index(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """In PostgreSQL it goes with its column, and that with its table."""
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TABLE generations_searchindex")


def write_words(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Prompts and comments as words, a batch at a time."""
    for name, of in (("Task", "prompt"), ("Comment", "text")):
        model = apps.get_model("generations", name)
        statement = f"UPDATE {model._meta.db_table} SET words = %s WHERE id = %s"
        for batch in _batches(model, of):
            rows = [(spaced(words_of(text)), key) for key, text in batch]
            with editor.connection.cursor() as cursor:
                cursor.executemany(statement, rows)


def _batches(model: Any, of: str) -> Iterator[list[tuple[int, str]]]:
    rows, last = model.objects.order_by("pk").values_list("pk", of), 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1][0]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("generations", "0036_boards")]
    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.AlterField("task", "words", WordsField(default="", of="prompt"))]
        ),
        migrations.AddField("comment", "words", WordsField(default="", of="text")),
        migrations.CreateModel(
            "SearchText",
            [
                (
                    "task",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_text",
                        serialize=False,
                        to="generations.task",
                    ),
                ),
                ("text", models.TextField()),
            ],
        ),
        migrations.RunPython(index, no_index),
        migrations.RunPython(write_words, migrations.RunPython.noop),
    ]
