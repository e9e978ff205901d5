"""python -m tests.on_postgres: the tests that touch the database, on a PostgreSQL of their own.

Installs a server with the system's packages when there is none and it may; fails with the reason otherwise.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.storm.postgres import Server, installed

TESTS = Path(__file__).parent
ELSEWHERE = ("browser", "storm", "sqlite")
NO_DATABASE = (
    "test_kie_",
    "test_netguard",
    "test_simulator",
    "test_catalogue",
    "test_webhook",
    "test_studio_command",
    "test_first_start",
    "test_environment",
    "test_way_out",
)


def programs() -> Path:
    """The folder of a server's programs; installed when they are missing. Exits with the reason."""
    if found := installed():
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "postgresql"], check=False, stdout=subprocess.DEVNULL
        )
    if found := installed():
        return found
    sys.exit("No PostgreSQL server is installed, and apt-get may not or could not bring one.")


def chosen() -> list[str]:
    """The test files that are worth running on a second database."""
    files = sorted(TESTS.rglob("test_*.py"))
    return [
        str(path)
        for path in files
        if not path.name.startswith(NO_DATABASE) and path.relative_to(TESTS).parts[0] not in ELSEWHERE
    ]


def main() -> int:
    server = Server(programs())
    try:
        command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", *chosen(), *sys.argv[1:]]
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": server.url}, check=False).returncode
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
