"""By when a case should be decided, in hours of the clock or of the working day.

Urgent reasons and texts that wait to be published: four working hours. Others: a day. A second
reading: three days. Working hours run from nine to eighteen, Monday to Friday, in the town's zone.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OPENS, CLOSES = time(9), time(18)
WORKING_DAYS = range(5)  # Monday to Friday
ALARM = 0.8  # of the time allowed, from which somebody is told


class Level(enum.StrEnum):
    """How soon."""

    URGENT = "urgent"
    ORDINARY = "ordinary"
    SECOND = "second"  # a decision that is contested
    WAITING = "waiting"  # a text that nobody can read until it is decided


ALLOWED = {
    Level.URGENT: timedelta(hours=4),
    Level.ORDINARY: timedelta(hours=24),
    Level.SECOND: timedelta(hours=72),
    Level.WAITING: timedelta(hours=4),
}
IN_WORKING_HOURS = (Level.URGENT, Level.WAITING)


@dataclass(frozen=True)
class Clock:
    """Where one case stands in time. `share` is the part of the time allowed that has passed."""

    level: Level
    since: datetime
    due: datetime
    share: float

    @property
    def is_late(self) -> bool:
        """Whether it should have been decided."""
        return self.share >= 1

    @property
    def is_near(self) -> bool:
        """Whether little is left."""
        return ALARM <= self.share < 1


def clock_of(level: Level, since: datetime, now: datetime, zone: ZoneInfo) -> Clock:
    """The clock of a case that has waited `since` then."""
    allowed = ALLOWED[level]
    if level in IN_WORKING_HOURS:
        passed, due = worked(since, now, zone), after_work(since, allowed, zone)
    else:
        passed, due = now - since, since + allowed
    return Clock(level, since, due, passed / allowed)


def worked(start: datetime, end: datetime, zone: ZoneInfo) -> timedelta:
    """How much working time lies between two instants."""
    total, day = timedelta(), start.astimezone(zone).date()
    while day <= end.astimezone(zone).date():
        opens, closes = _hours(day, zone)
        total += max(min(end, closes) - max(start, opens), timedelta())
        day += timedelta(days=1)
    return total


def after_work(start: datetime, allowed: timedelta, zone: ZoneInfo) -> datetime:
    """The instant at which so much working time has passed."""
    left, day = allowed, start.astimezone(zone).date()
    while True:
        opens, closes = _hours(day, zone)
        begins = max(start, opens)
        if closes - begins >= left:
            return begins + left
        left -= max(closes - begins, timedelta())
        day += timedelta(days=1)


def _hours(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When work begins and ends on a day, in UTC; the same instant where nobody works."""
    opens = datetime.combine(day, OPENS, zone).astimezone(UTC)
    if day.weekday() not in WORKING_DAYS:
        return opens, opens
    return opens, datetime.combine(day, CLOSES, zone).astimezone(UTC)
