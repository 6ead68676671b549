"""Rate limits: so many times in so long, for one account and for one address.

`count("sign-in", who=email)` says that it happens once more and refuses when that is too often. The
windows move (no burst at the turn of a minute), are counted by the `limits` library and kept where
every web process sees them: an SQLite file of its own in var_dir, PostgreSQL or Redis by setting.
Keys are hashed: neither an address nor an e-mail address can be read there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import structlog
from flask import Flask, current_app, request
from flask_login import current_user
from limits import RateLimitItemPerSecond
from limits.storage import Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from civic import jobs
from civic.clock import now
from civic.errors import TooMany
from civic.i18n import gettext as _, ngettext
from civic.settings import active
from civic.web.counters import SqlCounters
from civic.web.doors import View

log = structlog.get_logger()
VENUE_TIMES = 20  # a declared hall may hold so many people behind one address
CROWD_TIMES = 10  # people who may share an address: a family, a school, an operator
MINUTE, HOUR = 60, 3_600


@dataclass(frozen=True)
class Limit:
    """How often in how long (seconds), for one account and for one address; 0 asks nothing."""

    account: int
    address: int
    seconds: int


def _each(times: int, seconds: int) -> Limit:
    return Limit(times, times * CROWD_TIMES, seconds)


LIMITS = {
    "sign-in": Limit(10, 25, 5 * MINUTE),
    "code": Limit(10, 25, 5 * MINUTE),
    "challenge": Limit(0, 60, 5 * MINUTE),
    "mail": Limit(5, 20, 30 * MINUTE),  # a link sent to an address: reset, sign in, change
    "sign-up": Limit(0, 5, 30 * MINUTE),
    "vote": _each(60, MINUTE),
    "comment": _each(10, 10 * MINUTE),
    "search": Limit(60, 60, MINUTE),
    "export": _each(5, HOUR),
}


def init_app(app: Flask) -> None:
    """Prepare the counters."""
    address = app.config["SETTINGS"].limits
    storage: Any = (
        SqlCounters(address) if address.startswith(("sqlite", "postgresql"))
        else storage_from_string(address)
    )  # fmt: skip
    app.extensions["palabre_limits"] = storage
    app.extensions["palabre_proxy_seen"] = False


def storage() -> Storage:
    """Where the counters are kept."""
    kept: Storage = current_app.extensions["palabre_limits"]
    return kept


def count(name: str, who: object | None = None) -> None:
    """Count one more time.

    Parameters
    ----------
    name : str
        What is done: a key of `LIMITS`.
    who : int or str, optional
        The account, or the address that was typed, known or not. By default whoever is signed in.

    Raises
    ------
    TooMany
        With the time to wait.
    """
    limit = LIMITS[name]
    account = who if who is not None else current_user.id
    _warn_of_undeclared_proxy()
    if account is not None and limit.account:
        _count(name, f"account {str(account).strip().casefold()}", limit.account, limit.seconds)
    address = client_address()
    if address and limit.address:
        raised = limit.address * (VENUE_TIMES if is_venue(address) else 1)
        _count(name, f"address {network_of(address)}", raised, limit.seconds)


def limited(name: str) -> Callable[[View], View]:
    """Below a door: count each call of a view, for whoever is signed in and for their address."""

    def guard(view: View) -> View:
        @wraps(view)
        def enter(*args: Any, **kwargs: Any) -> Any:
            count(name)
            return view(*args, **kwargs)

        return enter  # type: ignore[return-value]

    return guard


def _count(name: str, key: str, times: int, seconds: int) -> None:
    item = RateLimitItemPerSecond(times * active().limits_times, seconds)
    hashed = hashlib.sha256(f"{name} {key}".encode()).hexdigest()[:40]
    limiter = MovingWindowRateLimiter(storage())
    if limiter.hit(item, hashed):
        return
    oldest = limiter.get_window_stats(item, hashed).reset_time
    wait = max(1, min(seconds, round(oldest - now().timestamp())))
    log.warning("limit.reached", limit=name, kind=key.partition(" ")[0])
    raise TooMany(_sentence(wait), wait)


def _sentence(wait: int) -> str:
    if wait > HOUR:
        left = ngettext("%(num)s hour", "%(num)s hours", -(-wait // HOUR))
    elif wait > MINUTE:
        left = ngettext("%(num)s minute", "%(num)s minutes", -(-wait // MINUTE))
    else:
        left = ngettext("%(num)s second", "%(num)s seconds", wait)
    return _("That was too often in a short time. You can try again in %(left)s.", left=left)


def client_address() -> IPv4Address | IPv6Address | None:
    """Where the request comes from, as the declared proxies tell; IPv4 written as IPv6 is IPv4."""
    try:
        address = ip_address((request.remote_addr or "").partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def network_of(address: IPv4Address | IPv6Address) -> str:
    """What counts as one address: the whole of IPv4, the first 64 bits of IPv6."""
    if address.version == 4:
        return str(address)
    return str(ip_network((address, 64), strict=False))


def is_venue(address: IPv4Address | IPv6Address) -> bool:
    """Whether a room of the town, declared in the settings, stands behind this address."""
    return any(address in ip_network(venue) for venue in active().venues)


def _warn_of_undeclared_proxy() -> None:
    """Say once that a proxy stands before us and is not counted: all would share its limits."""
    if active().trusted_proxies or "X-Forwarded-For" not in request.headers:
        return
    if not current_app.extensions["palabre_proxy_seen"]:
        current_app.extensions["palabre_proxy_seen"] = True
        log.warning("proxy.not_declared", setting="PALABRE_TRUSTED_PROXIES")


def forget_old_times() -> None:
    """Drop the times that count no more."""
    kept = storage()
    if isinstance(kept, SqlCounters):
        kept.forget()


jobs.periodic("forget limits", minute="47", hour="3")(forget_old_times)
