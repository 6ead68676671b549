"""Quarters, and which figures are told."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SMALL = 5  # a figure under it, and not zero, is not told


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months, in the town's zone."""

    year: int
    number: int

    @property
    def name(self) -> str:
        """*2026-q4*: in addresses and files."""
        return f"{self.year}-q{self.number}"

    @classmethod
    def of(cls, instant: datetime, zone: ZoneInfo) -> Quarter:
        """The quarter of an instant."""
        local = instant.astimezone(zone)
        return cls(local.year, (local.month + 2) // 3)

    @classmethod
    def named(cls, name: str) -> Quarter | None:
        """The quarter behind a name; None when it is none."""
        found = re.fullmatch(r"(20\d\d)-q([1-4])", name)
        return cls(int(found[1]), int(found[2])) if found else None

    @property
    def next(self) -> Quarter:
        """The one after."""
        last = self.number == 4
        return Quarter(self.year + last, 1 if last else self.number + 1)

    def start(self, zone: ZoneInfo) -> datetime:
        """Its first instant, in UTC; the one after its last is the start of the next."""
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=zone).astimezone(UTC)


def quarters(first: datetime, last: datetime, zone: ZoneInfo) -> list[Quarter]:
    """Every quarter from one instant to another, newest first."""
    found, quarter, end = [], Quarter.of(first, zone), Quarter.of(last, zone)
    while quarter <= end:
        found.append(quarter)
        quarter = quarter.next
    return found[::-1]


def told(count: int) -> int | None:
    """A count as it may be told; None stands for "fewer than five"."""
    return None if 0 < count < SMALL else count


def middle(delays: Sequence[timedelta]) -> float | None:
    """Within how many hours half of the cases were decided; None for too few."""
    return statistics.median(_hours(delays)) if len(delays) >= SMALL else None


def nine_in_ten(delays: Sequence[timedelta]) -> float | None:
    """Within how many hours nine in ten were decided; None for too few."""
    if len(delays) < 2 * SMALL:
        return None
    return statistics.quantiles(_hours(delays), n=10, method="inclusive")[-1]


def share(part: int, whole: int) -> float | None:
    """A share, where neither side of it is so small that it would tell of persons."""
    if whole < SMALL or 0 < part < SMALL or 0 < whole - part < SMALL:
        return None
    return part / whole


def _hours(delays: Sequence[timedelta]) -> list[float]:
    return [delay.total_seconds() / 3600 for delay in delays]
