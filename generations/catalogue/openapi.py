"""One OpenAPI document, walked safely: references stay inside it, loops and missing targets end."""

from collections.abc import Mapping
from urllib.parse import unquote

from generations.catalogue.unreadable import Fault, Unreadable

Node = Mapping[str, object]
DEEPEST = 20


def operation(document: object) -> tuple[str, Node]:
    """Path and body schema of the first POST. Raises Unreadable."""
    paths = _mapping(_mapping(document, "document").get("paths"), "paths")
    for path, calls in paths.items():
        post = calls.get("post") if isinstance(calls, Mapping) else None
        if post is not None:
            body: object = _mapping(post, "post")
            for key in ("requestBody", "content", "application/json", "schema"):
                body = resolved(_mapping(body, "request").get(key), document)
            return path, _mapping(body, "body")
    raise Unreadable(Fault.NO_CALL)


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
        found = _mapping(node, "schema")
        reference = found.get("$ref")
        beside = {**{k: v for k, v in found.items() if k != "$ref"}, **beside}
        if reference is None:
            return beside
        node = _target(reference, document)
    raise Unreadable(Fault.CIRCLE)


def _target(reference: object, document: object) -> object:
    """`#/components/schemas/media%20url`: percent-decoded, then ~1 and ~0 (RFC 6901)."""
    if not isinstance(reference, str) or not reference.startswith("#/"):
        raise Unreadable(Fault.OUTSIDE, text=str(reference)[:80])
    node: object = document
    for part in reference[2:].split("/"):
        key = unquote(part).replace("~1", "/").replace("~0", "~")
        if not isinstance(node, Mapping) or key not in node:
            raise Unreadable(Fault.NOWHERE, text=reference[:80])
        node = node[key]
    return node


def _mapping(node: object, part: str) -> Node:
    if not isinstance(node, Mapping):
        raise Unreadable(Fault.MISSING if node is None else Fault.NO_OBJECT, part=part)
    return node
