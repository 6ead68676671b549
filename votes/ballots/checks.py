"""Invariants of ballots: what `palabre check` verifies of the boxes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import select

from civic.checking import invariant
from civic.db import db
from civic.journal.signing import is_ours
from votes.ballots import queries, sealing
from votes.ballots.describing import definition_of, published_definition, told_by_seal
from votes.ballots.export import result_of
from votes.ballots.models import Ballot, State

CLOSED = (State.SEALED, State.PUBLISHED)


def _ballots(*states: State) -> Iterator[Ballot]:
    statement = select(Ballot).where(Ballot.state.in_(states)).order_by(Ballot.id)
    yield from db.session.scalars(statement).all()


@invariant("every ballot box holds as many ballots as there are émargements")
def _as_many() -> Iterator[str]:
    for ballot in _ballots(State.OPEN, *CLOSED):
        papers, voters = len(queries.papers_of(ballot)), queries.voters_of(ballot)
        if papers != voters:
            yield f"ballot {ballot.id}: {papers} ≠ {voters}"


@invariant("every sealed box is as it was sealed")
def _roots() -> Iterator[str]:
    for ballot in _ballots(*CLOSED):
        leaves = [
            sealing.leaf(p.id, p.content, p.receipt) for p in queries.papers_of(ballot)
        ]  # fmt: skip
        if sealing.merkle_root(leaves) != ballot.merkle_root:
            yield f"ballot {ballot.id}: the box is not the one that was sealed"


@invariant("every ballot is as it was opened")
def _definitions() -> Iterator[str]:
    for ballot in _ballots(State.OPEN, *CLOSED):
        if sealing.digest(published_definition(ballot)) != ballot.definition_digest:
            yield f"ballot {ballot.id}: its definition has changed since the opening"


@invariant("published results equal recounts")
def _recounts() -> Iterator[str]:
    for ballot in _ballots(*CLOSED):
        contents = [paper.content for paper in queries.papers_of(ballot)]
        if result_of(definition_of(ballot), contents) != ballot.result:
            yield f"ballot {ballot.id}: another result"


@invariant("every seal is signed by a key of this instance, and is of its box")
def _seals() -> Iterator[str]:
    for ballot in _ballots(*CLOSED):
        signed = queries.seal_of(ballot)
        if signed is None or not is_ours(signed):
            yield f"ballot {ballot.id}: the signature of its seal does not hold"
            continue
        said = json.loads(signed.statement.partition("\n")[2])
        contents = [paper.content for paper in queries.papers_of(ballot)]
        for name, value in told_by_seal(ballot, contents).items():
            if said.get(name) != value:
                yield f"ballot {ballot.id}: the seal says another {name}"
