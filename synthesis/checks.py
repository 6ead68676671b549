"""Invariants of syntheses: what `palabre check` verifies of this package."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from civic.checking import invariant
from civic.contributions.models import Contribution
from civic.db import db
from synthesis.models import Change, Placement, Synthesis, Theme
from synthesis.queries import recomputed_figures


@invariant("published figures equal recomputed ones")
def _figures() -> Iterator[str]:
    published = select(Synthesis).where(Synthesis.published_at.is_not(None))
    for synthesis in db.session.scalars(published).all():
        counted = recomputed_figures(synthesis)
        for name, value in counted.items():
            if synthesis.figures.get(name) != value:
                yield f"synthesis {synthesis.id}, {name}: {synthesis.figures.get(name)} ≠ {value}"


@invariant("every place of a synthesis is in a living theme of its own version")
def _places() -> Iterator[str]:
    wrong = (
        select(Placement.synthesis_id, Placement.contribution_id)
        .join(Theme, Theme.id == Placement.theme_id)
        .where(or_(Theme.is_gone, Theme.synthesis_id != Placement.synthesis_id))
    )
    for synthesis_id, row in db.session.execute(wrong):
        yield f"synthesis {synthesis_id}, contribution {row}"


@invariant("a synthesis reads its own space alone")
def _spaces() -> Iterator[str]:
    wrong = (
        select(Placement.synthesis_id, Placement.contribution_id)
        .join(Synthesis, Synthesis.id == Placement.synthesis_id)
        .join(Contribution, Contribution.id == Placement.contribution_id)
        .where(Contribution.space_id != Synthesis.space_id)
    )
    for synthesis_id, row in db.session.execute(wrong):
        yield f"synthesis {synthesis_id}, contribution {row}"


@invariant("changes of a synthesis are numbered without a gap")
def _changes() -> Iterator[str]:
    change = aliased(Change)
    counted = (
        select(change.synthesis_id, func.count(), func.max(change.number))
        .group_by(change.synthesis_id)
        .having(func.count() != func.max(change.number))
    )
    for synthesis_id, count, last in db.session.execute(counted):
        yield f"synthesis {synthesis_id}: {count} ≠ {last}"
