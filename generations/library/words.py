"""Which words of prompts the team has approved, and how often."""

import re
from collections import Counter
from dataclasses import dataclass

from django.db.models import Case, When

from generations import policy
from generations.library.takes import ENOUGH, Share
from generations.models import State, Verdict
from generations.models.review import judged, unjudged

LOOKED_AT = 400
"""The newest judged clips."""
MOST_WORDS = 12
_WORD = re.compile(r"[^\W\d_]{4,}")
SMALL = frozenset(
    {
        *("about", "above", "across", "after", "against", "along", "also", "among", "around", "away", "back"),
        *("because", "been", "before", "behind", "being", "below", "beneath", "beside", "between", "both"),
        *("does", "down", "during", "each", "every", "from", "have", "having", "here", "inside", "into"),
        *("itself", "just", "like", "made", "make", "more", "most", "much", "near", "only", "other", "over"),
        *("same", "should", "some", "such", "than", "that", "their", "them", "then", "there", "these"),
        *("they", "this", "those", "through", "toward", "towards", "under", "until", "upon", "very"),
        *("what", "when", "where", "which", "while", "with", "within", "without", "your"),
    }
)
"""Words that say nothing about a clip."""


@dataclass(frozen=True, kw_only=True)
class WordShare:
    word: str
    share: Share

    @property
    def percent(self) -> int:
        return round(100 * self.share.approved / self.share.judged)


def words_that_worked(person: policy.Person) -> list[WordShare]:
    """Those in enough judged clips to mean something, the most approved first. One query."""
    clips = policy.visible_tasks(person).filter(state=State.READY).exclude(unjudged())
    is_good = Case(When(judged(Verdict.APPROVED), then=1), default=0)
    rows = clips.annotate(good=is_good).order_by("-created_at").values_list("words", "good")[:LOOKED_AT]
    in_all: Counter[str] = Counter()
    approved: Counter[str] = Counter()
    for text, good in rows:
        words = set(_WORD.findall(text)) - SMALL
        in_all.update(words)
        approved.update(words if good else ())
    found = [
        WordShare(word=word, share=Share(approved=approved[word], judged=n))
        for word, n in in_all.items()
        if n >= ENOUGH
    ]
    return sorted(found, key=lambda one: (-one.percent, -one.share.judged, one.word))[:MOST_WORDS]
