"""One process of a storm: the real code with shorter lives, so that minutes show what hours would.

`worker.py sweep` sweeps window after window without the queue; anything else is a command of manage.py.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def shorten() -> None:
    """Let leases, claims and sends live for seconds. Only the length of the waits changes."""
    from generations import pace, wake
    from generations.management.commands import studio
    from generations.worker import background, supervisor, sweep
    from generations.worker.steps import refresh

    sweep.LEASE_LIFE = timedelta(seconds=4)
    pace.CLAIM_LIFE = timedelta(seconds=8)
    pace.SENDING_LIFE = timedelta(seconds=20)
    pace.SEND_BEGINS_WITHIN = timedelta(seconds=8)
    pace.LOOK_BACK = (timedelta(seconds=3), timedelta(seconds=7), timedelta(seconds=12))
    pace.BACK_OFF = tuple(timedelta(seconds=s) for s in (1, 2, 3, 4, 5, 90))
    background.WINDOW_SECONDS = 6.0
    wake.ALIVE = timedelta(seconds=3)
    supervisor.FROZEN_AFTER = timedelta(seconds=15)
    supervisor.RESTART_PAUSE = (0.3,) * 5
    refresh_module = sys.modules[refresh.__module__]
    refresh_module.FAILED_LOOKS = (timedelta(seconds=9), timedelta(seconds=15))  # type: ignore[attr-defined]
    studio.MANAGE = __file__


def sweep_on() -> None:
    """Sweep until somebody ends it; a database that is away is waited for."""
    from django.db import DatabaseError, close_old_connections

    from generations.worker import background, sweep

    while True:
        try:
            if not sweep.window(background.WINDOW_SECONDS, lambda: True):
                time.sleep(0.3)
        except DatabaseError:
            close_old_connections()
            time.sleep(0.5)


def main() -> None:
    sys.path[0] = str(ROOT)
    os.environ["DJANGO_SETTINGS_MODULE"] = "kiestudio.settings"
    import django
    from django.core.management import execute_from_command_line

    django.setup()
    shorten()
    if sys.argv[1:] == ["sweep"]:
        sweep_on()
    else:
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
