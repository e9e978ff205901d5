"""Settings from the environment: typed, named in every error, with secrets from files as well."""

import fcntl
import ipaddress
import os
import secrets
import ssl
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

SQLITE = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-20000; "
    "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728",
}


DEFAULT_PORTS = {"http": 80, "https": 443}
PRIVATE_FOLDER = 0o700
"""Mode of folders created here: only their owner may enter them, whatever the umask."""


class Environment:
    """Reads one variable per call. Raises ImproperlyConfigured with the variable's name."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self.variables = os.environ if variables is None else variables

    def text(self, name: str, default: str = "") -> str:
        return self.variables.get(name, "").strip() or default

    def secret(self, name: str) -> str:
        """The variable itself, or the content of the file named by NAME_FILE."""
        path = self.text(f"{name}_FILE")
        if not path:
            return self.text(name)
        try:
            return Path(path).read_text("utf-8").strip()
        except OSError as failure:
            raise ImproperlyConfigured(f"{name}_FILE: cannot read {path}: {failure.strerror}") from failure

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
        """An http or https address without a trailing slash."""
        value = self.text(name, default).rstrip("/")
        if value and _web_address(value) is None:
            raise ImproperlyConfigured(f"{name}: “{value}” is not an http or https address")
        return value

    def key_server(self, name: str, default: str) -> str:
        """The address of a server that receives the key: https, or on this machine."""
        value = self.url(name, default)
        parts = urlsplit(value)
        if parts.scheme == "http" and not _is_loopback(str(parts.hostname)):
            raise ImproperlyConfigured(
                f"{name}: “{value}” would carry the key over the network in clear. Use https, or a server on "
                "this machine"
            )
        return value

    def origin(self, name: str) -> str:
        """The address of a whole site, as browsers write it: scheme, host and port, nothing after them."""
        value = self.url(name)
        parts = _web_address(value) if value else None
        if parts is None:
            return ""
        if "@" in parts.netloc or parts.query or parts.fragment:
            raise ImproperlyConfigured(f"{name}: “{value}” has to be a plain address without user and query")
        if parts.path:
            raise ImproperlyConfigured(
                f"{name}: “{value}” ends with the path “{parts.path}”. KieStudio needs a host name of its "
                "own: give it one, such as https://studio.example.com"
            )
        try:
            host = str(parts.hostname).encode("idna").decode()
        except UnicodeError as odd:
            raise ImproperlyConfigured(f"{name}: “{parts.hostname}” is not a host name") from odd
        host = f"[{host}]" if ":" in host else host
        port = "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
        return f"{parts.scheme}://{host}{port}"

    def mail(self, name: str) -> dict[str, Any]:
        """Django's settings for a mail server. Without one, mail is written to the log of the worker."""
        value = self.secret(name) or "consolemail://"
        scheme = value.partition("://")[0]
        if scheme not in environ.Env.EMAIL_SCHEMES or (
            scheme.startswith("smtp") and not urlsplit(value).hostname
        ):
            raise ImproperlyConfigured(
                f"{name}: not a mail server, such as smtp+tls://user:password@mail.example.com:587"
            )
        return dict(environ.Env.email_url_config(value))

    def proxy(self, name: str) -> str:
        """A proxy's address in the forms other programs accept: lower-case name, “http://” optional."""
        value = self.text(name) or self.text(name.lower())
        if not value:
            return ""
        found = value if "://" in value else f"http://{value}"
        if _web_address(found.rstrip("/")) is None:
            raise ImproperlyConfigured(f"{name}: not the address of an http proxy, such as http://proxy:3128")
        return found.rstrip("/")

    def certificates(self, name: str) -> str:
        """A file of CA certificates (PEM) that are trusted in addition to the public ones."""
        path = self.text(name)
        if not path:
            return ""
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
        except OSError as failure:
            why = failure.strerror if not isinstance(failure, ssl.SSLError) else "no certificates in it"
            raise ImproperlyConfigured(f"{name}: cannot use {path}: {why}") from failure
        return path

    def time_zone(self, name: str, default: str) -> str:
        value = self.text(name, default)
        try:
            zoneinfo.ZoneInfo(value)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError) as failure:
            raise ImproperlyConfigured(f"{name}: “{value}” is not a time zone") from failure
        return value

    def folder(self, name: str, default: Path, part: str = "") -> Path:
        """A folder, or a folder within it, that exists and is writable; created when it is missing."""
        path = Path(self.text(name, str(default))).expanduser().absolute() / part
        try:
            path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        except OSError as failure:
            raise ImproperlyConfigured(f"{name}: cannot make {path}: {failure.strerror}") from failure
        if not os.access(path, os.W_OK | os.X_OK):
            raise ImproperlyConfigured(f"{name}: {path} is not writable")
        return path

    def database(self, name: str, sqlite: Path) -> dict[str, Any]:
        """A Django database from postgres://… or sqlite:///…; by default the file in DATA_DIR."""
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
        options = {"connect_timeout": 10} | found.get("OPTIONS", {})
        return found | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}


def host_of(url: str) -> str:
    """The host of an address as requests name it: IPv6 in brackets; empty for an empty address."""
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host


def kept_secret(path: Path, length: int = 48) -> str:
    """A random secret, created on first use and kept in a file that only its owner may read.

    Concurrent callers all get the same one: it is created and read under the file's lock.
    """
    try:
        return _made_once(path, length)
    except OSError as failure:
        if path.exists() and (found := path.read_text("utf-8").strip()):
            return found
        raise ImproperlyConfigured(f"{path} cannot be written: {failure.strerror}") from failure


def _made_once(path: Path, length: int) -> str:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if found := file.read().strip():
            return found
        made = secrets.token_urlsafe(length)
        file.seek(0)
        file.write(made)
        file.flush()
        os.fsync(file.fileno())
        return made


def _web_address(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        valid = parts.scheme in DEFAULT_PORTS and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return None
    return parts if valid else None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
