"""Find cases, reports and decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account
from civic.clock import now
from civic.contributions.models import Contribution, State
from civic.db import db
from civic.errors import Missing
from civic.spaces.models import Membership, Role, Space
from moderation.models import Case, CaseState, Decision, Outcome, Reason, Report

WAITING = (CaseState.OPEN, CaseState.CONTESTED)


def queue(space: Space, waiting: bool, reason: Reason | None = None) -> Select[Case]:
    """Cases of a space: the urgent, then the most reported, then the oldest first."""
    states = WAITING if waiting else (CaseState.DECIDED,)
    statement = (
        select(Case)
        .where(Case.space_id == space.id, Case.state.in_(states))
        .options(joinedload(Case.contribution).joinedload(Contribution.author))
    )
    if reason is not None:
        of_reason = select(Report.case_id).where(Report.reason == reason)
        statement = statement.where(Case.id.in_(of_reason))
    if not waiting:
        return statement.order_by(Case.decided_at.desc(), Case.id.desc())
    return statement.order_by(
        Case.urgency.desc(), Case.report_count.desc(), Case.opened_at, Case.id
    )


def waiting_count(space: Space) -> int:
    """How many cases of a space wait for a decision."""
    counted = select(func.count()).where(Case.space_id == space.id, Case.state.in_(WAITING))
    return db.session.scalar(counted) or 0


def load_case(space: Space, case_id: int) -> Case:
    """One case of a space.

    Raises
    ------
    Missing
        When there is none, or it belongs to another space.
    """
    found = db.session.get(Case, case_id)
    if found is None or found.space_id != space.id:
        raise Missing()
    return found


def case_of(contribution: Contribution) -> Case | None:
    """The case of a text as it stands now."""
    return db.session.scalar(
        select(Case).where(
            Case.contribution_id == contribution.id, Case.version == contribution.version
        )
    )


def reports_of(case: Case) -> Sequence[Report]:
    """The reports of a case, oldest first."""
    return db.session.scalars(
        select(Report).where(Report.case_id == case.id).order_by(Report.id)
    ).all()


def reasons_by_case(cases: Iterable[Case]) -> dict[int, list[tuple[Reason, int]]]:
    """How often each reason was given, by case, the commonest first."""
    ids = [case.id for case in cases]
    rows = db.session.execute(
        select(Report.case_id, Report.reason, func.count())
        .where(Report.case_id.in_(ids))
        .group_by(Report.case_id, Report.reason)
    )
    found: dict[int, list[tuple[Reason, int]]] = {case_id: [] for case_id in ids}
    for case_id, reason, size in rows:
        found[case_id].append((reason, size))
    return {key: sorted(some, key=lambda pair: (-pair[1], pair[0])) for key, some in found.items()}


def has_reported(account_id: int, contribution: Contribution) -> bool:
    """Whether a person reported a text as it stands now."""
    found = (
        select(Report.id)
        .join(Case, Case.id == Report.case_id)
        .where(
            Case.contribution_id == contribution.id,
            Case.version == contribution.version,
            Report.reporter_id == account_id,
        )
    )
    return db.session.scalar(found.limit(1)) is not None


def reports_lately(account_id: int, since: timedelta = timedelta(hours=1)) -> int:
    """How many texts a person reported within this time."""
    counted = select(func.count()).where(
        Report.reporter_id == account_id, Report.at > now() - since
    )
    return db.session.scalar(counted) or 0


def decisions_on(contribution: Contribution) -> Sequence[Decision]:
    """Every decision on a text, whatever its version, newest first."""
    statement = (
        select(Decision)
        .join(Case, Case.id == Decision.case_id)
        .where(Case.contribution_id == contribution.id)
        .order_by(Decision.at.desc(), Decision.id.desc())
        .options(joinedload(Decision.by), joinedload(Decision.case))
    )
    return db.session.scalars(statement).all()


def deciders_of(case: Case) -> set[int]:
    """Who decided on a case."""
    return set(db.session.scalars(select(Decision.by_id).where(Decision.case_id == case.id)))


def standing_reasons(ids: Iterable[int]) -> dict[int, Reason]:
    """Why each of these texts is hidden, for those that are."""
    statement = (
        select(Case.contribution_id, Decision.reason)
        .join(Decision, Decision.case_id == Case.id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(
            Case.contribution_id.in_(list(ids)),
            Contribution.state == State.HIDDEN,
            Decision.outcome == Outcome.HIDE,
        )
        .order_by(Decision.at, Decision.id)
    )
    return {key: reason for key, reason in db.session.execute(statement) if reason is not None}


def moderators_of(space: Space) -> Sequence[int]:
    """The account ids of a space's moderators."""
    return db.session.scalars(
        select(Membership.account_id).where(
            Membership.space_id == space.id, Membership.role == Role.MODERATOR
        )
    ).all()


def author_of(contribution: Contribution) -> Account:
    """Who wrote a text."""
    return db.session.get_one(Account, contribution.author_id)


def figures(space: Space) -> list[Row[Outcome, Reason | None, int]]:
    """Decisions taken in a space, counted by outcome and reason."""
    statement = (
        select(Decision.outcome, Decision.reason, func.count())
        .join(Case, Case.id == Decision.case_id)
        .where(Case.space_id == space.id)
        .group_by(Decision.outcome, Decision.reason)
        .order_by(Decision.outcome, Decision.reason)
    )
    return list(db.session.execute(statement).all())


def delays(space: Space) -> list[timedelta]:
    """How long each decided case of a space waited for its first decision, shortest first."""
    first = (
        select(Decision.case_id, func.min(Decision.at).label("at"))
        .group_by(Decision.case_id)
        .subquery()
    )
    rows: list[tuple[datetime, datetime]] = [
        (opened, at)
        for opened, at in db.session.execute(
            select(Case.opened_at, first.c.at)
            .join(first, first.c.case_id == Case.id)
            .where(Case.space_id == space.id, Case.report_count > 0)
        )
    ]
    return sorted(at - opened for opened, at in rows)
