"""Which Kie this installation talks to: the real one, or the sandbox when there is no key."""

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from generations.kie.client import KieClient
from generations.kie.way_out import STRAIGHT, WayOut

SANDBOX_KEY = "sandbox"
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True)
class MediaRule:
    """Where result files may come from."""

    hosts: frozenset[str]
    private: frozenset[str] = frozenset()
    """The hosts among them, as “host” or “https://host:port”, that may have a non-public address."""
    way: WayOut = STRAIGHT


def sandbox_file() -> Path:
    """The file in which the running sandbox publishes its address."""
    return Path(settings.DATA_DIR) / "address.json"


def sandbox_url() -> str:
    """The sandbox's address; one that refuses connections when the sandbox is not running."""
    try:
        return str(json.loads(sandbox_file().read_text("utf-8"))["url"])
    except (OSError, ValueError, KeyError):
        return f"http://127.0.0.1:{settings.PORT + 1}"


def way_out() -> WayOut:
    """How this installation leaves its network."""
    return WayOut(
        proxy=settings.HTTPS_PROXY, straight=tuple(settings.NO_PROXY), certificates=settings.SSL_CERT_FILE
    )


def client() -> KieClient:
    if settings.SANDBOX:
        url = sandbox_url()
        return KieClient(api_url=url, upload_url=url, key=SANDBOX_KEY)
    return KieClient(
        api_url=settings.KIE_API_URL,
        upload_url=settings.KIE_UPLOAD_URL,
        key=settings.KIE_API_KEY,
        way=way_out(),
    )


def media_rule() -> MediaRule:
    """Hosts of result files. Private addresses are allowed only for servers that the operator named.

    This means each of the two servers at its own port. When private hosts are allowed, it means all ports of
    each server's host, and the media hosts that the operator added.
    """
    if settings.SANDBOX:
        url = sandbox_url()
        return MediaRule(hosts=frozenset({_host(url)}), private=frozenset({_place(url)}))
    servers = (settings.KIE_API_URL, settings.KIE_UPLOAD_URL)
    hosts = frozenset(map(_host, servers))
    private = frozenset(map(_place, servers))
    if settings.KIE_ALLOW_PRIVATE_HOSTS:
        private |= hosts | (frozenset(settings.KIE_MEDIA_HOSTS) - frozenset(settings.DEFAULT_MEDIA_HOSTS))
    return MediaRule(hosts=hosts | frozenset(settings.KIE_MEDIA_HOSTS), private=private, way=way_out())


def _host(url: str) -> str:
    return str(urlsplit(url).hostname)


def _place(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or DEFAULT_PORTS[parts.scheme]}"
