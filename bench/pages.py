"""How pages and polls hold as the studio fills: measured with few and with many tasks, and the ratio.

`python -m bench.pages 2000 200000`, on SQLite and on a PostgreSQL of its own.
"""

import html
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

ROUNDS = 15
BY_SCRIPT = {"X-Requested-With": "fetch"}


def one_size(rows: int) -> None:
    """Print the medians in milliseconds, by page, of a studio with so many tasks."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from bench.search import searches
    from bench.team import fill

    call_command("migrate", verbosity=0)
    people = fill(rows)
    client = Client()
    client.force_login(people[0])
    found = {}
    for name, path, headers in pages():
        found[name] = median(partial(answered, client, path, headers))
    found["a poll, nothing new"] = median(partial(answered, client, next_news(client), BY_SCRIPT))
    found |= {name: median(work) for name, work in searches(people[0])}
    print(json.dumps(found))


def pages() -> Iterator[tuple[str, str, dict[str, str]]]:
    from generations.models import State, Task

    task = Task.objects.filter(state=State.READY).order_by("-id")[40]
    poll = {"HX-Request": "true"}
    yield "gallery", "/gallery/", {}
    yield "gallery, approved", "/gallery/?verdict=approved", {}
    yield "gallery, a common word", "/gallery/?q=quiet", {}
    yield "gallery, a rare word", "/gallery/?q=24680", {}
    yield "gallery, its poll", "/gallery/", poll | {"HX-Target": "fresh"}
    yield "studio", "/studio/veo3_fast/", {}
    yield "studio, its poll", "/now/", poll
    yield "queue", "/queue/", {}
    yield "queue, its poll", "/queue/", poll | {"HX-Target": "queue"}
    yield "task", task.get_absolute_url(), {}
    yield "models", "/models/", {}
    yield "people", "/people/", {}
    yield "a person", f"/people/{task.person_id}/", {}
    yield "news of any page", "/news/", poll
    yield "search and commands", "/find/?q=quiet", BY_SCRIPT


def next_news(client: Any) -> str:
    """Where a page asks for news after it has asked once."""
    answer = client.get("/news/", headers=BY_SCRIPT).text
    return html.unescape(answer.split('data-next="')[1].split('"')[0])


def answered(client: Any, path: str, headers: dict[str, str]) -> None:
    answer = client.get(path, headers=headers)
    if answer.status_code not in (200, 204, 304):
        raise RuntimeError(f"{path}: {answer.status_code}")


def median(work: Callable[[], Any]) -> float:
    """Milliseconds, after a first time that does not count."""
    work()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def measured(rows: str, database: str) -> dict[str, float]:
    """The medians of one size, in a process and a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="kiestudio-bench-") as folder:
        settings = {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "kiestudio.settings", "DEBUG": "1"}
        environment = os.environ | settings | ({"DATABASE_URL": database} if database else {})
        command = [sys.executable, "-m", "bench.pages", "--rows", rows]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return found


def on_postgres(rows: str) -> dict[str, float]:
    from tests.on_postgres import programs
    from tests.storm.postgres import Server

    server = Server(programs())
    try:
        return measured(rows, server.url)
    finally:
        server.stop()


def main(few: str, many: str) -> None:
    """Print a table for each database: milliseconds with few and with many tasks, and how they compare."""
    for name, measure in (("SQLite", partial(measured, database="")), ("PostgreSQL", on_postgres)):
        before, after = measure(few), measure(many)
        print(f"{name + ', ms, median':<26}{int(few):>12,}{int(many):>12,}{'ratio':>8}")
        for page, time_before in before.items():
            print(f"{page:<26}{time_before:>12.1f}{after[page]:>12.1f}{after[page] / time_before:>8.2f}")


if __name__ == "__main__":
    if sys.argv[1] == "--rows":
        one_size(int(sys.argv[2]))
    else:
        main(*sys.argv[1:])
