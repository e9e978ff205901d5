"""One OpenAPI document, walked safely: references stay inside it, loops and missing targets end."""

from collections.abc import Mapping
from urllib.parse import unquote

Node = Mapping[str, object]
DEEPEST = 20


class Unreadable(Exception):
    """What about a document cannot be read, in words for people."""


def operation(document: object) -> tuple[str, Node]:
    """Path and body schema of the first POST. Raises Unreadable."""
    paths = _mapping(_mapping(document, "the document").get("paths"), "“paths”")
    for path, calls in paths.items():
        post = calls.get("post") if isinstance(calls, Mapping) else None
        if post is not None:
            body: object = _mapping(post, "“post”")
            for key in ("requestBody", "content", "application/json", "schema"):
                body = resolved(_mapping(body, "the request").get(key), document)
            return path, _mapping(body, "the request’s schema")
    raise Unreadable("it describes no call that orders something")


def summary(document: object) -> str:
    """The name that the first POST carries; empty without one."""
    paths = document.get("paths") if isinstance(document, Mapping) else None
    for calls in paths.values() if isinstance(paths, Mapping) else ():
        post = calls.get("post") if isinstance(calls, Mapping) else None
        if isinstance(post, Mapping):
            text = post.get("summary")
            return text if isinstance(text, str) else ""
    return ""


def resolved(node: object, document: object) -> Node:
    """The node with its reference followed; what stands beside the reference wins. Raises Unreadable."""
    beside: dict[str, object] = {}
    for _ in range(DEEPEST):
        found = _mapping(node, "a schema")
        reference = found.get("$ref")
        beside = {**{k: v for k, v in found.items() if k != "$ref"}, **beside}
        if reference is None:
            return beside
        node = _target(reference, document)
    raise Unreadable("its references lead in a circle")


def _target(reference: object, document: object) -> object:
    """`#/components/schemas/media%20url`: percent-decoded, then ~1 and ~0 (RFC 6901)."""
    if not isinstance(reference, str) or not reference.startswith("#/"):
        raise Unreadable(f"it refers to “{str(reference)[:80]}”, outside of its own document")
    node: object = document
    for part in reference[2:].split("/"):
        key = unquote(part).replace("~1", "/").replace("~0", "~")
        if not isinstance(node, Mapping) or key not in node:
            raise Unreadable(f"its reference “{reference[:80]}” leads nowhere")
        node = node[key]
    return node


def _mapping(node: object, what: str) -> Node:
    if not isinstance(node, Mapping):
        raise Unreadable(f"{what} is not an object" if node is not None else f"{what} is missing")
    return node
