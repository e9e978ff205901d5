"""What the studio remembers: the database models."""

from generations.models.approval_limit import ApprovalLimit
from generations.models.asset import Asset
from generations.models.audit import Audit
from generations.models.board import Board, BoardClip
from generations.models.change import Change
from generations.models.comment import Comment, CommentVersion, Mention
from generations.models.credit import Budget, CreditsField, Entry, Known, Reading
from generations.models.draft import Draft
from generations.models.event import Event
from generations.models.favourite import Favourite
from generations.models.filling import Filling
from generations.models.happened import Happened
from generations.models.hint import Hint
from generations.models.library_item import (
    ItemContent,
    LibraryItem,
    LibraryStar,
    LibraryUse,
    LibraryVersion,
)
from generations.models.market import MarketAnswer, MarketChange, MarketModel, MarketState
from generations.models.membership import Membership
from generations.models.obstacle import Obstacle
from generations.models.pick import Pick
from generations.models.plan import Plan, PlanRow
from generations.models.preferences import Preferences
from generations.models.priced_values import PricedValues
from generations.models.prompt import Prompt
from generations.models.put_away import PutAway
from generations.models.rendition import Rendition
from generations.models.review import Review, Verdict
from generations.models.review_session import ReviewSession, SessionClip, SessionSeen
from generations.models.runtime import Lease, Pause, Runtime
from generations.models.saved_view import SavedView
from generations.models.search_text import SearchText
from generations.models.send import Send
from generations.models.share import GuestComment, GuestReview, Share, ShareClip, ShareGuest, ShareLook
from generations.models.sign_in import WrongPasswords
from generations.models.state import State
from generations.models.task import Task
from generations.models.task_input import TaskInput
from generations.models.track_record import TrackRecord
from generations.models.video import Video
from generations.models.visit import Seen, Visit

__all__ = [
    "ApprovalLimit",
    "Asset",
    "Audit",
    "Board",
    "BoardClip",
    "Budget",
    "Change",
    "Comment",
    "CommentVersion",
    "CreditsField",
    "Draft",
    "Entry",
    "Event",
    "Favourite",
    "Filling",
    "GuestComment",
    "GuestReview",
    "Happened",
    "Hint",
    "ItemContent",
    "Known",
    "Lease",
    "LibraryItem",
    "LibraryStar",
    "LibraryUse",
    "LibraryVersion",
    "MarketAnswer",
    "MarketChange",
    "MarketModel",
    "MarketState",
    "Membership",
    "Mention",
    "Obstacle",
    "Pause",
    "Pick",
    "Plan",
    "PlanRow",
    "Preferences",
    "PricedValues",
    "Prompt",
    "PutAway",
    "Reading",
    "Rendition",
    "Review",
    "ReviewSession",
    "Runtime",
    "SavedView",
    "SearchText",
    "Seen",
    "Send",
    "SessionClip",
    "SessionSeen",
    "Share",
    "ShareClip",
    "ShareGuest",
    "ShareLook",
    "State",
    "Task",
    "TaskInput",
    "TrackRecord",
    "Verdict",
    "Video",
    "Visit",
    "WrongPasswords",
]
