"""What `palabre check` verifies of the journal: heads that were published bind what came before."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from civic.audit import AuditEntry
from civic.checking import invariant
from civic.db import db
from civic.journal.actions import HEAD, statement
from civic.journal.models import LogHead
from civic.journal.signing import Signed, is_ours


@invariant("published heads stand in the audit log")
def heads_stand() -> Iterator[str]:
    """An entry that was removed or rewritten with all that follows still misses its head."""
    for head in db.session.scalars(select(LogHead).order_by(LogHead.day)):
        entry = db.session.get(AuditEntry, head.entry_id)
        if entry is None:
            yield f"{head.day}: entry {head.entry_id} was published as the head and is gone"
        elif entry.digest != head.digest:
            yield f"{head.day}: entry {head.entry_id} is not the one that was published"


@invariant("published heads are signed by a key of this instance")
def heads_are_signed() -> Iterator[str]:
    """The signature is of this statement, and the statement of these columns."""
    for head in db.session.scalars(select(LogHead).order_by(LogHead.day)):
        told = {"day": head.day.isoformat(), "entry": head.entry_id, "digest": head.digest}
        signed = Signed(head.statement, head.public_key, head.signature)
        if head.statement != statement(HEAD, told) or not is_ours(signed):
            yield f"{head.day}: the signature does not hold"
