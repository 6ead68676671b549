"""Invariants of moderation."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from civic.checking import invariant
from civic.contributions.models import Contribution, State
from civic.db import db
from moderation.models import Case, CaseState, Decision, Outcome, Report


def _last_outcomes() -> dict[int, Outcome]:
    """The outcome of the last decision that hid or restored each text."""
    rows = db.session.execute(
        select(Case.contribution_id, Decision.outcome)
        .join(Decision, Decision.case_id == Case.id)
        .where(Decision.outcome != Outcome.KEEP)
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


@invariant("decided cases have a decision")
def _decided_cases() -> Iterator[str]:
    decided = select(Decision.case_id)
    wrong = select(Case.id).where(Case.state == CaseState.DECIDED, Case.id.not_in(decided))
    for row_id in db.session.scalars(wrong):
        yield f"case {row_id}"
