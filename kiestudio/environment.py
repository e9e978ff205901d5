"""Settings out of the environment: typed, named in every complaint, secrets from files too."""

import os
import secrets
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

SQLITE = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-20000; "
    "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728",
}


class Environment:
    """Reads one variable per call. Raises ImproperlyConfigured with the variable's name."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self.variables = os.environ if variables is None else variables

    def text(self, name: str, default: str = "") -> str:
        return self.variables.get(name, "").strip() or default

    def secret(self, name: str) -> str:
        """The variable itself, or the content of the file that NAME_FILE names."""
        path = self.text(f"{name}_FILE")
        if not path:
            return self.text(name)
        try:
            return Path(path).read_text("utf-8").strip()
        except OSError as failure:
            raise ImproperlyConfigured(f"{name}_FILE: cannot read {path}: {failure.strerror}") from failure

    def kept_secret(self, path: Path) -> str:
        """A random secret, made at the first start and kept in a file that only the owner may read."""
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text("utf-8").strip()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        return path.read_text("utf-8").strip()

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.text(name).lower()
        if value in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
            return value in {"1", "true", "yes", "on"} if value else default
        raise ImproperlyConfigured(f"{name}: “{value}” is neither 1 nor 0")

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        value = self.text(name)
        if not value:
            return default
        if value.isascii() and value.isdigit() and low <= int(value) <= high:
            return int(value)
        raise ImproperlyConfigured(f"{name}: “{value}” is not a whole number from {low} to {high}")

    def words(self, name: str, default: str = "") -> list[str]:
        return self.text(name, default).replace(",", " ").split()

    def one_of(self, name: str, default: str, allowed: set[str]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise ImproperlyConfigured(f"{name}: “{value}” is not one of {', '.join(sorted(allowed))}")
        return value

    def url(self, name: str, default: str = "") -> str:
        value = self.text(name, default).rstrip("/")
        if not value:
            return ""
        try:
            parts = urlsplit(value)
            valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            valid = False
        if not valid:
            raise ImproperlyConfigured(f"{name}: “{value}” is not an http or https address")
        return value

    def time_zone(self, name: str, default: str) -> str:
        value = self.text(name, default)
        try:
            zoneinfo.ZoneInfo(value)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError) as failure:
            raise ImproperlyConfigured(f"{name}: “{value}” is not a time zone") from failure
        return value

    def folder(self, name: str, default: Path, part: str = "") -> Path:
        """A folder, or a part of it, that exists and can be written; made when it is missing."""
        path = Path(self.text(name, str(default))).expanduser().absolute() / part
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as failure:
            raise ImproperlyConfigured(f"{name}: cannot make {path}: {failure.strerror}") from failure
        if not os.access(path, os.W_OK | os.X_OK):
            raise ImproperlyConfigured(f"{name}: {path} is not writable")
        return path

    def database(self, name: str, sqlite: Path) -> dict[str, Any]:
        """A Django database from postgres://… or sqlite:///…; without one the file in DATA_DIR."""
        value = self.secret(name)
        if not value:
            return {"ENGINE": "django.db.backends.sqlite3", "NAME": sqlite, "OPTIONS": SQLITE}
        try:
            found: dict[str, Any] = dict(environ.Env.db_url_config(value))
        except (ValueError, environ.ImproperlyConfigured) as failure:
            raise ImproperlyConfigured(f"{name}: not a database address") from failure
        if found["ENGINE"].endswith("sqlite3"):
            return found | {"OPTIONS": SQLITE}
        if not found["ENGINE"].endswith("postgresql"):
            raise ImproperlyConfigured(f"{name}: only postgres:// and sqlite:/// are supported")
        return found | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
