"""What fields hold, and what a form would send."""

from tests.page.seen import Node, attribute, elements, is_chosen, words

BUTTONS = ("submit", "button", "reset", "image")


def value(field: Node) -> str:
    """What it holds; the first choice of a list in which several are chosen."""
    return next(iter(_values(field)), "")


def is_disabled(field: Node) -> bool:
    """By itself, or with a whole group."""
    if attribute(field, "disabled") is not None:
        return True
    around = field.parent
    while around is not None:
        if around.name == "fieldset" and attribute(around, "disabled") is not None:
            return True
        around = around.parent
    return False


def sent(part: Node, root: Node) -> dict[str, list[str]]:
    """Names and values in the order of the page; of a form also what is elsewhere and belongs to it."""
    found: dict[str, list[str]] = {}
    for field in _fields(part, root):
        name = attribute(field, "name")
        kind = attribute(field, "type") if field.name == "input" else ""
        if not name or is_disabled(field) or kind in (*BUTTONS, "file"):
            continue
        if kind in ("radio", "checkbox") and attribute(field, "checked") is None:
            continue
        found.setdefault(name, []).extend(_values(field))
    return found


def _fields(part: Node, root: Node) -> list[Node]:
    inside = [node for node in elements(part, hidden=True) if node.name in ("input", "select", "textarea")]
    if part.name != "form":
        return inside
    key = attribute(part, "id")
    owned = [node for node in inside if attribute(node, "form") in (None, key)]
    others = [node for node in elements(root, hidden=True) if key and attribute(node, "form") == key]
    fields = [node for node in others if node.name in ("input", "select", "textarea")]
    return owned + [node for node in fields if not any(node is mine for mine in owned)]


def _values(field: Node) -> list[str]:
    if field.name == "textarea":
        return ["".join(child.data or "" for child in field.children)]
    if field.name == "select":
        options = [node for node in elements(field, hidden=True) if node.name == "option"]
        chosen = [node for node in options if is_chosen(node)]
        return [given if (given := attribute(node, "value")) is not None else words(node) for node in chosen]
    given = attribute(field, "value")
    if attribute(field, "type") in ("radio", "checkbox"):
        return ["on" if given is None else given]
    return [given or ""]
