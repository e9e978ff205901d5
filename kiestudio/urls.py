"""Addresses of the whole site."""

from django.urls import include, path

handler400 = "generations.views.errors.bad_request"
handler403 = "generations.views.errors.not_allowed"
handler404 = "generations.views.errors.not_found"
handler500 = "generations.views.errors.broken"

urlpatterns = [path("", include("generations.urls"))]
