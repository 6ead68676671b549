"""Find the syntheses of a space, and what a published one says of a contribution."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select, true
from sqlalchemy.orm import contains_eager, joinedload

from civic.contributions.models import Contribution, Gathered, SpaceCount, visible
from civic.db import db
from civic.errors import Missing
from civic.jobs import Job
from civic.spaces.models import Role, Space
from civic.spaces.queries import team_of
from synthesis.models import COMPUTED, UNDER_WAY, Placement, State, Submission, Synthesis, Theme

KINDS = ("proposal",)
KINDS_WITH_COMMENTS = ("proposal", "comment")


def kinds_read(with_comments: bool) -> tuple[str, ...]:
    """Which kinds of contribution a synthesis reads."""
    return KINDS_WITH_COMMENTS if with_comments else KINDS


def officials_of(space: Space) -> set[int]:
    """The accounts that make the synthesis of a space."""
    team = db.session.scalars(team_of(space))
    return {member.account_id for member in team if member.role is Role.OFFICIAL}


def versions_of(space: Space) -> Select[Synthesis]:
    """Every version of a space, newest first."""
    return (
        select(Synthesis)
        .where(Synthesis.space_id == space.id)
        .order_by(Synthesis.number.desc())
        .options(joinedload(Synthesis.asked_by), joinedload(Synthesis.published_by))
        .options(joinedload(Synthesis.submission).joinedload(Submission.by))
    )


def public_versions(space: Space) -> Select[Synthesis]:
    """The versions that everyone may read, newest first."""
    return versions_of(space).where(Synthesis.published_at.is_not(None))


def load(space: Space, number: int) -> Synthesis:
    """One version of a space.

    Raises
    ------
    Missing
        When there is none.
    """
    found = db.session.scalar(versions_of(space).where(Synthesis.number == number))
    if found is None:
        raise Missing()
    return found


def load_public(space: Space, number: int | None = None) -> Synthesis:
    """A published version, the latest unless told otherwise.

    Raises
    ------
    Missing
        When there is none.
    """
    statement = public_versions(space)
    if number is not None:
        statement = statement.where(Synthesis.number == number)
    found = db.session.scalar(statement.limit(1))
    if found is None:
        raise Missing()
    return found


def under_way(space: Space) -> Synthesis | None:
    """The version that the worker still has to finish, if there is one."""
    statement = versions_of(space).where(Synthesis.state.in_(UNDER_WAY)).limit(1)
    found = db.session.scalar(statement)
    return None if found is None or has_failed(found, job_of(found)) else found


def latest_done(space: Space) -> Synthesis | None:
    """The newest version that was computed: the next one starts from what people fixed in it."""
    return db.session.scalar(versions_of(space).where(Synthesis.state.in_(COMPUTED)).limit(1))


def job_of(synthesis: Synthesis) -> Job | None:
    """The job that computes a version, as long as its row is kept."""
    return db.session.get(Job, synthesis.job_id) if synthesis.job_id else None


def has_failed(synthesis: Synthesis, job: Job | None) -> bool:
    """Whether a version will never be done: it says so, or its worker died twice."""
    if synthesis.state is State.FAILED:
        return True
    return synthesis.is_under_way and job is not None and job.state == "failed"


def readable_count(space: Space, with_comments: bool = True) -> int:
    """How many contributions a synthesis asked for now would read; kept, not counted."""
    statement = select(func.sum(SpaceCount.visible)).where(
        SpaceCount.space_id == space.id, SpaceCount.kind.in_(kinds_read(with_comments))
    )
    return db.session.scalar(statement) or 0


def readable(space: Space, with_comments: bool) -> Select[Any]:
    """What a synthesis reads: id, title, body, language, author and version of visible texts, and
    for how many people each speaks."""
    return (
        select(  # type: ignore[return-value]
            Contribution.id,
            Contribution.title,
            Contribution.body,
            Contribution.language,
            Contribution.author_id,
            Contribution.version,
            func.coalesce(Gathered.speaks_for, 1).label("speaks_for"),
        )
        .outerjoin(Gathered, Gathered.contribution_id == Contribution.id)
        .where(
            Contribution.space_id == space.id,
            Contribution.kind.in_(kinds_read(with_comments)),
            visible(),
        )
        .order_by(Contribution.id)
    )


def people_among(rows: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    """How many people speak in some places: an author counts once, a text for several all of them.

    Parameters
    ----------
    rows : condition, optional
        Which of the places count.
    """
    counts = true() if rows is None else rows
    alone = and_(counts, Placement.speaks_for == 1)
    several = and_(counts, Placement.speaks_for > 1)
    authors = func.count(case((alone, Placement.person)).distinct())
    return authors + func.coalesce(func.sum(case((several, Placement.speaks_for))), 0)


def recomputed_figures(synthesis: Synthesis) -> dict[str, Any]:
    """The figures that a publication states, counted again from the rows.

    All rows count, those hidden since included: the figures of a published page are a fact of its
    day, and what is no longer public is told beside them. Each theme has its contributions, people,
    different texts and placements to check.
    """
    texts = func.coalesce(Placement.copy_of_id, Placement.contribution_id)
    rows = db.session.execute(
        select(
            Placement.theme_id,
            Placement.is_set_aside,
            func.count(),
            people_among(),
            func.count(texts.distinct()),
            func.sum(case((Placement.is_doubtful, 1), else_=0)),
        )
        .where(Placement.synthesis_id == synthesis.id)
        .group_by(Placement.theme_id, Placement.is_set_aside)
    ).all()
    themes = {str(row[0]): list(row[2:]) for row in rows if row[0] is not None}
    return {
        "received": sum(row[2] for row in rows),
        "in_themes": sum(seen[0] for seen in themes.values()),
        "alone": sum(row[2] for row in rows if row[0] is None and not row[1]),
        "set_aside": sum(row[2] for row in rows if row[1]),
        "people": _all_people(synthesis),
        "themes": dict(sorted(themes.items())),
    }


def _all_people(synthesis: Synthesis) -> int:
    statement = select(people_among()).where(Placement.synthesis_id == synthesis.id)
    return db.session.scalar(statement) or 0


def published_places(ids: Iterable[int]) -> dict[int, Placement]:
    """Where contributions stand in the latest published version of their space, in one query."""
    statement = (
        select(Placement)
        .join(Placement.synthesis)
        .where(
            Placement.contribution_id.in_(list(ids)),
            Synthesis.state == State.PUBLISHED,
        )
        .options(
            contains_eager(Placement.synthesis).joinedload(Synthesis.space),
            joinedload(Placement.theme).joinedload(Theme.synthesis),
        )
    )
    return {place.contribution_id: place for place in db.session.scalars(statement).unique()}


def published_in(spaces: Sequence[Space]) -> dict[int, Synthesis]:
    """The published synthesis of each of these spaces."""
    statement = select(Synthesis).where(
        Synthesis.space_id.in_([space.id for space in spaces]), Synthesis.state == State.PUBLISHED
    )
    return {found.space_id: found for found in db.session.scalars(statement)}
