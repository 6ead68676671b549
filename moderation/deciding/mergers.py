"""Merge a contribution into another that says the same, and take them apart again.

Both stay readable, under the names of their authors, each with a link to the other. What hangs on
them and knows more than moderation does (supports) follows through `CARRIERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from civic.clock import now
from civic.contributions.actions import follow
from civic.contributions.models import Contribution
from civic.db import db
from moderation.models import Decision, Merger

Carry = Callable[[Contribution, Contribution], None]


class Carrier(NamedTuple):
    """What a package does when one text joins another, and when they part."""

    join: Carry
    part: Carry


CARRIERS: list[Carrier] = []


def carries(join: Carry, part: Carry) -> None:
    """Register what follows a merger in the same transaction: both get the duplicate first."""
    CARRIERS.append(Carrier(join, part))


def merge(duplicate: Contribution, into: Contribution, decision: Decision) -> None:
    """Join two texts: the duplicate takes no more supports, those it has count at the other."""
    db.session.add(
        Merger(duplicate_id=duplicate.id, into_id=into.id, decision_id=decision.id, at=now())
    )
    duplicate.is_settled = True
    db.session.flush()
    follow(into, duplicate.author_id)
    for carrier in CARRIERS:
        carrier.join(duplicate, into)


def unmerge(duplicate: Contribution) -> None:
    """Take them apart; what was carried goes back, but not what people withdrew since."""
    merger = db.session.get_one(Merger, duplicate.id)
    into = db.session.get_one(Contribution, merger.into_id)
    for carrier in CARRIERS:
        carrier.part(duplicate, into)
    db.session.execute(delete(Merger).where(Merger.duplicate_id == duplicate.id))
    db.session.expunge(merger)
    duplicate.is_settled = False
    db.session.flush()


def is_merged(row: Contribution) -> bool:
    """Whether a text was merged into another."""
    return db.session.get(Merger, row.id) is not None


def is_target(row: Contribution) -> bool:
    """Whether others were merged into a text."""
    return (
        db.session.scalar(select(Merger.duplicate_id).where(Merger.into_id == row.id)) is not None
    )


def of_texts(ids: Sequence[int]) -> dict[int, Merger]:
    """Where these texts were merged into, for those that were."""
    statement = (
        select(Merger)
        .where(Merger.duplicate_id.in_(ids))
        .options(joinedload(Merger.into).joinedload(Contribution.author))
    )
    return {merger.duplicate_id: merger for merger in db.session.scalars(statement)}


def merged_into(ids: Sequence[int]) -> dict[int, list[Merger]]:
    """What was merged into each of these texts, oldest first."""
    statement = (
        select(Merger)
        .where(Merger.into_id.in_(ids))
        .order_by(Merger.at, Merger.duplicate_id)
        .options(joinedload(Merger.duplicate).joinedload(Contribution.author))
    )
    found: dict[int, list[Merger]] = {}
    for merger in db.session.scalars(statement):
        found.setdefault(merger.into_id, []).append(merger)
    return found
