"""python -m tests.storm: one storm, its table, and exit code 1 when anything in it is not as it must be."""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.processes.running import free_port
from tests.storm import postgres

if TYPE_CHECKING:
    from tests.storm.oracle import Finding

ZEROS = {
    "sent twice": ("sent twice", "sent without a trace"),
    "paid results missing": ("paid result missing", "never ended"),
    "task ids forgotten or shared": ("task id",),
    "charges that differ from Kie’s": ("charge", "charges in all"),
    "ledger differences": ("ledger", "over budget"),
    "moves off the arrows": ("arrows",),
    "half files": ("half file",),
    "cases that nobody sees": ("not shown",),
    "cases that people cannot settle": ("left",),
    "violations seen at Kie": ("violation",),
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.storm", description=__doc__)
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=620.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--every", type=float, default=1.5, help="seconds between two strikes")
    parser.add_argument("--workers", type=int, default=2, help="sweepers beside the studio")
    parser.add_argument("--calm", action="store_true", help="no faults: only the studio's worker is killed")
    parser.add_argument("--alone", action="store_true", help="sweepers and a web server, without the queue")
    parser.add_argument("--stranger", action="store_true", help="against the second stand-in for Kie")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--database", default="", help="an empty database; without it SQLite")
    where.add_argument("--postgres", action="store_true", help="a throw-away server, restarted meanwhile")
    return parser.parse_args()


def environment(data: Path, database: str, kie: str, port: int) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KIE_", "DJANGO_", "TEST_"))}
    return kept | {
        "DATA_DIR": str(data),
        "DATABASE_URL": database,
        "KIE_API_KEY": "sandbox",
        "KIE_API_URL": kie,
        "KIE_UPLOAD_URL": kie,
        "KIE_ALLOW_PRIVATE_HOSTS": "1",
        "KIE_WEBHOOK_KEY": "storm",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DJANGO_SETTINGS_MODULE": "kiestudio.settings",
    }


def main() -> int:
    options = arguments()
    address = os.environ.get("DATABASE_URL_POSTGRES", "") if options.postgres else options.database
    server = None
    if options.postgres and not address:
        programs = postgres.installed()
        if programs is None:
            print("PostgreSQL: no server is installed and DATABASE_URL_POSTGRES is empty; not run.")
            return 0
        server = postgres.Server(programs)
        address = server.url
    data = Path(tempfile.mkdtemp(prefix="kiestudio-storm-"))
    name = "PostgreSQL" if address.startswith("postgres") else "SQLite"
    name += ", against the stranger" if options.stranger else ""
    print(f"Storm on {name}, seed {options.seed}, {options.tasks} tasks, data in {data}", flush=True)
    began = time.monotonic()
    counts, found = rage(options, data, address, server)
    report(counts, found, time.monotonic() - began)
    if found:
        print(f"Kept: {data}. Again: --seed {options.seed}")
        return 1
    shutil.rmtree(data, ignore_errors=True)
    return 0


def rage(
    options: argparse.Namespace, data: Path, address: str, server: postgres.Server | None
) -> "tuple[dict[str, int], list[Finding]]":
    port, kie_port = free_port(), free_port()
    settings = environment(data, address, f"http://127.0.0.1:{kie_port}", port)
    os.environ.update(settings)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    from tests.storm.fleet import MANAGE, WORKER, Fleet, Simulator
    from tests.storm.storm import Storm, Vendor, ended
    from tests.stranger.server import Stranger

    vendor: Vendor
    if options.stranger:
        vendor = Stranger(kie_port, options.seed, settings["KIE_API_KEY"], settings["KIE_WEBHOOK_KEY"])
    else:
        vendor = Simulator(data / "kie", kie_port, options.seed, settings)
    studio = [MANAGE if options.calm else WORKER, "studio", "--host", "127.0.0.1", "--port", str(port)]
    web = ["-m", "gunicorn", "kiestudio.wsgi", "--config", "kiestudio/gunicorn.conf.py"]
    web += ["--workers", "1", "--bind", f"127.0.0.1:{port}"]
    sweepers = [] if options.calm else [[WORKER, "sweep"]] * options.workers
    fleet = Fleet([web if options.alone else studio, *sweepers], settings, data / "processes.log")
    with ended(fleet, vendor, server):
        run = Storm(
            tasks=options.tasks,
            seconds=options.seconds,
            seed=options.seed,
            every=options.every,
            vendor=vendor,
            fleet=fleet,
            server=server,
            calm=options.calm,
        )
        found = run.run()
        return run.counts, found


def report(counts: dict[str, int], found: "list[Finding]", seconds: float) -> None:
    kinds = Counter(finding.rule for finding in found)
    for name, count in counts.items():
        print(f"  {name:34} {count:>7,}")
    print(f"  {'seconds':34} {seconds:>7,.0f}")
    for name, rules in ZEROS.items():
        print(f"  {name:34} {sum(kinds[rule] for rule in rules):>7,}")
    for finding in found[:100]:
        print(finding)


if __name__ == "__main__":
    sys.exit(main())
