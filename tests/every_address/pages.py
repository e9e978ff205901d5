"""What pages ask for: their forms, buttons and links, read from the HTML as a browser reads it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asked:
    """One request that a page offers, with the values that stand in it."""

    method: str
    path: str
    pairs: Pairs = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted({name for name, _ in self.pairs}))

    @property
    def shape(self) -> tuple[str, ...]:
        return (self.method, *self.names)


@dataclass
class _Form:
    method: str
    action: str
    more: list[str] = field(default_factory=list)
    """Addresses that parts of the form ask as well."""
    pairs: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Reader(HTMLParser):
    """Reads one page that came from a path."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._forms: list[_Form] = []
        self._open: _Form | None = None
        self._links: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = _Form(found.get("method", "get").upper(), found.get("action") or self._path)
            self._forms.append(self._open)
        for name, method in (("href", "GET"), ("hx-get", "GET"), ("hx-post", "POST"), ("formaction", "POST")):
            if found.get(name) and (name != "href" or tag == "a"):
                self._ask(method, found[name])
        if self._open is not None:
            self._take(self._open, tag, found)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None

    def _take(self, form: _Form, tag: str, found: dict[str, str]) -> None:
        """A field with the value that stands in it; where one is chosen, the first or the chosen one."""
        name, value = found.get("name", ""), found.get("value", "")
        names = [known for known, _ in form.pairs]
        if tag == "option" and form.pairs:
            if "selected" in found or not form.pairs[-1][1]:
                form.pairs[-1] = (form.pairs[-1][0], value)
        elif tag == "button" and name:
            form.buttons.append((name, value))
        elif found.get("type") in ("radio", "checkbox") and name in names:
            if "checked" in found:
                form.pairs[names.index(name)] = (name, value)
        elif name:
            form.pairs.append((name, value))

    def _ask(self, method: str, address: str) -> None:
        if method == "POST" and self._open is not None:
            self._open.more.append(address)
        else:
            self._links.append((method, address))

    def asked(self) -> Iterator[Asked]:
        for method, address in self._links:
            yield from self._at(method, address, ())
        for form in self._forms:
            pairs = tuple(form.pairs)
            for action in {form.action, *form.more}:
                yield from self._at(form.method, action, pairs)
                for button in form.buttons:
                    yield from self._at(form.method, action, (*pairs, button))

    def _at(self, method: str, address: str, pairs: Pairs) -> Iterator[Asked]:
        parts = urlsplit(urljoin(f"http://testserver{self._path}", address))
        if parts.netloc == "testserver":
            yield Asked(method, parts.path, (*parse_qsl(parts.query, keep_blank_values=True), *pairs))


def asked_by(path: str, html: str) -> list[Asked]:
    """Every request that the page offers, each once."""
    reader = Reader(path)
    reader.feed(html)
    return list(dict.fromkeys(reader.asked()))
