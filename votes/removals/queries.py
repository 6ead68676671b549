"""Find removals of votes, and the votes that they are about."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account
from civic.contributions.models import Contribution
from civic.db import db
from civic.errors import Missing
from civic.spaces.models import Space
from moderation.transparency.queries import Period, gives_removed_votes
from votes.models import RemovalState, Stance, Support, VoteRemoval


def removals_in(space: Space) -> Sequence[VoteRemoval]:
    """Every request of a space, newest first."""
    statement = (
        select(VoteRemoval)
        .where(VoteRemoval.space_id == space.id)
        .order_by(VoteRemoval.id.desc())
        .options(joinedload(VoteRemoval.asked_by), joinedload(VoteRemoval.answered_by))
    )
    return db.session.scalars(statement).all()


def public_removals(spaces: Sequence[Space]) -> dict[int, list[VoteRemoval]]:
    """What everyone may know of each space: what was removed or given back, newest first."""
    statement = select(VoteRemoval).where(
        VoteRemoval.space_id.in_([space.id for space in spaces]),
        VoteRemoval.state.in_((RemovalState.DONE, RemovalState.REVERSED)),
    )
    found: dict[int, list[VoteRemoval]] = {space.id: [] for space in spaces}
    for removal in db.session.scalars(statement.order_by(VoteRemoval.id.desc())):
        found[removal.space_id].append(removal)
    return found


@gives_removed_votes
def removed_in(period: Period) -> dict[str, int]:
    """For the report of a quarter: votes removed in it, and of these those given back since."""
    rows = db.session.execute(
        select(VoteRemoval.state, func.sum(VoteRemoval.vote_count))
        .where(
            VoteRemoval.space_id == period.space.id, period.within(VoteRemoval.answered_at),
            VoteRemoval.state.in_((RemovalState.DONE, RemovalState.REVERSED)),
        )
        .group_by(VoteRemoval.state)
    )  # fmt: skip
    sizes: dict[RemovalState, int] = {state: int(size) for state, size in rows}
    return {"votes": sum(sizes.values()), "given_back": sizes.get(RemovalState.REVERSED, 0)}


def load_removal(space: Space, removal_id: int) -> VoteRemoval:
    """One request of a space.

    Raises
    ------
    Missing
    """
    found = db.session.get(VoteRemoval, removal_id)
    if found is None or found.space_id != space.id:
        raise Missing()
    return found


def known_accounts(ids: Collection[int]) -> set[int]:
    """Those of these numbers that are accounts."""
    return set(db.session.scalars(select(Account.id).where(Account.id.in_(list(ids)))))


def supports_by(account_ids: Collection[int], space: Space) -> Select[Support]:
    """The supports of these people in a space."""
    return (
        select(Support)
        .join(Contribution, Contribution.id == Support.contribution_id)
        .where(Support.account_id.in_(list(account_ids)), Contribution.space_id == space.id)
        .order_by(Support.contribution_id, Support.account_id)
    )


def stances_by(account_ids: Collection[int], space: Space) -> Select[Stance]:
    """The stances of these people in a space."""
    return (
        select(Stance)
        .join(Contribution, Contribution.id == Stance.contribution_id)
        .where(Stance.account_id.in_(list(account_ids)), Contribution.space_id == space.id)
        .order_by(Stance.contribution_id, Stance.account_id)
    )


def count_votes(account_ids: Collection[int], space: Space) -> int:
    """How many votes of these people a removal would take, never which."""
    sizes = (
        db.session.scalar(select(func.count()).select_from(found.subquery()))
        for found in (supports_by(account_ids, space), stances_by(account_ids, space))
    )
    return sum(size or 0 for size in sizes)
