"""What Kie's filter says was the reason, as far as it says it."""

import re

REASONS = (
    (re.compile(r"\bminors?\b", re.IGNORECASE), "it sees a minor"),
    (
        re.compile(r"prominent|public figure|celebrit|real person", re.IGNORECASE),
        "it sees a well-known person",
    ),
    (re.compile(r"unsafe image", re.IGNORECASE), "it calls an image unsafe"),
    (re.compile(r"copyright|trademark", re.IGNORECASE), "it sees what is protected by copyright"),
)
"""The first three: “public error minor upload” and its like (docs.kie.ai, get Veo 3.1 details)."""
QUOTED = re.compile(r"[\"“”]([^\"“”]{2,60})[\"“”]|'([^']{2,60})'(?!\w)|\(([^()]{2,60})\)")


def reason(text: str) -> str:
    """Why the filter refused, in our words: “it sees a minor”; empty when it does not say."""
    return next((words for pattern, words in REASONS if pattern.search(text)), "")


def words_named(prompt: str, text: str) -> list[str]:
    """The words of the prompt that Kie's answer quotes, each once, as they stand in the prompt."""
    found: dict[str, str] = {}
    for groups in QUOTED.findall(text):
        quoted = next(filter(None, groups)).strip(" .,;:")
        named = re.search(re.escape(quoted), prompt, re.IGNORECASE) if quoted else None
        if named:
            found.setdefault(quoted.casefold(), named[0])
    return list(found.values())
