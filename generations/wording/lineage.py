"""How one task came of another, in words that stand behind the number of the other one."""

from generations import catalogue
from generations.library.lineage import How, Node

ABOVE = {
    How.RETRY: "tried before",
    How.ANSWER: "its changes are answered",
    How.CONTINUED: "goes on from it",
    How.CLIP: "its clip was given",
}
BELOW = {How.RETRY: "tried again", How.ANSWER: "answers the changes", How.CLIP: "was given the clip"}


def how_it_came(node: Node) -> str:
    """“Extension”, “tried before”, “its frame at 3.02 s was given”."""
    moment = f"frame at {node.edge.at_ms / 1000:.2f} s"
    if node.level < 0:
        return ABOVE.get(How(node.edge.how), f"its {moment} was given")
    if node.edge.how == How.CONTINUED:
        spec = catalogue.find(node.task.model_id)
        return spec.continues.does if spec and spec.continues else node.task.label
    return BELOW.get(How(node.edge.how), f"was given the {moment}")
