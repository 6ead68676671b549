"""From which network somebody acts, as a mark for counting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from moderation.origin import origin_mark
from moderation.signals.computing import VENUE
from moderation.signals.models import Venue

WIDEST = {4: 16, 6: 32}  # a venue is a building, not a provider


def network_of(address: str) -> IPv4Network | IPv6Network | None:
    """The /24 of an IPv4 address, the /64 of an IPv6 one; None for what is no address."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return ip_network((found, 24 if found.version == 4 else 64), strict=False)


def mark_of(address: str | None, venues: Sequence[Venue], secret: str, at: datetime) -> str | None:
    """The mark of an address on a day, or the announced venue in which it lies."""
    network = network_of(address or "")
    if network is None:
        return None
    exact = ip_address(address or "")
    exact = getattr(exact, "ipv4_mapped", None) or exact
    for venue in venues:
        if venue.starts_at <= at < venue.ends_at and exact in ip_network(venue.network):
            return f"{VENUE}{venue.id}"
    return origin_mark(str(network), secret, at)


def read_network(text: str) -> str | None:
    """A network as typed, written the usual way; None when it is none or far too wide."""
    try:
        found = ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    return str(found) if found.prefixlen >= WIDEST[found.version] else None
