"""What `palabre check` verifies of paper ballots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import func, select

from civic.checking import invariant
from civic.db import db
from votes.ballots import queries as ballots
from votes.ballots.batches import queries
from votes.ballots.batches.models import Batch, PaperMark
from votes.ballots.models import Ballot, Electorate, Emargement


def _admitted() -> Iterator[Batch]:
    statement = select(Batch).where(Batch.admitted_at.is_not(None)).order_by(Batch.id)
    yield from db.session.scalars(statement).all()


@invariant("every batch of papers is in the box as it was read")
def _in_the_box() -> Iterator[str]:
    for batch in _admitted():
        read = Counter(queries.final(batch).values())
        box = Counter(paper.content for paper in ballots.papers_of(batch.ballot))
        if read.total() != batch.size or read - box:
            yield f"batch {batch.id}: the box does not hold its papers"
        if queries.unsettled(batch):
            yield f"batch {batch.id}: some differences were never settled"


@invariant("where the roll has names, every paper has its mark")
def _marks() -> Iterator[str]:
    for batch in _admitted():
        marks = queries.marks_of(batch)
        if batch.ballot.electorate is Electorate.LISTED and marks != batch.size:
            yield f"batch {batch.id}: {batch.size} papers, {marks} marks"


@invariant("nobody votes both online and on paper")
def _once() -> Iterator[str]:
    both = (
        select(PaperMark.ballot_id, func.count())
        .join(Emargement, Emargement.roll_entry_id == PaperMark.roll_entry_id)
        .join(Ballot, Ballot.id == PaperMark.ballot_id)
        .group_by(PaperMark.ballot_id)
    )
    for ballot_id, count in db.session.execute(both):
        yield f"ballot {ballot_id}: {count}"
