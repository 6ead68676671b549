"""The figures of a synthesis, always counted from its rows.

Every figure shown carries `visible()`: what was hidden after a computation is in none, and the
coverage says how many such contributions there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import joinedload

from civic.contributions.models import Contribution, visible
from civic.db import db
from synthesis.models import Placement, Synthesis, Theme


@dataclass(frozen=True)
class Coverage:
    """Where everything that was read stands now. The parts always add up to `received`."""

    received: int
    in_themes: int
    alone: int
    set_aside: int
    not_public: int
    people: int

    @property
    def public(self) -> int:
        """What can still be read."""
        return self.received - self.not_public


@dataclass(frozen=True)
class ThemeLine:
    """A theme with its figures: visible contributions, the people who wrote them, how many texts
    once copies are counted as one, and how many a person should look at."""

    theme: Theme
    size: int
    people: int
    texts: int
    doubtful: int


def coverage(synthesis: Synthesis) -> Coverage:
    """Count every row of a version, in one statement."""
    shown = visible()
    row = db.session.execute(
        select(
            func.count(),
            _sum(and_(shown, Placement.theme_id.is_not(None))),
            _sum(and_(shown, Placement.theme_id.is_(None), Placement.is_set_aside.is_(False))),
            _sum(and_(shown, Placement.is_set_aside)),
            _sum(~shown),
            func.count(case((shown, Placement.person)).distinct()),
        )
        .select_from(Placement)
        .join(Contribution, Contribution.id == Placement.contribution_id)
        .where(Placement.synthesis_id == synthesis.id)
    ).one()
    return Coverage(*(value or 0 for value in row))


def _sum(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def theme_lines(synthesis: Synthesis, with_empty: bool = True) -> list[ThemeLine]:
    """The living themes of a version, the largest first."""
    counted = _theme_counts(synthesis)
    themes = db.session.scalars(
        select(Theme)
        .where(Theme.synthesis_id == synthesis.id, Theme.is_gone.is_(False))
        .options(joinedload(Theme.reviewed_by), joinedload(Theme.answered_by))
    )
    lines = [ThemeLine(theme, *counted.get(theme.id, (0, 0, 0, 0))) for theme in themes]
    kept = [line for line in lines if with_empty or line.size]
    return sorted(kept, key=lambda line: (-line.size, line.theme.position, line.theme.id))


def line_of(theme: Theme) -> ThemeLine:
    """One theme with its figures."""
    return ThemeLine(theme, *_theme_counts(theme.synthesis, theme).get(theme.id, (0, 0, 0, 0)))


def _theme_counts(
    synthesis: Synthesis, theme: Theme | None = None
) -> dict[int, tuple[int, int, int, int]]:
    statement = (
        select(
            Placement.theme_id,
            func.count(),
            func.count(Placement.person.distinct()),
            func.count(func.coalesce(Placement.copy_of_id, Placement.contribution_id).distinct()),
            _sum(Placement.is_doubtful),
        )
        .join(Contribution, Contribution.id == Placement.contribution_id)
        .where(Placement.synthesis_id == synthesis.id, Placement.theme_id.is_not(None), visible())
        .group_by(Placement.theme_id)
    )
    if theme is not None:
        statement = statement.where(Placement.theme_id == theme.id)
    return {row[0]: (row[1], row[2], row[3], row[4] or 0) for row in db.session.execute(statement)}


def unread_count(synthesis: Synthesis) -> int:
    """How many themes that hold something nobody has marked as read."""
    return sum(1 for line in theme_lines(synthesis, with_empty=False) if not line.theme.reviewed_at)
