"""Declare a batch, mark who voted on paper, type it in twice, settle, and put it into the box."""

from __future__ import annotations

from sqlalchemy import delete, insert

from civic import audit
from civic.accounts.models import Account
from civic.clock import now
from civic.db import db, insert_if_absent, locked
from civic.errors import Conflict, NotAllowed
from civic.i18n import gettext as _
from civic.settings import active
from civic.text import plain
from votes.ballots import sealing
from votes.ballots.batches import queries, rules
from votes.ballots.batches.models import FIRST, SECOND, SETTLED, Batch, PaperMark, TypedPaper
from votes.ballots.casting import Content
from votes.ballots.export import NULL
from votes.ballots.models import Ballot, BoxPaper, RollEntry


def declare(ballot: Ballot, by: Account, reference: str, size: int) -> Batch:
    """Announce the papers of one polling place."""
    ballot = locked(ballot)
    rules.may_declare(ballot).require()
    reference = plain(reference).strip()
    if any(batch.reference == reference for batch in queries.batches_of(ballot)):
        raise Conflict(_("Another batch has this reference."))
    batch = Batch(
        ballot=ballot, reference=reference, size=size, declared_by_id=by.id, declared_at=now()
    )
    db.session.add(batch)
    db.session.flush()
    audit.record(by, "batch.declared", about=batch, ballot=ballot.id, size=size)
    return batch


def recount_papers(batch: Batch, by: Account, size: int) -> None:
    """Correct the number of papers, until somebody has begun to type them."""
    batch = locked(batch)
    rules.may_change(batch).require()
    if batch.first_by_id:
        raise Conflict(_("Somebody has begun to type this batch: its number of papers stays."))
    audit.record(by, "batch.resized", about=batch, before=batch.size, after=size)
    batch.size = size


def mark(batch: Batch, by: Account, line: RollEntry) -> None:
    """This line of the roll votes on paper. Holds the ballot, so that nobody casts meanwhile."""
    locked(batch.ballot)
    rules.may_mark(batch).require()
    if queries.has_voted_online(line):
        raise Conflict(_("This person has voted online already: do not take their paper."))
    day = now().astimezone(active().zone).date()
    values = {"ballot_id": batch.ballot_id, "roll_entry_id": line.id, "batch_id": batch.id}
    if not insert_if_absent(PaperMark, values | {"day": day}):
        raise Conflict(_("This person has voted on paper already."))
    audit.record(by, "batch.voter_marked", about=batch)


def unmark(batch: Batch, by: Account, line: RollEntry) -> None:
    """Take a mark back that was set by mistake."""
    locked(batch.ballot)
    rules.may_mark(batch).require()
    gone = db.session.execute(
        delete(PaperMark).where(PaperMark.batch_id == batch.id, PaperMark.roll_entry_id == line.id)
    )
    if gone.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(_("This line is not marked with this batch."))
    audit.record(by, "batch.mark_removed", about=batch, line=line.id)


def take_reading(batch: Batch, by: Account) -> int:
    """Become the first typist, or the second one; which of them."""
    batch = locked(batch)
    rules.may_take(batch, by.id, now()).require()
    if batch.first_by_id is None:
        batch.first_by_id, number = by.id, FIRST
    else:
        batch.second_by_id, number = by.id, SECOND
    audit.record(by, "batch.reading_taken", about=batch, reading=number)
    return number


def type_paper(batch: Batch, by: Account, number: int, content: Content | None) -> None:
    """What this person reads on one paper; None for one that says nothing readable."""
    batch = locked(batch)
    rules.may_type(batch, now()).require()
    reading = batch.reading_of(by.id)
    if reading is None or batch.has_finished(reading):
        raise NotAllowed(_("Your reading of this batch is finished, or not begun."))
    _write(batch, number, reading, content)


def end_reading(batch: Batch, by: Account) -> None:
    """Every paper is typed; from now on this reading stays as it is."""
    batch = locked(batch)
    rules.may_type(batch, now()).require()
    reading = batch.reading_of(by.id)
    if reading is None or batch.has_finished(reading):
        raise NotAllowed(_("Your reading of this batch is finished, or not begun."))
    if len(queries.reading(batch, reading)) != batch.size:
        raise Conflict(_("Some papers are not typed yet."))
    if reading == FIRST:
        batch.first_at = now()
    else:
        batch.second_at = now()
    audit.record(by, "batch.reading_ended", about=batch, reading=reading)


def settle(batch: Batch, by: Account, number: int, content: Content | None) -> None:
    """What stands on a paper that was read in two ways."""
    batch = locked(batch)
    rules.may_settle(batch, now()).require()
    if number not in queries.differences(batch):
        raise Conflict(_("Both have read this paper alike."))
    _write(batch, number, SETTLED, content)
    batch.settled_by_id = by.id
    audit.record(by, "batch.settled", about=batch, paper=number)


def _write(batch: Batch, number: int, reading: int, content: Content | None) -> None:
    if not 1 <= number <= batch.size:
        raise NotAllowed(_("This batch has no paper of this number."))
    written = NULL if content is None else sealing.canonical(content)
    row = db.session.get(TypedPaper, (batch.id, number, reading))
    if row is None:
        row = TypedPaper(batch_id=batch.id, number=number, reading=reading)
        db.session.add(row)
    row.content = written
    db.session.flush()


def admit(batch: Batch, by: Account) -> None:
    """Put the papers into the box, in no order, with receipts that nobody holds."""
    locked(batch.ballot)
    batch = locked(batch)
    unsettled, marks = len(queries.unsettled(batch)), queries.marks_of(batch)
    rules.may_admit(batch, by.id, unsettled, marks, now()).require()
    contents = sorted(queries.final(batch).values())
    db.session.execute(
        insert(BoxPaper),
        [
            {"id": sealing.new_paper_id(), "ballot_id": batch.ballot_id, "content": content,
             "receipt": sealing.receipt_digest(sealing.new_receipt()), "voter_key": None}
            for content in contents
        ],
    )  # fmt: skip
    batch.admitted_by_id, batch.admitted_at = by.id, now()
    audit.record(
        by, "batch.admitted", about=batch, size=batch.size, nulls=contents.count(NULL),
        settled=len(queries.differences(batch)),
    )  # fmt: skip


def withdraw(batch: Batch, by: Account, because: str) -> None:
    """Leave a batch out, with a reason that the result page shows; its marks are taken back."""
    locked(batch.ballot)
    batch = locked(batch)
    rules.may_withdraw(batch, by.id).require()
    db.session.execute(delete(PaperMark).where(PaperMark.batch_id == batch.id))
    batch.withdrawn_because, batch.withdrawn_at = plain(because), now()
    audit.record(by, "batch.withdrawn", about=batch, because=batch.withdrawn_because)
