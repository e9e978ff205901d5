"""What an element is, and by which name it is found: as a browser tells screen readers."""

from tests.page.seen import Node, attribute, elements, spoken

_TAGS = {
    "heading": "h1 h2 h3 h4 h5 h6",
    "button": "button summary",
    "list": "ul ol menu",
    "group": "fieldset details",
    "listitem": "li",
    "row": "tr",
    "cell": "td",
    "status": "output",
    "progressbar": "progress",
    "textbox": "textarea",
    "region": "section",
    "navigation": "nav",
    "complementary": "aside",
    "term": "dt",
    "definition": "dd",
}
_OF_THEIR_NAME = ("table", "option", "dialog", "main", "article", "form", "video", "audio")
_TYPES = {
    "button": "button submit reset image",
    "checkbox": "checkbox",
    "radio": "radio",
    "spinbutton": "number",
    "slider": "range",
    "searchbox": "search",
    "file": "file",
    "": "hidden",
}
ROLES = {tag: role for role, tags in _TAGS.items() for tag in tags.split()} | {t: t for t in _OF_THEIR_NAME}
INPUTS = {kind: role for role, kinds in _TYPES.items() for kind in kinds.split()}
FIELDS = (
    "textbox",
    "switch",
    "searchbox",
    "spinbutton",
    "slider",
    "combobox",
    "listbox",
    "checkbox",
    "radio",
    "file",
)
FROM_CONTENT = {
    *("button", "link", "heading", "row", "cell", "columnheader", "rowheader", "option", "tab", "listitem"),
    *("alert", "status", "term", "definition", "article", "menuitem", "switch"),
}


def role(node: Node) -> str:
    """Empty for what has none."""
    if given := attribute(node, "role"):
        return given
    match node.name:
        case "a":
            return "link" if attribute(node, "href") is not None else ""
        case "input":
            return INPUTS.get(attribute(node, "type") or "text", "textbox")
        case "select":
            return "listbox" if attribute(node, "multiple") is not None else "combobox"
        case "img":
            return "" if attribute(node, "alt") == "" else "img"
        case "th":
            return "rowheader" if attribute(node, "scope") == "row" else "columnheader"
    return ROLES.get(node.name, "")


def name(node: Node, root: Node) -> str:
    """The words by which it is found; empty when it has none. Others are referred to in the whole `root`."""
    if ids := attribute(node, "aria-labelledby"):
        return " ".join(filter(None, (spoken(found) for found in by_id(root, ids))))
    for given in (attribute(node, "aria-label"), _of_its_kind(node, root), attribute(node, "title")):
        if given:
            return given
    return attribute(node, "placeholder") or ""


def by_id(root: Node, ids: str) -> list[Node]:
    """The elements with these ids, shown or not, in the order of the ids, without those that are missing."""
    wanted = ids.split()
    found = {attribute(node, "id"): node for node in elements(root, hidden=True)}
    return [found[name] for name in wanted if name in found]


def _of_its_kind(node: Node, root: Node) -> str:
    kind = role(node)
    if node.name in ("input", "textarea", "select") and kind != "button":
        return _label(node, root)
    if node.name == "input":
        return attribute(node, "value") or ""
    if node.name in ("fieldset", "table", "figure"):
        heads = ("legend", "caption", "figcaption")
        return next((spoken(child) for child in node.children if child.name in heads), "")
    if node.name == "details":
        return next((spoken(child) for child in node.children if child.name == "summary"), "")
    if node.name == "img":
        return attribute(node, "alt") or ""
    return spoken(node) if kind in FROM_CONTENT else ""


def _label(node: Node, root: Node) -> str:
    key = attribute(node, "id")
    for label in elements(root):
        if label.name == "label" and key and attribute(label, "for") == key:
            return spoken(label)
    around = node.parent
    while around is not None and around.name != "label":
        around = around.parent
    return spoken(around) if around is not None else ""
