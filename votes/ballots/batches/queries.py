"""Find batches, readings, marks and lines of the roll."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from civic.accounts.models import Account, Visitor
from civic.db import db, get_or_missing
from votes.ballots.batches.models import FIRST, SECOND, SETTLED, Batch, PaperMark, TypedPaper
from votes.ballots.models import Ballot, Emargement, RollEntry
from votes.ballots.queries import roll_entry_of

SHOWN_LINES = 20


def batches_of(ballot: Ballot) -> Sequence[Batch]:
    """Every batch, in the order of declaration."""
    return db.session.scalars(
        select(Batch).where(Batch.ballot_id == ballot.id).order_by(Batch.id)
    ).all()


def load_batch(ballot: Ballot, batch_id: int) -> Batch:
    """A batch of this ballot.

    Raises
    ------
    Missing
        When there is none.
    """
    found: Batch = get_or_missing(Batch, batch_id, ballot_id=ballot.id)
    return found


def unfinished(ballot: Ballot) -> int:
    """How many batches are neither in the box nor withdrawn."""
    return (
        db.session.scalar(
            select(func.count()).where(
                Batch.ballot_id == ballot.id, Batch.admitted_at.is_(None),
                Batch.withdrawn_at.is_(None),
            )
        )
        or 0
    )  # fmt: skip


def reading(batch: Batch, number: int) -> dict[int, str]:
    """What one reading says, by the number of the paper."""
    rows = db.session.execute(
        select(TypedPaper.number, TypedPaper.content).where(
            TypedPaper.batch_id == batch.id, TypedPaper.reading == number
        )
    )
    return {row.number: row.content for row in rows}


def differences(batch: Batch) -> dict[int, tuple[str, str]]:
    """Papers that the two typists read differently: what the first one read, and the second."""
    first, second = reading(batch, FIRST), reading(batch, SECOND)
    return {n: (first[n], second[n]) for n in sorted(first) if first[n] != second.get(n)}


def final(batch: Batch) -> dict[int, str]:
    """What goes into the box: the reading that both made, or what was settled."""
    return reading(batch, FIRST) | reading(batch, SETTLED)


def unsettled(batch: Batch) -> list[int]:
    """Papers read differently of which nobody has decided yet."""
    settled = reading(batch, SETTLED)
    return [number for number in differences(batch) if number not in settled]


def marks_of(batch: Batch) -> int:
    """How many lines of the roll are marked as having voted with this batch."""
    return db.session.scalar(select(func.count()).where(PaperMark.batch_id == batch.id)) or 0


def voted_on_paper(ballot: Ballot, account: Account | Visitor) -> bool:
    """Whether this person's line of the roll is marked as having voted on paper."""
    line = roll_entry_of(ballot, account)
    return line is not None and db.session.get(PaperMark, (ballot.id, line)) is not None


def lines(ballot: Ballot, words: str) -> list[tuple[RollEntry, bool, int | None]]:
    """Lines of the roll that hold these words: the line, whether it voted online, its batch."""
    statement = (
        select(RollEntry, Emargement.account_id, PaperMark.batch_id)
        .outerjoin(Emargement, Emargement.roll_entry_id == RollEntry.id)
        .outerjoin(PaperMark, PaperMark.roll_entry_id == RollEntry.id)
        .where(
            RollEntry.ballot_id == ballot.id,
            func.lower(RollEntry.email).contains(words.lower(), autoescape=True),
        )
        .order_by(RollEntry.email)
        .limit(SHOWN_LINES)
    )
    rows = db.session.execute(statement).all()
    return [(entry, account is not None, batch) for entry, account, batch in rows]


def load_line(ballot: Ballot, line_id: int) -> RollEntry:
    """A line of this ballot's roll.

    Raises
    ------
    Missing
        When there is none.
    """
    found: RollEntry = get_or_missing(RollEntry, line_id, ballot_id=ballot.id)
    return found


def has_voted_online(line: RollEntry) -> bool:
    """Whether an émargement stands at this line."""
    statement = select(func.count()).where(Emargement.roll_entry_id == line.id)
    return bool(db.session.scalar(statement))
