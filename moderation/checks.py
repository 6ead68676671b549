"""Invariants of moderation: what `palabre check` verifies of this package."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import aliased, joinedload

from civic.accounts.models import Account, Origin
from civic.checking import invariant
from civic.contributions.models import Contribution, State
from civic.db import db
from moderation.models import (
    Case,
    CaseState,
    Decision,
    Effect,
    Measure,
    Merger,
    Outcome,
    Plea,
    Report,
    Sanction,
    VisitorReport,
)
from moderation.sanctions.queries import ends_of


def _standing_hides() -> set[int]:
    """The texts that a decision hid and none brought back."""
    rows = db.session.scalars(
        select(Case.contribution_id)
        .join(Decision, Decision.case_id == Case.id)
        .join(Effect, Effect.decision_id == Decision.id)
        .where(
            Decision.outcome == Outcome.HIDE, Effect.main_id.is_(None),
            Effect.reversed_by_id.is_(None),
        )
    )  # fmt: skip
    return set(rows)


def _in_state(state: State) -> set[int]:
    return set(db.session.scalars(select(Contribution.id).where(Contribution.state == state)))


@invariant("hidden texts have a decision")
def _hidden_texts() -> Iterator[str]:
    for row_id in sorted(_in_state(State.HIDDEN) - _standing_hides()):
        yield f"contribution {row_id}"


@invariant("texts that a decision hid are not public")
def _decided_texts() -> Iterator[str]:
    for row_id in sorted(_standing_hides() & _in_state(State.VISIBLE)):
        yield f"contribution {row_id}"


@invariant("texts that wait for a moderator have a case")
def _waiting_texts() -> Iterator[str]:
    has_case = select(Case.contribution_id)
    waiting = (
        select(Contribution.id)
        .join(Account, Account.id == Contribution.author_id)
        .where(
            Contribution.state == State.PENDING, Account.origin == Origin.PERSON,
            Contribution.id.not_in(has_case),
        )
    )  # fmt: skip
    for row_id in db.session.scalars(waiting):
        yield f"contribution {row_id}"


@invariant("every decision says what it changed")
def _effects() -> Iterator[str]:
    known = select(Effect.decision_id)
    for row_id in db.session.scalars(select(Decision.id).where(Decision.id.not_in(known))):
        yield f"decision {row_id}"


@invariant("merged texts are settled and lead to a text that is not merged")
def _mergers() -> Iterator[str]:
    merged = set(db.session.scalars(select(Merger.duplicate_id)))
    rows = db.session.execute(
        select(Merger.duplicate_id, Merger.into_id, Contribution.is_settled).join(
            Contribution, Contribution.id == Merger.duplicate_id
        )
    )
    for duplicate, into, is_settled in rows:
        if into in merged or not is_settled:
            yield f"contribution {duplicate}"


@invariant("accounts are limited until their measures end")
def _sanction_ends() -> Iterator[str]:
    ids = list(db.session.scalars(select(Sanction.account_id).distinct()))
    suspended, limited = ends_of(ids, Measure.SUSPENDED), ends_of(ids, Measure.LIMITED)
    rows = db.session.execute(
        select(Account.id, Account.suspended_until, Account.limited_until).order_by(Account.id)
    )
    for row_id, suspended_until, limited_until in rows:
        if suspended.get(row_id) != suspended_until or limited.get(row_id) != limited_until:
            yield f"account {row_id}"


@invariant("report counts equal reports")
def _report_counts() -> Iterator[str]:
    counted = (
        select(func.count()).where(Report.case_id == Case.id).correlate(Case).scalar_subquery()
    )
    wrong = select(Case.id, Case.report_count, counted).where(Case.report_count != counted)
    for row_id, kept, real in db.session.execute(wrong):
        yield f"case {row_id}: {kept} ≠ {real}"
    case = aliased(Case)
    of_text = (
        select(func.coalesce(func.sum(case.report_count), 0))
        .where(case.contribution_id == Contribution.id)
        .correlate(Contribution)
        .scalar_subquery()
    )
    wrong = select(Contribution.id, Contribution.report_count, of_text).where(
        Contribution.report_count != of_text
    )
    for row_id, kept, real in db.session.execute(wrong):
        yield f"contribution {row_id}: {kept} ≠ {real}"


@invariant("every case stands where its last decision left it")
def _case_states() -> Iterator[str]:
    sizes = dict(
        db.session.execute(select(Decision.case_id, func.count()).group_by(Decision.case_id)).all()
    )
    last = {
        decision.case_id: decision
        for decision in db.session.scalars(
            select(Decision).order_by(Decision.number).options(joinedload(Decision.effect))
        )
    }
    reported, contested = _last_reports(), _last_pleas()
    taken_back = _in_state(State.REMOVED)
    for case in db.session.scalars(select(Case).order_by(Case.id)):
        decision = last.get(case.id)
        possible = _possible(decision, reported.get(case.id), contested.get(case.id))
        if case.turn != sizes.get(case.id, 0):
            yield f"case {case.id}: {case.turn} ≠ {sizes.get(case.id, 0)}"
        elif case.decided_at != (decision.at if decision else None):
            yield f"case {case.id}: {case.decided_at}"
        elif case.state is CaseState.CLOSED:
            if case.contribution_id not in taken_back:
                yield f"case {case.id}: {case.state}"
        elif case.state not in possible:
            yield f"case {case.id}: {case.state}"


def _last_pleas() -> dict[int, datetime]:
    """When a decision on each case was last contested."""
    rows = db.session.execute(
        select(Decision.case_id, func.max(Plea.at))
        .join(Plea, Plea.decision_id == Decision.id)
        .group_by(Decision.case_id)
    )
    return dict(rows.all())


def _last_reports() -> dict[int, datetime]:
    """When each case was last reported."""
    every = union_all(
        select(Report.case_id, Report.at), select(VisitorReport.case_id, VisitorReport.at)
    ).subquery()
    rows = db.session.execute(
        select(every.c.case_id, func.max(every.c.at)).group_by(every.c.case_id)
    )
    return dict(rows.all())


def _possible(
    decision: Decision | None, reported_at: datetime | None, contested_at: datetime | None
) -> set[CaseState]:
    """Where a case may stand after its last decision, and the last report and plea on it."""
    if decision is None:
        return {CaseState.OPEN}
    found = {CaseState.DECIDED}
    if decision.outcome is Outcome.UNDO and decision.effect is not None:
        found = {CaseState(decision.effect.details["standings"][str(decision.case_id)])}
    if contested_at is not None and contested_at >= decision.at:
        return {CaseState.CONTESTED}
    if reported_at is not None and reported_at >= decision.at:
        found.add(CaseState.OPEN)
    return found
