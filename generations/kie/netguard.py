"""Fetches result files: from named hosts, at public addresses, and never with the key.

Both rules are applied where the connection is made, so no way of parsing the URL can bypass them. Behind a
proxy, the proxy looks names up: then the name has to be an allowed one, a literal address in the URL has to
be public, and where an allowed name leads is up to the proxy.
"""

import ipaddress
import socket
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from generations.kie.transport import Session, TimedResponse
from generations.kie.way_out import STRAIGHT, WayOut, WayOutAdapter

IPV6_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
NEVER_PUBLIC = tuple(
    ipaddress.ip_network(block)
    for block in (
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
    )
)
SECRETS = {"authorization", "cookie", "proxy-authorization"}


class Block(StrEnum):
    """Why nothing may be fetched from an address."""

    HOST = "host"
    PRIVATE = "private"
    REDIRECTS = "redirects"
    NOWHERE = "nowhere"
    UNREADABLE = "unreadable"
    SCHEME = "scheme"
    NO_NAME = "no name"


BLOCKS = {
    Block.HOST: "{host} is not a host that results may come from",
    Block.PRIVATE: "{host} leads to {address}, which is not a public address",
    Block.REDIRECTS: "there are too many redirects",
    Block.NOWHERE: "the redirect leads nowhere",
    Block.UNREADABLE: "the address cannot be read",
    Block.SCHEME: "only plain http and https addresses are fetched",
    Block.NO_NAME: "no such name can exist",
}


class Blocked(Exception):
    """Nothing may be fetched from this address."""

    def __init__(self, why: Block, *, host: str = "", address: str = "") -> None:
        super().__init__(BLOCKS[why].format(host=host, address=address))
        self.why, self.host, self.address = why, host, address

    @property
    def facts(self) -> dict[str, str]:
        """The facts that can be stored as JSON and shown later."""
        return {"why": str(self.why), "host": self.host, "address": self.address}


def is_public(address: str) -> bool:
    """True for an address on the public internet that is not a translation of another address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and (parsed.scope_id or parsed not in IPV6_GLOBAL_UNICAST):
        return False
    if any(parsed in block for block in NEVER_PUBLIC):
        return False
    return parsed.is_global and not (parsed.is_multicast or parsed.is_reserved)


def fetch(
    url: str,
    *,
    hosts: Collection[str],
    private: Collection[str] = (),
    way: WayOut = STRAIGHT,
    headers: Mapping[str, str] | None = None,
    connect_timeout: float = 10,
    read_timeout: float = 30,
    seconds: float = 480,
    max_redirects: int = 3,
) -> requests.Response:
    """Open a result file and return the streaming response, which the caller closes.

    `hosts` are names, or endings of names, that results may come from; every redirect has to match them too.
    `private` names hosts (“host”, or “https://host:port”) that may have non-public addresses, such as the
    operator's own server. `seconds` limits each answer including its headers, however slowly it trickles in.
    Raises Blocked; network trouble raises OSError.
    """
    if any(name.lower() in SECRETS for name in headers or {}):
        raise ValueError("a result file is never fetched with credentials")
    names = frozenset(host.lower().strip(".") for host in hosts)
    rules = _Rules(hosts=names, private=frozenset(private), seconds=seconds, way=way)
    for _ in range(max_redirects + 1):
        response = _open(url, rules, headers or {}, (connect_timeout, read_timeout))
        if not response.is_redirect:
            return response
        response.close()
        url = _target(url, response.headers["location"])
    raise Blocked(Block.REDIRECTS)


@dataclass(frozen=True, kw_only=True)
class _Rules:
    hosts: frozenset[str]
    private: frozenset[str]
    seconds: float
    way: WayOut

    def admit(self, host: str) -> None:
        """Raise Blocked unless the name, or an ending of it, is allowed. IP addresses match in full."""
        name = host.lower().strip("[].")
        allowed = name in self.hosts
        if not allowed and not _is_address(name):
            allowed = any(name.endswith(f".{ending}") for ending in self.hosts if ending)
        if not allowed:
            raise Blocked(Block.HOST, host=name)

    def addresses(self, scheme: str, host: str, port: int) -> list[tuple[Any, ...]]:
        """The addresses of the name, looked up once. A single non-public address disqualifies all of them."""
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        for *_, address in found:
            self._require_public(scheme, host, port, str(address[0]))
        return list(found)

    def require_open(self, scheme: str, host: str, port: int) -> None:
        """Check what can be checked of a host that a proxy looks up. Raises Blocked for a private address."""
        if _is_address(host.strip("[]")):
            self._require_public(scheme, host, port, host.strip("[]"))

    def _require_public(self, scheme: str, host: str, port: int, address: str) -> None:
        name = host.lower().strip("[].")
        if self.private.isdisjoint({name, f"{scheme}://{name}:{port}"}) and not is_public(address):
            raise Blocked(Block.PRIVATE, host=host, address=address)


def _target(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise Blocked(Block.NOWHERE) from error


def _open(
    url: str, rules: _Rules, headers: Mapping[str, str], timeout: tuple[float, float]
) -> requests.Response:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise Blocked(Block.UNREADABLE) from error
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        raise Blocked(Block.SCHEME)
    with Session() as session:
        session.headers["Accept-Encoding"] = "identity"
        for scheme in ("https://", "http://"):
            session.mount(scheme, _adapter(rules))
        return session.get(
            url,
            headers=dict(headers),
            timeout=timeout,
            proxies=dict(rules.way.proxies(url)),
            stream=True,
            allow_redirects=False,
        )


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _adapter(rules: _Rules) -> WayOutAdapter:
    classes = {"http": partial(_Pool, rules=rules), "https": partial(_TLSPool, rules=rules)}
    return WayOutAdapter(rules.way, classes, max_retries=0)


class _Connection(HTTPConnection):
    """Connects to exactly the addresses that were checked, while TLS and Host still use the name."""

    scheme = "http"

    def __init__(self, *args: Any, rules: _Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rules = rules
        self.response_class = type("_Response", (TimedResponse,), {"seconds": rules.seconds})

    def _new_conn(self) -> socket.socket:
        if self.proxy is not None:
            return self._to_proxy()
        self._rules.admit(self.host)
        try:
            addresses = self._rules.addresses(self.scheme, self.host, self.port)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except UnicodeError as error:
            raise Blocked(Block.NO_NAME) from error
        failure: OSError | None = None
        for family, kind, protocol, _, address in addresses:
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(self.timeout)
                sock.connect(address)
            except OSError as error:
                sock.close()
                failure = error
            else:
                return sock
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(self, f"{self.host} did not answer in time") from failure
        raise NewConnectionError(self, str(failure)) from failure

    def _to_proxy(self) -> socket.socket:
        """Apply the rules to the host behind the proxy; the operator decides where the proxy itself is."""
        host, port = str(self._tunnel_host), int(self._tunnel_port or 0)
        self._rules.admit(host)
        self._rules.require_open(self.scheme, host, port)
        return super()._new_conn()


class _TLSConnection(_Connection, HTTPSConnection):
    scheme = "https"


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection
