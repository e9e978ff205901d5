"""Who may do what, and which rows a person may see. Only this module knows what a role means.

Django's groups, permissions and superuser flag have no effect here.
"""

from collections.abc import Iterable
from typing import Any, TypeGuard

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from generations.models import (
    Asset,
    Board,
    Comment,
    LibraryItem,
    Membership,
    Plan,
    Review,
    ReviewSession,
    Runtime,
    SavedView,
    Share,
    Task,
)
from generations.models.board import BoardQuerySet
from generations.models.membership import Role as Role
from generations.models.plan import PlanQuerySet
from generations.models.task import TaskQuerySet

Person = User | AnonymousUser


def role(person: Person) -> Role | None:
    """None: signed out, deactivated, not in the team, or still on a password that an admin made."""
    found = membership(person)
    return None if found is None or found.password_until else Role(found.role)


def membership(person: Person) -> Membership | None:
    """The team membership of a person who may sign in; read once per request."""
    if not person.is_authenticated or not person.is_active:
        return None
    return getattr(person, "membership", None)


def needs_password(person: Person) -> bool:
    """Whether the person has to choose their own password before anything else."""
    found = membership(person)
    return found is not None and found.password_until is not None


def is_member(person: Person) -> TypeGuard[User]:
    return role(person) is not None


def may_order(person: Person) -> bool:
    return role(person) in (Role.ADMIN, Role.CREATOR)


def may_administer(person: Person) -> bool:
    return role(person) is Role.ADMIN


def may_change(person: Person, task: Task) -> bool:
    """Cancel, retry: people may change their own tasks, an admin everybody's."""
    return may_administer(person) or (may_order(person) and task.person_id == person.pk)


def may_change_plan(person: Person, plan: Plan) -> bool:
    """Pause, cancel: people may change their own plans, an admin everybody's. Only its person orders it."""
    return may_administer(person) or may_order_plan(person, plan)


def may_order_plan(person: Person, plan: Plan) -> bool:
    """Change its rows and order it: it is paid by the budget of its person."""
    return may_order(person) and plan.person_id == person.pk


def visible_plans(person: Person) -> PlanQuerySet:
    """The plans that a person may see: members see all plans of the team, as they see its tasks."""
    plans: PlanQuerySet = Plan.objects.all()
    return plans if is_member(person) else plans.none()


def visible_tasks(person: Person) -> TaskQuerySet:
    """The tasks that a person may see: members see all tasks of the team, anybody else none."""
    tasks: TaskQuerySet = Task.objects.all()
    return tasks if is_member(person) else tasks.none()


def visible_sessions(person: Person) -> QuerySet[ReviewSession]:
    """The review sessions of the team, for its members; of the clips in them each sees their own share."""
    sessions = ReviewSession.objects.select_related("person")
    return sessions if is_member(person) else sessions.none()


def may_remove_session(person: Person, session: ReviewSession) -> bool:
    """Who made it, and admins; what was said in it stays with the clips."""
    return session.person_id == person.pk or may_administer(person)


def visible_assets(person: Person) -> QuerySet[Asset]:
    """The files a person may see and order with: members all of the team's, anybody else none."""
    assets = Asset.objects.all()
    return assets if is_member(person) else assets.none()


def visible_library(person: Person) -> QuerySet[LibraryItem]:
    """What is in the library for a person: their own items and the team's."""
    items = LibraryItem.objects.filter(Q(person_id=person.pk) | Q(is_shared=True), removed_at=None)
    return items if is_member(person) else items.none()


def removed_library(person: Person) -> QuerySet[LibraryItem]:
    """The removed items that a person may bring back: those that they may change."""
    mine = Q(person_id=person.pk) | Q(is_shared=True) if may_administer(person) else Q(person_id=person.pk)
    items = LibraryItem.objects.filter(mine).exclude(removed_at=None)
    return items if is_member(person) else items.none()


def may_change_item(person: Person, item: LibraryItem) -> bool:
    """Edit, remove: people may change their own items, an admin the team's, too."""
    return item.person_id == person.pk or (item.is_shared and may_administer(person))


def visible_views(person: Person) -> QuerySet[SavedView]:
    """The saved views of the gallery for a person: their own and the team’s."""
    views = SavedView.objects.filter(Q(person_id=person.pk) | Q(is_shared=True))
    return views if is_member(person) else views.none()


def changeable_views(person: Person) -> QuerySet[SavedView]:
    """Those that a person may remove: their own, and an admin the team’s, too."""
    views = visible_views(person)
    return views if may_administer(person) else views.filter(person_id=person.pk)


def visible_boards(person: Person) -> BoardQuerySet:
    """The boards that a person may see and arrange: their own and the team's."""
    boards: BoardQuerySet = Board.objects.filter(Q(person_id=person.pk) | Q(is_shared=True))
    return boards if is_member(person) else boards.none()


def may_change_board(person: Person, board: Board) -> bool:
    """Rename, make private, delete: people may do it to their own boards, an admin to the team's, too."""
    return board.person_id == person.pk or (board.is_shared and may_administer(person))


def may_share(person: Person) -> bool:
    """Make links for guests, of what the person sees."""
    return may_order(person)


def visible_shares(person: Person) -> QuerySet[Share]:
    """The links that a person may see, withdraw and keep open: their own, an admin everybody's."""
    shares = Share.objects.all()
    if may_administer(person):
        return shares
    return shares.filter(person_id=person.pk) if may_share(person) else shares.none()


def lasting_shares() -> QuerySet[Share]:
    """The links that can be kept open: not withdrawn, and their makers may share still.

    So nobody leaves a way in.
    """
    makers = [Role.ADMIN, Role.CREATOR]
    theirs = Share.objects.filter(person__is_active=True, person__membership__role__in=makers)
    return theirs.filter(revoked_at=None)


def open_shares() -> QuerySet[Share]:
    """The links that guests may use now: those that are not over, of those that can be kept open."""
    return lasting_shares().filter(expires_at__gt=timezone.now())


def viewers_of(task: Task) -> QuerySet[User]:
    """Everybody who sees this task, so who may be named in a comment on it: the whole team."""
    return members().filter(membership__isnull=False)


def may_edit_comment(person: Person, comment: Comment) -> bool:
    """Other words for it: only by who wrote it."""
    return is_member(person) and comment.person_id == person.pk


def may_delete_comment(person: Person, comment: Comment) -> bool:
    """People may delete their own comments, an admin everybody's."""
    return may_edit_comment(person, comment) or may_administer(person)


def rates_first(person: Person, task: Task, reviews: Iterable[Review]) -> bool:
    """Whether what others think of a clip is hidden from a person until they have given it stars.

    `reviews` are all of the task. The clip's own person is asked for none.
    """
    if task.person_id == person.pk or any(r.stars and r.person_id == person.pk for r in reviews):
        return False
    return _blind().exists()


def blinded(tasks: QuerySet[Task], person: User) -> QuerySet[Any]:
    """Tasks with `rates_first`, as the function of that name, and the person’s `own_verdict`."""
    own = Review.objects.filter(task=OuterRef("pk"), person=person)
    is_first = ExpressionWrapper(~_own_or_rated(person) & Q(Exists(_blind())), BooleanField())
    return tasks.annotate(rates_first=is_first, own_verdict=Subquery(own.values("verdict")))


def as_known(person: User, *, of_team: Q, own: Q) -> Q:
    """Tasks of which it is so for the team; of those that the person has to rate first, for them alone."""
    if not _blind().exists():
        return of_team
    knows = _own_or_rated(person)
    return (knows & of_team) | (~knows & own)


def _blind() -> QuerySet[Runtime]:
    """A row while people rate blind, else none."""
    return Runtime.objects.filter(pk=1, rates_blind=True)


def _own_or_rated(person: User) -> Q:
    """Tasks of the person, and those that they have given stars."""
    rated = Review.objects.filter(task=OuterRef("pk"), person=person, stars__isnull=False)
    return Q(person=person) | Q(Exists(rated))


def members() -> QuerySet[User]:
    """Everybody who may sign in, with their memberships."""
    people = User.objects.filter(is_active=True).select_related("membership")
    return people.order_by("first_name", "username")


def admins() -> QuerySet[User]:
    """People who can administer now: admins with a password they chose themselves."""
    return members().filter(membership__role=Role.ADMIN, membership__password_until=None)


def give_role(person: User, new: Role) -> None:
    """Store the role. Decisions by people go through decisions.people, which checks and records them."""
    found, _ = Membership.objects.update_or_create(person=person, defaults={"role": new})
    person.membership = found
    if person.is_staff or person.is_superuser:
        person.is_staff = person.is_superuser = False
        person.save(update_fields=["is_staff", "is_superuser"])
