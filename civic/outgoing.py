"""The one way out: every HTTP request that this server makes to another passes here.

Only https, only hosts that the settings name, only public addresses: the name is resolved once,
every address it gives is checked, and the connection goes to the address that was checked, so
that a name which changes its answer between the check and the call gains nothing. A redirect is
followed only through the same gate. An answer has 5 seconds and 5 MB. Mail leaves by
`civic.outbox`; a test fails when another module opens a connection.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from civic.errors import CivicError
from civic.i18n import gettext as _
from civic.settings import active

PATIENCE_SECONDS = 5.0
LARGEST = 5 * 1024 * 1024  # bytes of an answer
REDIRECTS = 3
PIECE = 64 * 1024
MOVED = (301, 302, 303, 307, 308)
NAT64 = ipaddress.ip_network("64:ff9b::/96")

Resolver = Callable[[str, int], Collection[str]]


class NotFetchedError(CivicError):
    """An address outside was not read; the message says why, without what it answered."""


@dataclass(frozen=True)
class Fetched:
    """What another server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def resolve(host: str, port: int) -> list[str]:
    """Every address that a name gives."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def is_public(address: str) -> bool:
    """Whether an address belongs to the open Internet, whatever way it is written.

    An IPv4 address wrapped in an IPv6 one (mapped, 6to4, Teredo, NAT64) is judged as what it
    wraps.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if ip in NAT64:
            wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(str(wrapped))
    return ip.is_global and not ip.is_multicast


def fetch(
    url: str,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    hosts: Collection[str] | None = None,
    resolver: Resolver = resolve,
) -> Fetched:
    """Ask another server.

    Parameters
    ----------
    url : str
        An https address whose host is allowed.
    hosts : collection of str, optional
        The allowed hosts; `PALABRE_OUTGOING_HOSTS` when not given.

    Raises
    ------
    NotFetchedError
        When the address is not allowed, leads inside, is too slow or too large.
    """
    allowed = active().outgoing_hosts if hosts is None else hosts
    deadline = time.monotonic() + PATIENCE_SECONDS
    for _hop in range(REDIRECTS + 1):
        parts = _checked(url, allowed)
        answer = _ask(parts, method, body, headers or {}, resolver, deadline)
        if answer.status not in MOVED:
            return answer
        url, method, body = urljoin(url, answer.headers.get("location", "")), "GET", None
        headers = {}  # what was meant for one host is not for the next
    raise NotFetchedError(_("This address redirects too many times."))


def _checked(url: str, allowed: Collection[str]) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotFetchedError(_("This address cannot be read.")) from None
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
        raise NotFetchedError(_("Only plain https addresses are read."))
    if port not in (None, 443) or any(ord(c) <= 32 or ord(c) > 126 for c in url):
        raise NotFetchedError(_("Only plain https addresses are read."))
    if parts.hostname.lower() not in {host.lower() for host in allowed}:
        raise NotFetchedError(
            _("%(host)s is not in PALABRE_OUTGOING_HOSTS.", host=parts.hostname[:100])
        )
    return parts


def _ask(
    parts: SplitResult, method: str, body: bytes | None, headers: Mapping[str, str],
    resolver: Resolver, deadline: float,
) -> Fetched:  # fmt: skip
    host = str(parts.hostname)
    address = _public_address(host, resolver)
    connection = PinnedConnection(host, address, _left(deadline))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, path, body, {"Host": host, "Accept-Encoding": "identity"}
                           | dict(headers))  # fmt: skip
        answer = connection.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        return Fetched(answer.status, told, _read(answer, connection, deadline))
    except (OSError, http.client.HTTPException):
        raise NotFetchedError(_("%(host)s did not answer.", host=host)) from None
    finally:
        connection.close()


def _public_address(host: str, resolver: Resolver) -> str:
    try:
        addresses = list(resolver(host, 443))
    except OSError:
        addresses = []
    if not addresses:
        raise NotFetchedError(_("%(host)s is not found.", host=host))
    if not all(is_public(address) for address in addresses):
        raise NotFetchedError(_("%(host)s leads to a private address.", host=host))
    return addresses[0]


def _read(
    answer: http.client.HTTPResponse, connection: http.client.HTTPSConnection, deadline: float
) -> bytes:
    pieces, size = [], 0
    while piece := answer.read1(PIECE):
        size += len(piece)
        if size > LARGEST:
            raise NotFetchedError(_("The answer is larger than 5 MB."))
        pieces.append(piece)
        left = _left(deadline)
        if connection.sock is not None:
            connection.sock.settimeout(left)
    return b"".join(pieces)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise NotFetchedError(_("The answer took longer than 5 seconds."))
    return left


class PinnedConnection(http.client.HTTPSConnection):
    """TLS to one checked address; the certificate must be that of the name."""

    def __init__(self, host: str, address: str, patience: float) -> None:
        self.tls = ssl.create_default_context()
        super().__init__(host, timeout=patience, context=self.tls)
        self.address = address

    def connect(self) -> None:
        """Connect to the address that was checked, never to a new answer for the name."""
        raw = socket.create_connection((self.address, 443), self.timeout)
        self.sock = self.tls.wrap_socket(raw, server_hostname=self.host)
