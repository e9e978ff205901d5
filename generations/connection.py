"""Which Kie this installation speaks to: the real one, or without a key the sandbox."""

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from generations.kie.client import KieClient

SANDBOX_KEY = "sandbox"


@dataclass(frozen=True, kw_only=True)
class MediaRule:
    """Where result files may come from."""

    hosts: frozenset[str]
    private: bool
    """Whether addresses that are not public are allowed at these hosts."""
    origins: frozenset[str] = frozenset()
    """Servers that the operator named: their files may come from wherever they stand."""

    def allows_private(self, url: str) -> bool:
        return self.private or origin(url) in self.origins


def sandbox_file() -> Path:
    """Where the running sandbox says its address."""
    return Path(settings.DATA_DIR) / "address.json"


def sandbox_url() -> str:
    """The sandbox's address; one that refuses connections when it is not running."""
    try:
        return str(json.loads(sandbox_file().read_text("utf-8"))["url"])
    except (OSError, ValueError, KeyError):
        return f"http://127.0.0.1:{settings.PORT + 1}"


def client() -> KieClient:
    if settings.SANDBOX:
        url = sandbox_url()
        return KieClient(api_url=url, upload_url=url, key=SANDBOX_KEY)
    return KieClient(
        api_url=settings.KIE_API_URL, upload_url=settings.KIE_UPLOAD_URL, key=settings.KIE_API_KEY
    )


def media_rule() -> MediaRule:
    """Hosts of result files; private addresses only for the sandbox or when the operator said so."""
    if settings.SANDBOX:
        return MediaRule(hosts=frozenset({str(urlsplit(sandbox_url()).hostname)}), private=True)
    servers = (settings.KIE_API_URL, settings.KIE_UPLOAD_URL)
    return MediaRule(
        hosts=frozenset({*settings.KIE_MEDIA_HOSTS, *(str(urlsplit(url).hostname) for url in servers)}),
        private=settings.KIE_ALLOW_PRIVATE_HOSTS,
        origins=frozenset(map(origin, servers)),
    )


def origin(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
