"""An answer that is on its way for so long that something is done meanwhile."""

import time

from playwright.sync_api import APIResponse, Page, Request, Route

WITHIN = 90.0
"""Seconds that a page, and then the server, may take on a machine that does much else."""


class Held:
    """Keeps back the next answer for a part of the page, or at an address. The server has given it."""

    def __init__(self, page: Page, part: str, method: str = "GET") -> None:
        self.page, self.part, self.method = page, part, method
        self.asked_again = 0
        """How often the part has asked since the answer was let go."""
        self.route: Route | None = None
        self.answer: APIResponse | None = None
        self.gone = False
        page.route("**/*", self._line)

    def _line(self, route: Route) -> None:
        if not self._asks(route.request):
            return route.fallback()
        if self.route:
            self.asked_again += self.gone
            return route.fallback()
        self.route = route
        self.answer = route.fetch(timeout=WITHIN * 1000)
        return None

    def _asks(self, request: Request) -> bool:
        place = request.headers.get("hx-target") == self.part or request.url.endswith(self.part)
        return request.method == self.method and place

    def until_asked(self) -> None:
        ends = time.monotonic() + WITHIN
        while not self.answer:
            assert time.monotonic() < ends, f"#{self.part} has asked nothing."
            self.page.wait_for_timeout(20)

    def let_go(self) -> None:
        """Let it arrive, and wait until the page has taken it in."""
        assert self.route
        assert self.answer
        self.gone, held = True, self.route.request
        with self.page.expect_event("requestfinished", lambda request: request == held):
            self.route.fulfill(response=self.answer)
        self.page.evaluate("() => new Promise((done) => { setTimeout(done, 100); })")
