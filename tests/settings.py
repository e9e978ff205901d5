"""The real settings with what tests replace: a folder of their own, cheap hashing, plain static files."""

import os
import tempfile

os.environ["DATA_DIR"] = os.environ.get("TEST_DATA_DIR") or tempfile.mkdtemp(prefix="kiestudio-test-")
for name in (
    "KIE_API_KEY",
    "KIE_WEBHOOK_KEY",
    "PUBLIC_URL",
    "EMAIL_URL",
    "EMAIL_FROM",
    "ALLOWED_HOSTS",
    "DEBUG",
    "CATALOGUE",
    "PORT",
    "LISTEN",
    "HTTPS_PROXY",
    "https_proxy",
    "SSL_CERT_FILE",
    "TRUSTED_PROXIES",
):
    os.environ.pop(name, None)

from kiestudio.settings import *  # noqa: E402, F403
from kiestudio.settings import DATA_DIR, DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"] |= {"ENGINE": "tests.sqlite", "TEST": {"NAME": DATA_DIR / "test.sqlite3"}}
    # A process that dies loses nothing by it, only a machine that does.
    DATABASES["default"]["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"
