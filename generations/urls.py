"""Addresses of the app. What scripts rely on is listed in docs/architecture.md."""

from django.urls import path

from generations.views import (
    accounts,
    credits,
    files,
    gallery,
    health,
    hooks,
    models,
    news,
    people,
    queue,
    setup,
    studio,
    task,
)
from generations.views.accounts import returned
from generations.views.models import favourites, market
from generations.views.people import person
from generations.views.queue import case
from generations.views.studio import now, uploads, wishes
from generations.views.task import review

urlpatterns = [
    path("", studio.home, name="home"),
    path("studio/", studio.studio, name="studio"),
    path("studio/<path:model_id>/", studio.order, name="order"),
    path("quotes/<path:model_id>/", studio.quote, name="quote"),
    path("drafts/<path:model_id>/", wishes.draft, name="draft"),
    path("wishes/<uuid:key>/", wishes.wish, name="wish"),
    path("now/", now.now, name="now"),
    path("now/away/", now.put_away, name="put-away"),
    path("prompts/", studio.prompts, name="prompts"),
    path("uploads/", uploads.add, name="uploads"),
    path("uploads/<uuid:uuid>/", uploads.show, name="upload"),
    path("queue/", queue.queue, name="queue"),
    path("queue/sending/", queue.sending, name="sending"),
    path("queue/not-sent/", case.close_quiet, name="close-quiet"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("tasks/<uuid:uuid>/", task.task, name="task"),
    path("tasks/<uuid:uuid>/cancel/", task.cancel, name="cancel"),
    path("tasks/<uuid:uuid>/retry/", task.retry, name="retry"),
    path("tasks/<uuid:uuid>/copy/", task.copy, name="copy"),
    path("tasks/<uuid:uuid>/case/", case.case, name="case"),
    path("tasks/<uuid:uuid>/case/<str:choice>/", case.choose, name="choose"),
    path("tasks/<uuid:uuid>/review/", review.review, name="review"),
    path("tasks/<uuid:uuid>/comments/", review.comment, name="comment"),
    path("videos/<uuid:uuid>.mp4", files.video, name="video"),
    path("videos/<uuid:uuid>/everywhere.mp4", files.rendition, name="rendition"),
    path("videos/<uuid:uuid>/everywhere/", files.everywhere, name="everywhere"),
    path("posters/<uuid:uuid>.webp", files.poster, name="poster"),
    path("strips/<uuid:uuid>.webp", files.strip, name="strip"),
    path("credits/", credits.credits, name="credits"),
    path("credits/statement/", credits.statement_sheet, name="statement"),
    path("credits/ledger.csv", credits.ledger_csv, name="ledger-csv"),
    path("credits/budgets/<int:pk>/", credits.budget, name="budget"),
    path("news/", news.news, name="news"),
    path("models/", models.models, name="models"),
    path("models/ask/", market.ask, name="market-ask"),
    path("models/adopt/", market.adopt, name="adopt"),
    path("models/favourite/", favourites.favourite, name="favourite"),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", person.person, name="person"),
    path("people/<int:pk>/<str:deed>/", person.decide, name="decide"),
    path("theme/", accounts.theme, name="theme"),
    path("accounts/login/", accounts.LoginView.as_view(), name="login"),
    path("accounts/session/", accounts.session, name="session"),
    path("accounts/logout/", accounts.LogoutView.as_view(), name="logout"),
    path("accounts/unsent/", returned.returned, name="unsent"),
    path("accounts/password/", accounts.PasswordView.as_view(), name="password"),
    path("accounts/sessions/", accounts.sign_out_elsewhere, name="sign-out-elsewhere"),
    path("setup/<str:token>/", setup.setup, name="setup"),
    path("hooks/kie/<str:token>/", hooks.hook, name="hook"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
