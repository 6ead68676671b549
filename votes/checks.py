"""Invariants of supports and stances: what `palabre check` verifies of this package."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from civic.checking import invariant
from civic.contributions.models import Contribution
from civic.db import db
from votes.models import Choice, Stance, Support


@invariant("support counts equal supports")
def _supports() -> Iterator[str]:
    counted = (
        select(func.count())
        .select_from(Support)
        .where(Support.contribution_id == Contribution.id)
        .correlate(Contribution)
        .scalar_subquery()
    )
    wrong = select(Contribution.id, Contribution.support_count, counted).where(
        Contribution.support_count != counted
    )
    for row_id, kept, real in db.session.execute(wrong):
        yield f"contribution {row_id}: {kept} ≠ {real}"


@invariant("stance counts equal stances")
def _stances() -> Iterator[str]:
    columns = {
        Choice.AGREE: Contribution.agree_count,
        Choice.DISAGREE: Contribution.disagree_count,
        Choice.PASS: Contribution.pass_count,
    }
    for choice, column in columns.items():
        counted = (
            select(func.count())
            .select_from(Stance)
            .where(Stance.contribution_id == Contribution.id, Stance.value == choice)
            .correlate(Contribution)
            .scalar_subquery()
        )
        wrong = select(Contribution.id, column, counted).where(column != counted)
        for row_id, kept, real in db.session.execute(wrong):
            yield f"contribution {row_id}, {choice.name.lower()}: {kept} ≠ {real}"
