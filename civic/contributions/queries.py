"""Read contributions, whatever their kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account
from civic.contributions.models import Contribution, Follow, Revision, SpaceCount, State, visible
from civic.contributions.search import matches
from civic.db import db
from civic.errors import Missing
from civic.spaces.models import Space

Kind = TypeVar("Kind", bound=Contribution)


def load(kind: type[Kind], contribution_id: int, space: Space | None = None) -> Kind:
    """One contribution of a kind, of this space if one is given, with its author.

    Raises
    ------
    Missing
        When there is none, it is of another kind, or it stands in another space.
    """
    found = db.session.get(kind, contribution_id, options=[joinedload(Contribution.author)])
    if found is None or (space is not None and found.space_id != space.id):
        raise Missing()
    return found


def visible_in(kind: type[Kind], space: Space) -> Select[Kind]:
    """What everyone may read of one kind in one space, unordered, with the authors."""
    return (
        select(kind)
        .where(Contribution.space_id == space.id, Contribution.kind == kind_name(kind), visible())
        .options(joinedload(Contribution.author))
    )


def kind_name(kind: type[Contribution]) -> str:
    """The name of a kind in the `kind` column."""
    return str(kind.__mapper__.polymorphic_identity)


def count_of(space: Space, kind: type[Contribution]) -> int:
    """How many contributions of a kind everyone may read in a space; kept, not counted."""
    found = db.session.get(SpaceCount, (space.id, kind_name(kind)))
    return found.visible if found else 0


def counts_of(spaces: Sequence[Space], kind: type[Contribution]) -> dict[int, int]:
    """How many contributions of a kind everyone may read, by space."""
    ids = [space.id for space in spaces]
    statement = select(SpaceCount.space_id, SpaceCount.visible).where(
        SpaceCount.space_id.in_(ids), SpaceCount.kind == kind_name(kind)
    )
    return dict(db.session.execute(statement).all())


def search(query: str) -> Select[Contribution] | None:
    """Visible contributions that hold every word of the query, newest first."""
    condition = matches(query)
    if condition is None:
        return None
    return (
        select(Contribution)
        .join(Space, Space.id == Contribution.space_id)
        .where(condition, visible(), Space.published_at.is_not(None))
        .order_by(Contribution.published_at.desc(), Contribution.id.desc())
        .options(joinedload(Contribution.author), joinedload(Contribution.space))
    )


def written_by(account: Account) -> Select[Contribution]:
    """Everything a person wrote and has not taken back, newest first, for themselves."""
    return (
        select(Contribution)
        .where(Contribution.author_id == account.id, Contribution.state != State.REMOVED)
        .order_by(Contribution.created_at.desc(), Contribution.id.desc())
        .options(joinedload(Contribution.space))
    )


def revisions_of(contribution: Contribution) -> Select[Revision]:
    """Every version of a text, newest first."""
    return (
        select(Revision)
        .where(Revision.contribution_id == contribution.id)
        .order_by(Revision.number.desc())
    )


def followers_of(contribution: Contribution) -> Sequence[int]:
    """The account ids of those who follow a contribution."""
    return db.session.scalars(
        select(Follow.account_id).where(Follow.contribution_id == contribution.id)
    ).all()
