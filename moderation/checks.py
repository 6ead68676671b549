"""Invariants of moderation: what `palabre check` verifies of this package."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import aliased, joinedload

from civic.checking import invariant
from civic.contributions.models import Contribution, State
from civic.db import db
from moderation.models import Case, CaseState, Decision, Outcome, Report, VisitorReport


def _last_outcomes() -> dict[int, Outcome]:
    """The outcome of the last decision that hid or restored each text."""
    rows = db.session.execute(
        select(Case.contribution_id, Decision.outcome)
        .join(Decision, Decision.case_id == Case.id)
        .where(Decision.outcome.in_((Outcome.HIDE, Outcome.RESTORE)))
        .order_by(Decision.at, Decision.id)
    )
    return {key: outcome for key, outcome in rows}  # noqa: C416  (the last one stands)


@invariant("hidden texts have a decision")
def _hidden_texts() -> Iterator[str]:
    last = _last_outcomes()
    hidden = db.session.scalars(
        select(Contribution.id).where(Contribution.state == State.HIDDEN)
    ).all()
    for row_id in hidden:
        if last.get(row_id) is not Outcome.HIDE:
            yield f"contribution {row_id}"


@invariant("texts that a decision hid are not public")
def _decided_texts() -> Iterator[str]:
    visible = set(
        db.session.scalars(select(Contribution.id).where(Contribution.state == State.VISIBLE))
    )
    for row_id, outcome in _last_outcomes().items():
        if outcome is Outcome.HIDE and row_id in visible:
            yield f"contribution {row_id}"


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
            select(Decision).order_by(Decision.number).options(joinedload(Decision.plea))
        )
    }
    reported = _last_reports()
    for case in db.session.scalars(select(Case).order_by(Case.id)):
        decision = last.get(case.id)
        if case.turn != sizes.get(case.id, 0):
            yield f"case {case.id}: {case.turn} ≠ {sizes.get(case.id, 0)}"
        elif case.decided_at != (decision.at if decision else None):
            yield f"case {case.id}: {case.decided_at}"
        elif case.state not in _possible(decision, reported.get(case.id)):
            yield f"case {case.id}: {case.state}"


def _last_reports() -> dict[int, datetime]:
    """When each case was last reported."""
    every = union_all(
        select(Report.case_id, Report.at), select(VisitorReport.case_id, VisitorReport.at)
    ).subquery()
    rows = db.session.execute(
        select(every.c.case_id, func.max(every.c.at)).group_by(every.c.case_id)
    )
    return dict(rows.all())


def _possible(decision: Decision | None, reported_at: datetime | None) -> set[CaseState]:
    """Where a case may stand after its last decision and the last report on it."""
    if decision is None:
        return {CaseState.OPEN}
    if decision.plea is not None:
        return {CaseState.CONTESTED}
    if reported_at is not None and reported_at >= decision.at:
        return {CaseState.OPEN, CaseState.DECIDED}
    return {CaseState.DECIDED}
