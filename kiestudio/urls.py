"""Addresses of the whole site."""

from django.contrib import admin
from django.urls import include, path

from generations.views import people

urlpatterns = [
    path("admin/login/", people.admin_sign_in),
    path("admin/", admin.site.urls),
    path("", include("generations.urls")),
]

handler500 = "generations.views.trouble.server_error"
