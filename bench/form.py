"""The studio page in Chromium: what it weighs, what moves while it loads, and how it bears typing.

`python -m bench.form`; prints figures, judges nothing.
"""

import statistics
from itertools import pairwise
from os import getloadavg
from typing import Any

from bench import picker

TYPE = """async (count) => {
  const area = document.querySelector("[data-prompt]");
  area.value = "";
  area.focus();
  performance.clearResourceTimings();
  const frames = [];
  const long = [];
  const note = (list) => long.push(...list.getEntries().map(({ duration }) => duration));
  const watch = new PerformanceObserver(note);
  watch.observe({ type: "longtask" });
  let last = performance.now();
  for (let at = 0; at < count; at += 10) {
    document.execCommand("insertText", false, "quiet sea ");
    await new Promise((done) => { requestAnimationFrame(done); });
    frames.push(performance.now() - last);
    last = performance.now();
  }
  await new Promise((done) => { setTimeout(done, 100); });
  watch.disconnect();
  const kept = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/draft/"));
  return { frames, long, kept: kept.map(({ startTime }) => startTime) };
}"""
WEIGHT = """() => {
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const end = (name) => name.split("?")[0].split(".").at(-1);
  const kind = ({ name, entryType }) => (entryType === "navigation" ? "page" : end(name));
  const found = {};
  for (const one of all) found[kind(one)] = (found[kind(one)] ?? 0) + one.encodedBodySize;
  return found;
}"""
SHIFTS = """
  window.shifts = 0;
  new PerformanceObserver((list) => { for (const { value } of list.getEntries()) window.shifts += value; })
    .observe({ type: "layout-shift", buffered: true });
"""
CHARACTERS = 10_000


def look(page: Any) -> None:
    """Of a page that has just been opened."""
    page.wait_for_timeout(2000)
    print(f"load of the machine: {getloadavg()[0]:.2f}")
    weights = page.evaluate(WEIGHT)
    counted = {kind: weights.get(kind, 0) for kind in ("page", "css", "js")}
    words = ", ".join(f"{kind} {size / 1024:.1f}" for kind, size in counted.items())
    whole = sum(counted.values()) / 1024
    print(f"studio, as it is sent: {whole:.1f} KiB ({words}); layout shift {page.evaluate('shifts'):.4f}")
    typed = page.evaluate(TYPE, CHARACTERS)
    frames, kept = typed["frames"], typed["kept"]
    half = len(frames) // 2
    first, last = statistics.median(frames[:half]), statistics.median(frames[half:])
    slow = sum(frame > 25 for frame in frames)
    print(
        f"{CHARACTERS:,} characters: a frame took {first:.1f} ms in the first half, {last:.1f} in the second"
    )
    rate = len(frames) / (sum(frames) / 1000)
    print(
        f"{rate:.1f} frames a second; {slow} of {len(frames)} took more than 25 ms, at most {max(frames):.0f}"
    )
    worst = f", the worst {max(typed['long']):.0f} ms" if typed["long"] else ""
    print(f"{len(typed['long'])} long tasks, of 50 ms and more{worst}")
    apart = min((after - before for before, after in pairwise(kept)), default=0)
    took = sum(frames) / 1000
    print(f"the draft was kept {len(kept)} times in {took:.1f} s, at least {apart:.0f} ms apart")


def main() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    from bench import studio
    from generations import policy

    call_command("migrate", verbosity=0)
    person = User.objects.create_user("bench")
    policy.give_role(person, policy.Role.ADMIN)
    client = Client()
    client.force_login(person)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    with studio.running(f"{settings.SESSION_COOKIE_NAME}={key}") as served, picker.chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        address = f"http://127.0.0.1:{served.port}"
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": address}])
        page.add_init_script(SHIFTS)
        page.goto(f"{address}/studio/veo3_fast/")
        look(page)


if __name__ == "__main__":
    main()
