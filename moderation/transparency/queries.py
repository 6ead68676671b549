"""Count what was done in a space between two instants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from civic.accounts.models import Account
from civic.contributions.models import Contribution, State
from civic.db import db
from civic.settings import active
from civic.spaces.models import Membership, Role, Space
from moderation.charter.models import Charter
from moderation.models import (
    Case,
    Decision,
    Outcome,
    Plea,
    Report,
    Request,
    Sanction,
    VisitorReport,
)
from moderation.queue.levels import Level, clock_of
from moderation.spam.models import Hold

Counts = dict[str, int]


@dataclass(frozen=True)
class Period:
    """One space from one instant until before another."""

    space: Space
    start: datetime
    end: datetime

    def within(self, column: Any) -> ColumnElement[bool]:
        """Whether an instant lies in it."""
        return (column >= self.start) & (column < self.end)


@dataclass
class Figures:
    """Everything a report tells, before small numbers are masked."""

    texts: Counts
    reports: Counts
    sources: Counts
    cases: int
    decisions: Counts
    reasons: Counts
    delays: list[timedelta]
    in_time: int
    held: Counts
    appeals: Counts
    sanctions: Counts
    requests: Counts
    moderators: int
    languages: list[str]
    versions: int
    removed: Counts
    late: int = field(default=0)


_removals: list[Callable[[Period], Counts]] = []


def gives_removed_votes(source: Callable[[Period], Counts]) -> Callable[[Period], Counts]:
    """Register a function that counts the votes removed in a period: `votes`, and of these those
    `given_back` since."""
    _removals.append(source)
    return source


def _removed_votes(period: Period) -> Counts:
    found: Counter[str] = Counter()
    for source in _removals:
        found.update(source(period))
    return dict(found)


def figures(period: Period) -> Figures:
    """Count."""
    delays, in_time = _delays(period)
    moderators = _moderators(period.space)
    return Figures(
        texts=_texts(period),
        reports=_by_reason(period),
        sources=_sources(period),
        cases=_count(
            select(func.count(Case.id)).where(_here(period), period.within(Case.opened_at))
        ),
        decisions=_decided(period, Decision.outcome),
        reasons=_decided(period, Decision.reason, hidden_alone=True),
        delays=delays,
        in_time=in_time,
        held=_held(period),
        appeals=_appeals(period),
        sanctions=_grouped(
            select(Sanction.measure, func.count())
            .where(Sanction.space_id == period.space.id, period.within(Sanction.at))
            .group_by(Sanction.measure)
        ),
        requests=_requests(period),
        moderators=len(moderators),
        languages=sorted({account.language for account in moderators}),
        versions=_count(select(func.count(Charter.id)).where(period.within(Charter.published_at))),
        removed=_removed_votes(period),
    )


def _here(period: Period) -> ColumnElement[bool]:
    return Case.space_id == period.space.id


def _count(statement: Any) -> int:
    return db.session.scalar(statement) or 0


def _grouped(statement: Any) -> Counts:
    return {_name(key): size for key, size in db.session.execute(statement) if key is not None}


def _name(key: Any) -> str:
    return str(getattr(key, "value", key))


def _texts(period: Period) -> Counts:
    return _grouped(
        select(Contribution.kind, func.count())
        .where(
            Contribution.space_id == period.space.id, Contribution.state != State.DRAFT,
            period.within(Contribution.published_at),
        )
        .group_by(Contribution.kind)
    )  # fmt: skip


def _reports(period: Period, kind: Any, column: Any) -> Counts:
    return _grouped(
        select(column, func.count())
        .select_from(kind)
        .join(Case, Case.id == kind.case_id)
        .where(_here(period), period.within(kind.at))
        .group_by(column)
    )


def _by_reason(period: Period) -> Counts:
    found = Counter(_reports(period, Report, Report.reason))
    found.update(_reports(period, VisitorReport, VisitorReport.reason))
    return dict(found)


def _sources(period: Period) -> Counts:
    by_visitors = sum(_reports(period, VisitorReport, VisitorReport.reason).values())
    return _reports(period, Report, Report.capacity) | {"visitor": by_visitors}


def _decided(period: Period, column: Any, hidden_alone: bool = False) -> Counts:
    statement = (
        select(column, func.count())
        .join(Case, Case.id == Decision.case_id)
        .where(_here(period), period.within(Decision.at))
        .group_by(column)
    )
    if hidden_alone:
        statement = statement.where(Decision.outcome == Outcome.HIDE)
    return _grouped(statement)


def _delays(period: Period) -> tuple[list[timedelta], int]:
    """How long each case waited for its first decision of the period, and how many were in time."""
    rows = db.session.execute(
        select(Case.urgency, Case.opened_at, Decision.at)
        .join(Decision, Decision.case_id == Case.id)
        .where(_here(period), Decision.number == 1, period.within(Decision.at))
    ).all()
    zone = active().zone
    clocks = [
        clock_of(Level.URGENT if urgency else Level.ORDINARY, opened, decided, zone)
        for urgency, opened, decided in rows
    ]
    waited = sorted(decided - opened for _urgency, opened, decided in rows)
    return waited, sum(not clock.is_late for clock in clocks)


def _held(period: Period) -> Counts:
    """Texts that the filter set aside: in all, hidden by a person, let through, come back alone."""
    rows = db.session.execute(
        select(Hold.ended_by, Contribution.state)
        .join(Contribution, Contribution.id == Hold.contribution_id)
        .where(Contribution.space_id == period.space.id, period.within(Hold.at))
    ).all()
    found = Counter({"all": len(rows)})
    for ended_by, state in rows:
        if state is State.HIDDEN:
            found["hidden"] += 1
        elif ended_by:
            found["returned" if ended_by == "time" else "kept"] += 1
    return dict(found)


def _appeals(period: Period) -> Counts:
    """Second readings asked for, and how those that ended in the period ended."""
    lodged = (
        select(func.count())
        .select_from(Plea)
        .join(Decision, Decision.id == Plea.decision_id)
        .join(Case, Case.id == Decision.case_id)
        .where(_here(period), period.within(Plea.at))
    )
    ended = _decided(period, Decision.outcome)
    return {
        "lodged": _count(lodged),
        "confirmed": ended.get(Outcome.CONFIRM.value, 0),
        "reversed": ended.get(Outcome.RESTORE.value, 0),
    }


def _requests(period: Period) -> Counts:
    return _grouped(
        select(Request.sender, func.count())
        .join(Case, Case.id == Request.case_id)
        .where(_here(period), period.within(Request.at))
        .group_by(Request.sender)
    )


def _moderators(space: Space) -> list[Account]:
    statement = (
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.space_id == space.id, Membership.role == Role.MODERATOR)
    )
    return list(db.session.scalars(statement))


def first_act(space: Space) -> datetime:
    """When there was something to tell: the space was opened, or something earlier came in."""
    earliest = db.session.scalar(
        select(func.min(Contribution.published_at)).where(Contribution.space_id == space.id)
    )
    return min(filter(None, (earliest, space.published_at, space.created_at)))


def by_week(space: Space, now: datetime, weeks: int = 8) -> list[tuple[datetime, int, int]]:
    """For each of the last weeks: when it began, cases opened, decisions taken; oldest first."""
    found = []
    for back in range(weeks, 0, -1):
        period = Period(space, now - timedelta(weeks=back), now - timedelta(weeks=back - 1))
        opened = _count(
            select(func.count(Case.id)).where(_here(period), period.within(Case.opened_at))
        )
        found.append((period.start, opened, sum(_decided(period, Decision.outcome).values())))
    return found


def reversed_by_reason(space: Space) -> list[tuple[Any, int, int]]:
    """By reason: how many texts were hidden, and how many of these decisions a second reader, or
    an undoing, reversed. What moderators judge differently shows here."""
    rows = db.session.execute(
        select(Decision.reason, Contribution.state, func.count())
        .join(Case, Case.id == Decision.case_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(Case.space_id == space.id, Decision.outcome == Outcome.HIDE)
        .group_by(Decision.reason, Contribution.state)
    ).all()
    return _reversals(rows)


def _reversals(rows: Iterable[Any]) -> list[tuple[Any, int, int]]:
    hidden: Counter[Any] = Counter()
    back: Counter[Any] = Counter()
    for reason, state, size in rows:
        hidden[reason] += size
        back[reason] += size if state is State.VISIBLE else 0
    return [(reason, hidden[reason], back[reason]) for reason in sorted(hidden)]
