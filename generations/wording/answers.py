"""What Kie answered, or how it kept silent, in words: from the facts of a KieError."""

from generations.kie.errors import SILENCES, Silence
from generations.models.obstacle import Facts

LONGEST = 300
"""Maximum characters of Kie's own words shown within a sentence of ours."""


def said(facts: Facts) -> str:
    """The facts of a KieError: how the connection failed, or Kie's own words in quotation marks."""
    if facts.get("silence"):
        return f"{silence(facts)}."
    return f"“{words(facts)}”."


def silence(facts: Facts) -> str:
    how = str(facts.get("silence", ""))
    known = Silence(how) if how in list(Silence) else Silence.OTHER
    host = str(facts.get("host", ""))
    return f"{SILENCES[known]} ({host})" if host else SILENCES[known]


def words(facts: Facts) -> str:
    """The answer's text, with its codes."""
    text, code, status = facts.get("text", ""), facts.get("code"), facts.get("status")
    text = " ".join(str(text).split())
    text = text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"
    seen = [f"code {code}"] if code is not None else []
    if status not in (None, 200, code):
        seen.append(f"HTTP status {status}")
    return f"{text} ({', '.join(seen)})" if seen else text
