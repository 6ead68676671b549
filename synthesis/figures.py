"""The figures of a synthesis, always counted from its rows.

Every figure shown carries `visible()`: what was hidden after a computation is in none, and the
coverage says how many such contributions there are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, case, func, select, union
from sqlalchemy.orm import aliased, joinedload

from civic.contributions.models import Contribution, State, visible
from civic.db import db
from synthesis.models import Placement, Synthesis, Theme
from synthesis.queries import people_among

MANY = 500  # texts no longer public from which everything is simply counted again
Counts = tuple[int, ...]  # contributions, people, texts, placements to check


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
            people_among(shown),
        )
        .select_from(Placement)
        .join(Contribution, Contribution.id == Placement.contribution_id)
        .where(Placement.synthesis_id == synthesis.id)
    ).one()
    return Coverage(*(value or 0 for value in row))


def _sum(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def theme_lines(synthesis: Synthesis) -> list[ThemeLine]:
    """The living themes of a version, the largest first."""
    return _lines(synthesis, _theme_counts(synthesis))


def _lines(synthesis: Synthesis, counted: Mapping[int, Counts]) -> list[ThemeLine]:
    themes = db.session.scalars(
        select(Theme)
        .where(Theme.synthesis_id == synthesis.id, Theme.is_gone.is_(False))
        .options(joinedload(Theme.reviewed_by), joinedload(Theme.answered_by))
    )
    lines = [ThemeLine(theme, *counted.get(theme.id, (0, 0, 0, 0))) for theme in themes]
    return sorted(lines, key=lambda line: (-line.size, line.theme.position, line.theme.id))


def line_of(theme: Theme) -> ThemeLine:
    """One theme with its figures."""
    return ThemeLine(theme, *_theme_counts(theme.synthesis, [theme.id]).get(theme.id, (0, 0, 0, 0)))


def _theme_counts(
    synthesis: Synthesis, theme_ids: Collection[int] | None = None
) -> dict[int, Counts]:
    statement = (
        select(
            Placement.theme_id,
            func.count(),
            people_among(),
            func.count(func.coalesce(Placement.copy_of_id, Placement.contribution_id).distinct()),
            _sum(Placement.is_doubtful),
        )
        .join(Contribution, Contribution.id == Placement.contribution_id)
        .where(Placement.synthesis_id == synthesis.id, Placement.theme_id.is_not(None), visible())
        .group_by(Placement.theme_id)
    )
    if theme_ids is not None:
        statement = statement.where(Placement.theme_id.in_(theme_ids))
    return {row[0]: (row[1], row[2], row[3], row[4] or 0) for row in db.session.execute(statement)}


def unread_count(synthesis: Synthesis) -> int:
    """How many themes that hold something nobody has marked as read."""
    return sum(1 for line in theme_lines(synthesis) if line.size and not line.theme.reviewed_at)


# --- The figures of a published version -------------------------------------------------------


def public_figures(synthesis: Synthesis) -> tuple[Coverage, list[ThemeLine]]:
    """Coverage and themes as everyone sees them, without the themes that hold nothing public.

    The themes of a published version no longer change, so its figures are those stated on the day,
    less what is no longer public: only the themes that lost a text are counted again, and a page
    costs as much for a hundred thousand contributions as for a hundred.
    """
    lost: Sequence[Any] = ()
    if synthesis.is_public:
        lost = db.session.execute(_no_longer_public(synthesis).limit(MANY + 1)).all()
    if not synthesis.is_public or len(lost) > MANY:
        counted, lines = coverage(synthesis), theme_lines(synthesis)
    else:
        counted, lines = _less(synthesis, lost), _lines(synthesis, _counts_less(synthesis, lost))
    return counted, [line for line in lines if line.size]


def _less(synthesis: Synthesis, lost: Sequence[Any]) -> Coverage:
    stated = synthesis.figures
    return Coverage(
        received=stated["received"],
        in_themes=stated["in_themes"] - sum(1 for row in lost if row.theme_id is not None),
        alone=stated["alone"] - sum(1 for r in lost if r.theme_id is None and not r.is_set_aside),
        set_aside=stated["set_aside"] - sum(1 for row in lost if row.is_set_aside),
        not_public=len(lost),
        people=stated["people"] - _without_a_word(synthesis, lost),
    )


def _without_a_word(synthesis: Synthesis, lost: Sequence[Any]) -> int:
    """How many people have nothing left that is public since these texts are not."""
    several = sum(row.speaks_for for row in lost if row.speaks_for > 1)
    persons = {row.person for row in lost if row.speaks_for == 1}
    if not persons:
        return several
    left = (
        select(func.count(Placement.person.distinct()))
        .join(Contribution, Contribution.id == Placement.contribution_id)
        .where(
            Placement.synthesis_id == synthesis.id, Placement.person.in_(persons),
            Placement.speaks_for == 1, visible(),
        )
    )  # fmt: skip
    return several + len(persons) - (db.session.scalar(left) or 0)


def _counts_less(synthesis: Synthesis, lost: Sequence[Any]) -> dict[int, Counts]:
    counts = {int(theme): tuple(seen) for theme, seen in synthesis.figures["themes"].items()}
    changed = {row.theme_id for row in lost if row.theme_id is not None}
    if changed:
        counts = {k: v for k, v in counts.items() if k not in changed}
        counts |= _theme_counts(synthesis, changed)
    return counts


def _no_longer_public(synthesis: Synthesis) -> Select[Any]:
    """Places of texts that are hidden, taken back, or in the thread of one that is."""
    kinds = sorted(k for k in Contribution.__mapper__.polymorphic_map if isinstance(k, str))
    root = aliased(Contribution)
    states = [state for state in State if state is not State.VISIBLE]
    here = (Contribution.space_id == synthesis.space_id, Contribution.kind.in_(kinds))
    own = select(Contribution.id).where(*here, Contribution.state.in_(states))
    below = (
        select(Contribution.id)
        .join(root, root.id == Contribution.root_id)
        .where(
            root.space_id == synthesis.space_id,
            root.kind.in_(kinds),
            root.state.in_(states),
            Contribution.shaded,
        )
    )
    return select(  # type: ignore[return-value]
        Placement.contribution_id,
        Placement.theme_id,
        Placement.is_set_aside,
        Placement.person,
        Placement.speaks_for,
    ).where(
        Placement.synthesis_id == synthesis.id,
        Placement.contribution_id.in_(union(own, below)),
    )
