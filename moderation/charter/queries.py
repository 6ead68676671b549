"""Find the version in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import g
from sqlalchemy import func, select

from civic.db import db
from civic.errors import Missing
from moderation.charter.models import Charter, Rule
from moderation.models import Reason
from moderation.words import REPLIES

FIRST = 0  # the words of the software, before a town writes its own


def versions() -> Sequence[Charter]:
    """Every version, newest first."""
    return db.session.scalars(select(Charter).order_by(Charter.number.desc())).all()


def in_force() -> Charter | None:
    """The present version; none as long as the words of the software stand. Read once a request."""
    if "charter" not in g:
        g.charter = db.session.scalar(select(Charter).order_by(Charter.number.desc()).limit(1))
    found: Charter | None = g.charter
    return found


def load_version(number: int) -> Charter:
    """One version.

    Raises
    ------
    Missing
    """
    found = db.session.scalar(select(Charter).where(Charter.number == number))
    if found is None:
        raise Missing()
    return found


def rules_by_reason(version: Charter | None) -> dict[Reason, Rule]:
    """How a version words each reason that it words."""
    return {rule.reason: rule for rule in version.rules} if version else {}


def reply_for(reason: Reason) -> str:
    """What moderators start from when they tell an author: the town's words, or the software's."""
    found = rules_by_reason(in_force()).get(reason)
    return found.reply if found and found.reply else str(REPLIES[reason])


def number_at(instant: datetime) -> int:
    """The version that was in force then, which a decision of that instant refers to."""
    dates: list[tuple[int, datetime]] | None = g.get("charter_dates")
    if dates is None:
        rows = db.session.execute(
            select(Charter.number, Charter.published_at).order_by(Charter.number)
        )
        dates = g.charter_dates = [(number, at) for number, at in rows]
    return max((number for number, at in dates if at <= instant), default=FIRST)


def next_number() -> int:
    """The number of the version that would be published now."""
    return (db.session.scalar(select(func.max(Charter.number))) or FIRST) + 1
