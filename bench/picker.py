"""How long the list of models takes to open in Chromium, with 120 of them. Prints figures, judges nothing.

`python -m bench.picker`; from the press to the frame in which the rows stand.
"""

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="kiestudio-bench-")
os.environ["DJANGO_SETTINGS_MODULE"] = "kiestudio.settings"

MODELS = 120
ROUNDS = 15
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
PRESS = """() => new Promise((done) => {
  const dialog = document.querySelector("#models");
  const began = performance.now();
  const painted = () => requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
  new MutationObserver((_, watch) => {
    if (!dialog.open) return;
    watch.disconnect();
    painted();
  }).observe(dialog, { attributes: true, attributeFilter: ["open"] });
  document.querySelector("#model").click();
})"""
WRITE = """() => {
  document.activeElement?.blur();
  document.querySelector("[data-prompt]").value += "x";
}"""
"""What came ahead for the form as it was is not used for another."""
POINTED = 400
"""Milliseconds from pointing at the button to pressing it."""


def adopt_more() -> None:
    """Models of Kie's catalogue, as an admin would have taken them, until there are enough."""
    from django.utils import timezone

    from generations import catalogue
    from generations.models import MarketAnswer, MarketModel, MarketState
    from generations.simulator.market.shop import Shop

    now, kinds = timezone.now(), MarketAnswer.Kind
    shop = Shop(Path(tempfile.mkdtemp(prefix="kiestudio-bench-")))
    for _ in range(MODELS - len(catalogue.curated())):
        name = shop.play("new")
        listed = shop.models()[name]["listed"]
        schema = MarketAnswer.keep(name, kinds.SCHEMA, shop.schema(name)["openapi"])
        MarketModel.objects.create(
            model_id=name,
            listed=MarketAnswer.keep(name, kinds.LISTED, listed),
            schema=schema,
            stands_schema=schema,
            price=MarketAnswer.keep(name, kinds.PRICE, listed["pricingDesc"]),
            adopted_at=now,
        )
    MarketState.row()
    MarketState.objects.update(version=1, list_due_at=now + timedelta(days=1))


def read_files() -> None:
    """How long reading the whole catalogue takes, which each process does once."""
    from generations import catalogue
    from generations.catalogue.load import load

    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        load(Path(catalogue.__file__).parent / "models")
        times.append((time.perf_counter() - began) * 1000)
    told("the catalogue, read from its files", times)


def told(name: str, times: list[float]) -> None:
    print(f"{name:<44} median {statistics.median(times):7.1f} ms   worst {max(times):7.1f} ms")


def measure(name: str, page: Any, before: Callable[[], Any]) -> None:
    times = []
    for _ in range(ROUNDS):
        before()
        times.append(page.evaluate(PRESS))
        page.keyboard.press("Escape")
    told(name, times)


@contextmanager
def chromium() -> Iterator[Any]:
    """The installed browser, until the block ends. SystemExit without one."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise SystemExit("Chromium is not installed, so nothing is opened in it.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield browser
        browser.close()


def look(port: int, name: str, key: str) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.context.add_cookies([{"name": name, "value": key, "url": f"http://127.0.0.1:{port}"}])
        page.goto(f"http://127.0.0.1:{port}/studio/veo3_fast/")
        page.evaluate(PRESS)
        print(f"{page.locator('.pick').count()} models in the list")
        page.keyboard.press("Escape")

        def write() -> None:
            page.mouse.move(0, 0)
            page.evaluate(WRITE)

        def point() -> None:
            write()
            page.hover("#model")
            page.wait_for_timeout(POINTED)

        measure("the list of models, by its key alone", page, write)
        measure("the list of models, pointed at before", page, point)


def main() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    from bench import studio
    from generations import policy

    read_files()
    call_command("migrate", verbosity=0)
    person = User.objects.create_user("bench")
    policy.give_role(person, policy.Role.ADMIN)
    adopt_more()
    client = Client()
    client.force_login(person)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    with studio.running(f"{settings.SESSION_COOKIE_NAME}={key}") as served:
        look(served.port, settings.SESSION_COOKIE_NAME, key)


if __name__ == "__main__":
    main()
