"""Review sessions: clips in one order that everybody goes through, and what came of it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from generations import aside, policy
from generations.library.review_sessions import clips_of, listed, summary_of, watchers_of
from generations.models import ReviewSession, SessionSeen
from generations.numbers import whole
from generations.views.access import MemberRequest, member_required, own_form
from generations.views.back import next_page
from generations.views.sessions.shown import SessionPage, summary_rows
from generations.views.sessions.wish import wish_of


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def sessions(request: MemberRequest) -> HttpResponse:
    """The newest sessions; POST makes one of a view of the gallery, a plan or tasks."""
    if request.method != "POST":
        return render(request, "sessions/list.html", {"sessions": listed(request.user)})
    own_form(request)
    wish = wish_of(request.user, request.POST)
    if wish.problem:
        messages.warning(request, wish.problem)
        return redirect(next_page(request, reverse("sessions")))
    return redirect(ReviewSession.make(request.user, wish.title, wish.tasks))


@require_safe
@member_required
def session(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """The clip at the place `at`, else the first that the person has not seen; when all are, the summary."""
    found = _find(request, uuid)
    clips = clips_of(found, request.user)
    at = whole(request.GET.get("at", ""))
    named = next((clip for clip in clips if clip.row.place == at), None)
    current = named or next((clip for clip in clips if not clip.is_seen), None)
    if current is None:
        return redirect("session-summary", uuid)
    aside.note("What has been seen", lambda: SessionSeen.note(request.user, current.row))
    page = SessionPage(session=found, clips=clips, current=current)
    return render(request, "sessions/page.html", {"page": page})


@require_POST
@member_required
def seen(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Note that the person was shown the clip at the place `at`."""
    at = whole(request.POST.get("at", ""))
    clip = get_object_or_404(_find(request, uuid).clips.all(), place=at)
    SessionSeen.note(request.user, clip)
    return HttpResponse(status=204)


@require_safe
@member_required
def summary(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """What everybody said, the clip with the most stars first."""
    found = _find(request, uuid)
    context = {
        "session": found,
        "rows": summary_rows(summary_of(found, request.user)),
        "watchers": watchers_of(found),
        "may_remove": policy.may_remove_session(request.user, found),
    }
    return render(request, "sessions/summary.html", context)


@require_POST
@member_required
def remove(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Remove the session. Its clips stay, and what was said of them."""
    found = _find(request, uuid)
    if not policy.may_remove_session(request.user, found):
        raise PermissionDenied("Who made a session, or an admin, may remove it.")
    found.delete()
    messages.success(request, f"“{found.title}” is removed. Its clips stay, and what was said of them.")
    return redirect("sessions")


def _find(request: MemberRequest, uuid: UUID) -> ReviewSession:
    return get_object_or_404(policy.visible_sessions(request.user), uuid=uuid)
