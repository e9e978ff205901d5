"""All settings, from the environment. A bad value aborts the start by name (see docs/settings.md)."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from kiestudio.environment import Environment, host_of, kept_secret

os.umask(0o077)  # Here, because every process and command of ours reads the settings first.

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

KIE_API_KEY = env.secret("KIE_API_KEY")
SANDBOX = not KIE_API_KEY
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var", "sandbox" if SANDBOX else "")
DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret("SECRET_KEY") or kept_secret(DATA_DIR / "secret-key")
LISTEN = env.text("LISTEN", "0.0.0.0").strip("[]")  # noqa: S104
PORT = env.number("PORT", 8000, low=1, high=65535)
PUBLIC_URL = env.origin("PUBLIC_URL")
PUBLIC_HOST = host_of(PUBLIC_URL)
NAMED_HOSTS = env.words("ALLOWED_HOSTS", "" if PUBLIC_HOST else "*")
ALLOWED_HOSTS = [*NAMED_HOSTS, PUBLIC_HOST] if PUBLIC_HOST else NAMED_HOSTS
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", -1, low=0, high=9)
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
LOG_LEVEL = env.one_of("LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR"})

KIE_AI = "https://api.kie.ai"
KIE_API_URL = env.key_server("KIE_API_URL", KIE_AI)
KIE_UPLOAD_URL = env.key_server(
    "KIE_UPLOAD_URL", "https://kieai.redpandaai.co" if KIE_API_URL == KIE_AI else KIE_API_URL
)
KIE_WEBHOOK_KEY = env.secret("KIE_WEBHOOK_KEY")
DEFAULT_MEDIA_HOSTS = ["kie.ai", "aiquickdraw.com", "redpandaai.co"]
KIE_MEDIA_HOSTS = env.words("KIE_MEDIA_HOSTS") or DEFAULT_MEDIA_HOSTS
KIE_ALLOW_PRIVATE_HOSTS = env.flag("KIE_ALLOW_PRIVATE_HOSTS", default=False)
HTTPS_PROXY = env.proxy("HTTPS_PROXY")
NO_PROXY = env.words("NO_PROXY") or env.words("no_proxy")
SSL_CERT_FILE = env.certificates("SSL_CERT_FILE")
SANDBOX_SPEED = env.one_of("SANDBOX_SPEED", "quick", {"instant", "quick", "realistic"})

MEDIA_ACCEL_PREFIX = env.text("MEDIA_ACCEL_PREFIX")
ZIP_GB = env.number("ZIP_GB", 20, low=1, high=10_000)
WEB_CONNECTIONS = env.number("WEB_CONNECTIONS", 2000, low=20, high=100_000)
WEB_CONNECTIONS_PER_ADDRESS = env.number("WEB_CONNECTIONS_PER_ADDRESS", 256, low=4, high=100_000)
WEB_IDLE_SECONDS = env.number("WEB_IDLE_SECONDS", 15, low=1, high=600)
WEB_HEAD_SECONDS = env.number("WEB_HEAD_SECONDS", 10, low=1, high=600)
WEB_HEAD_KB = env.number("WEB_HEAD_KB", 32, low=8, high=1024)
WEB_BODY_SECONDS = env.number("WEB_BODY_SECONDS", 30, low=1, high=3600)
WEB_BODY_KB = env.number("WEB_BODY_KB", 256, low=64, high=2048)
WEB_BODIES_MB = env.number("WEB_BODIES_MB", 64, low=8, high=10_000)
WEB_UPLOAD_MB = env.number("WEB_UPLOAD_MB", 520, low=1, high=10_000)
WEB_SEND_SECONDS = env.number("WEB_SEND_SECONDS", 60, low=1, high=3600)

vars().update(env.mail("EMAIL_URL"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", f"KieStudio <studio@{PUBLIC_HOST or 'localhost'}>")

CATALOGUE = env.one_of("CATALOGUE", "card", {"card", "live"})
LOW_BALANCE = env.number("LOW_BALANCE", 500, low=0, high=10**9)
ADOPT_BELOW = env.number("ADOPT_BELOW", 0, low=0, high=100_000)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "django_q",
    "axes",
    "csp",
    "generations",
]

MIDDLEWARE = [
    "generations.views.health.Probes",
    "django.middleware.security.SecurityMiddleware",
    "kiestudio.static.WholeFiles",
    "kiestudio.compression.PagesCompressed",
    "csp.middleware.CSPMiddleware",
    "generations.views.errors.hosts.KnownHosts",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "generations.views.access.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "kiestudio.urls"
WSGI_APPLICATION = "kiestudio.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATE_LOADERS = ["kiestudio.templates.Lean", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", TEMPLATE_LOADERS)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "generations.views.frame.frame",
            ],
        },
    }
]

DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR / "kiestudio.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "generations.sign_in.TeamBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_HANDLER = "generations.sign_in.Handler"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_NOTES = DATA_DIR / "static-notes"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "kiestudio.static.StaticFiles"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
CSRF_FAILURE_VIEW = "generations.views.errors.csrf.refused"
# KnownHosts redirects http, only when a proxy says that it was http: behind a proxy that says nothing,
# browsers would loop. Subdomains and the browsers' preload list are for the domain's owner to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]
SESSION_ENGINE = "kiestudio.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

Q_CLUSTER = {
    "name": "kiestudio",
    "label": "Background",
    "orm": "default",
    "workers": 2,
    "queue_limit": 2,
    "bulk": 1,
    "poll": 0.5,
    "timeout": 600,
    "retry": 1500,
    "max_attempts": 1,
    "ack_failures": True,
    "catch_up": False,
    "save_limit": -1,
    "recycle": 500,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "kiestudio.logs.Line",
            "format": "{asctime} {levelname:7} {name}: {message}",
            "style": "{",
        }
    },
    "filters": {
        "without tokens": {"()": "kiestudio.logs.WithoutTokens"},
        "refusals": {"()": "kiestudio.logs.RefusalInALine"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["without tokens", "refusals"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "generations": {"level": LOG_LEVEL},
        "django-q": {"level": "WARNING", "handlers": ["console"], "propagate": False},
        "axes": {"level": "WARNING"},
        "urllib3": {"level": "ERROR"},
    },
}

if PUBLIC_URL and "*" in NAMED_HOSTS:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS: name the hosts when PUBLIC_URL is set, “*” is for a closed network"
    )
if PUBLIC_URL and DEBUG:
    raise ImproperlyConfigured(
        "DEBUG: its pages show settings and code to everybody. Switch it off, or leave PUBLIC_URL away"
    )
