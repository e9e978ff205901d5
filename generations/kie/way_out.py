"""How requests leave this network: directly or through a company's proxy, and with which certificates."""

import ipaddress
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from requests.adapters import DEFAULT_CA_BUNDLE_PATH, HTTPAdapter
from urllib3.util.ssl_ import create_urllib3_context


@dataclass(frozen=True, kw_only=True)
class WayOut:
    """The settings for all calls of an installation."""

    proxy: str = ""
    """An http proxy that tunnels (CONNECT) requests to https addresses; empty: none."""
    straight: tuple[str, ...] = ()
    """Hosts, endings of names, networks, or * for everything, that are reached without the proxy."""
    certificates: str = ""
    """A file of CA certificates (PEM) that are trusted in addition to the public ones; empty: none."""

    def proxies(self, url: str) -> Mapping[str, str]:
        """The proxies for this address, in the form that requests takes."""
        parts = urlsplit(url)
        if not self.proxy or parts.scheme != "https" or self._goes_straight(str(parts.hostname)):
            return {}
        return {"https": self.proxy}

    def _goes_straight(self, host: str) -> bool:
        return any(_covers(entry, host.lower().rstrip(".")) for entry in self.straight)

    @cached_property
    def tls(self) -> ssl.SSLContext | None:
        """None: the public certificates, which requests uses by default."""
        if not self.certificates:
            return None
        context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
        for file in (DEFAULT_CA_BUNDLE_PATH, self.certificates):
            context.load_verify_locations(file)
        return context


STRAIGHT = WayOut()


class WayOutAdapter(HTTPAdapter):
    """Makes every connection with the classes given here, including through a proxy."""

    def __init__(self, way: WayOut, classes: Mapping[str, Any], **kwargs: Any) -> None:
        self._way, self._classes = way, classes
        super().__init__(**kwargs)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._way.tls, **kwargs)
        self.poolmanager.pool_classes_by_scheme = dict(self._classes)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        tls = self._way.tls
        manager = super().proxy_manager_for(proxy, ssl_context=tls, proxy_ssl_context=tls, **kwargs)
        manager.pool_classes_by_scheme = dict(self._classes)
        return manager

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """With certificates of our own, the context has them all, and requests must not add to it."""
        if self._way.tls is None:
            super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]


def _covers(entry: str, host: str) -> bool:
    """Whether an entry of NO_PROXY matches this host, by curl's rules."""
    name = entry.lower().strip("[]")
    if name == "*":
        return True
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(name, strict=False)
    except ValueError:
        name = name.removeprefix("*").strip(".")
        return bool(name) and (host == name or host.endswith(f".{name}"))
