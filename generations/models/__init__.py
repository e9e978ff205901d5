"""What is remembered."""

from generations.models.audit import Audit
from generations.models.credit import Budget, CreditsField, Entry, Reading
from generations.models.draft import Draft
from generations.models.hint import Hint
from generations.models.prompt import Prompt
from generations.models.put_away import PutAway
from generations.models.review import Comment, Review, Verdict
from generations.models.runtime import Lease, Pause, Runtime
from generations.models.send import Send
from generations.models.task import Event, State, Task
from generations.models.upload import Upload
from generations.models.video import Copy, Video

__all__ = [
    "Audit",
    "Budget",
    "Comment",
    "Copy",
    "CreditsField",
    "Draft",
    "Entry",
    "Event",
    "Hint",
    "Lease",
    "Pause",
    "Prompt",
    "PutAway",
    "Reading",
    "Review",
    "Runtime",
    "Send",
    "State",
    "Task",
    "Upload",
    "Verdict",
    "Video",
]
