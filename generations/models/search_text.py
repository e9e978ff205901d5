"""What a search looks through of each task, and the index over it.

The database itself keeps both current, in the transaction that writes and whichever statement it is. SQLite
has its index in a table of its own (FTS5), PostgreSQL in a column of this one.
"""

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from generations.models.task import Task

LONGEST = 200_000
"""Characters of a task’s words that are searched: PostgreSQL indexes no more than a megabyte of one row."""


class SearchText(models.Model):
    """The words of a task’s prompt and comments."""

    task = models.OneToOneField(Task, models.CASCADE, primary_key=True, related_name="search_text")
    text = models.TextField()
    """As models.folded.spaced writes them, with a line break before those of each comment."""

    def __str__(self) -> str:
        return self.text[:60]


def keeping(vendor: str) -> list[str]:
    """The statements that have the database keep text and index current from then on."""
    return _postgres() if vendor == "postgresql" else _sqlite()


def catch_up(connection: BaseDatabaseWrapper) -> None:
    """Write what tasks and comments said while nothing kept it."""
    with connection.cursor() as cursor:
        text = _text_of("t.id", connection.vendor)
        cursor.execute(
            f"INSERT INTO generations_searchtext (task_id, text) SELECT t.id, {text} FROM generations_task t "
            "WHERE NOT EXISTS (SELECT 1 FROM generations_searchtext s WHERE s.task_id = t.id)"
        )
        text = _text_of("generations_searchtext.task_id", connection.vendor)
        cursor.execute(f"UPDATE generations_searchtext SET text = {text} WHERE text <> {text}")


def _text_of(task: str, vendor: str) -> str:
    """SQL: what the row of a task should say."""
    joined = {
        "sqlite": "group_concat(char(10) || c.words, '')",
        "postgresql": "string_agg(chr(10) || c.words, '' ORDER BY c.id)",
    }
    prompt = f"(SELECT p.words FROM generations_task p WHERE p.id = {task})"
    said = f"(SELECT {joined[vendor]} FROM generations_comment c WHERE c.task_id = {task})"
    return f"substr({prompt} || coalesce({said}, ''), 1, {LONGEST})"


def _again(task: str, vendor: str) -> str:
    return f"UPDATE generations_searchtext SET text = {_text_of(task, vendor)} WHERE task_id = {task}"


def _begin(task: str) -> str:
    words = f"substr(NEW.words, 1, {LONGEST})"
    return f"INSERT INTO generations_searchtext (task_id, text) VALUES ({task}, {words})"


def _sqlite() -> list[str]:
    task, comment, gone = (_again(row, "sqlite") for row in ("NEW.id", "NEW.task_id", "OLD.task_id"))
    index = "INSERT INTO generations_searchindex"
    add = f"{index} (rowid, text) VALUES (NEW.task_id, NEW.text)"
    drop = f"{index} (generations_searchindex, rowid, text) VALUES ('delete', OLD.task_id, OLD.text)"
    other = "WHEN OLD.words IS NOT NEW.words"
    triggers = {
        "task_new": f"INSERT ON generations_task BEGIN {_begin('NEW.id')}",
        "task_other": f"UPDATE OF words ON generations_task {other} BEGIN {task}",
        "comment_new": f"INSERT ON generations_comment BEGIN {comment}",
        "comment_other": f"UPDATE OF words ON generations_comment {other} BEGIN {comment}",
        "comment_gone": f"DELETE ON generations_comment BEGIN {gone}",
        "text_new": f"INSERT ON generations_searchtext BEGIN {add}",
        "text_other": f"UPDATE OF text ON generations_searchtext BEGIN {drop}; {add}",
        "text_gone": f"DELETE ON generations_searchtext BEGIN {drop}",
    }
    return [f"CREATE TRIGGER search_{name} AFTER {what}; END" for name, what in triggers.items()]


def _postgres() -> list[str]:
    """The lock comes first, so that the statement after it sees the comment of whoever had it."""
    function = f"""
    CREATE FUNCTION generations_search_text() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE task bigint;
    BEGIN
      IF TG_TABLE_NAME = 'generations_task' THEN task := NEW.id;
      ELSIF TG_OP = 'DELETE' THEN task := OLD.task_id;
      ELSE task := NEW.task_id;
      END IF;
      IF TG_TABLE_NAME = 'generations_task' AND TG_OP = 'INSERT' THEN
        {_begin("task")};
      ELSE
        PERFORM 1 FROM generations_searchtext s WHERE s.task_id = task FOR UPDATE;
        {_again("task", "postgresql")};
      END IF;
      RETURN NULL;
    END $$
    """
    other = "WHEN (OLD.words IS DISTINCT FROM NEW.words)"
    triggers = {
        "search_new": "INSERT ON generations_task FOR EACH ROW",
        "search_other": f"UPDATE OF words ON generations_task FOR EACH ROW {other}",
        "search_said": "INSERT OR DELETE ON generations_comment FOR EACH ROW",
        "search_said_other": f"UPDATE OF words ON generations_comment FOR EACH ROW {other}",
    }
    run = "EXECUTE FUNCTION generations_search_text()"
    return [function, *(f"CREATE TRIGGER {name} AFTER {what} {run}" for name, what in triggers.items())]
