"""Invariants of budgets: what `palabre check` verifies of envelopes and districts."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import exists, func, select

from civic.checking import invariant
from civic.db import db
from votes.ballots.models import Emargement, State as BallotState
from votes.budgets.describing import mark
from votes.budgets.models import Budget, DistrictChoice, Envelope, Project, State


@invariant("every budget is as it was opened")
def _definitions() -> Iterator[str]:
    opened = select(Budget).where(Budget.state == State.VOTE).order_by(Budget.id)
    for budget in db.session.scalars(opened).all():
        if mark(budget) != budget.definition_digest:
            yield f"budget {budget.id}: its definition has changed since the opening"


@invariant("whoever voted in a district had a place there")
def _places() -> Iterator[str]:
    placed = exists().where(
        DistrictChoice.envelope_id == Envelope.id,
        DistrictChoice.account_id == Emargement.account_id,
    )
    without = (
        select(Envelope.id, func.count())
        .join(Emargement, Emargement.ballot_id == Envelope.ballot_id)
        .where(Envelope.is_town.is_(False), ~placed)
        .group_by(Envelope.id)
    )
    for envelope_id, count in db.session.execute(without):
        yield f"envelope {envelope_id}: {count} without a place"


@invariant("no envelope is overspent")
def _spending() -> Iterator[str]:
    counted = select(Envelope).where(Envelope.ballot_id.is_not(None)).order_by(Envelope.id)
    for envelope in db.session.scalars(counted).all():
        ballot = envelope.ballot
        if ballot is None or ballot.state not in (BallotState.SEALED, BallotState.PUBLISHED):
            continue
        chosen = (ballot.result or {}).get("selected") or []
        costs = select(func.sum(Project.cost)).where(
            Project.envelope_id == envelope.id, Project.option_key.in_(chosen)
        )
        spent = db.session.scalar(costs) or 0
        if spent > envelope.amount:
            yield f"envelope {envelope.id}: {spent} of {envelope.amount}"
