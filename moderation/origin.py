"""Where a request comes from, as a mark that leads back to nobody and changes every day."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network


def origin_mark(address: str | None, secret: str, at: datetime) -> str:
    """Turn a network address into a mark for counting.

    Keyed with the secret of the instance and the day, so that addresses can neither be read back
    nor followed from one day to the next.

    Parameters
    ----------
    address : str or None
        An IPv4 or IPv6 address. Of the latter the network (/64) counts: one person has many.
    """
    message = f"{at:%Y-%m-%d} {_network(address or '')}"
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def _network(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
