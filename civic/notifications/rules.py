"""What kinds of notices there are, and when each frequency is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from civic.notifications.models import Frequency

KINDS = ("texts", "synthesis", "moderation")
USUAL = Frequency.DAILY
HOUR = 7  # local hour at which the mails of a day or a week leave
OLDEST = timedelta(days=14)  # notices that old are read on the site, not mailed


def kind_of(verb: str) -> str:
    """The kind of a notice, from its verb `package.act`."""
    package = verb.partition(".")[0]
    return package if package in KINDS else "texts"


def due_until(frequency: Frequency, local: datetime) -> datetime | None:
    """Up to which instant notices leave now: the last planned hour, so that a day on which nothing
    ran is caught up; None for never."""
    if frequency is Frequency.NEVER:
        return None
    if frequency is Frequency.AT_ONCE:
        return local
    planned = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if planned > local:
        planned -= timedelta(days=1)
    if frequency is Frequency.WEEKLY:
        planned -= timedelta(days=planned.weekday())
    return planned
