"""The audit log: consequential acts, append-only, each entry bound to the one before it.

An entry's digest covers its own content and the digest of its predecessor, so that a changed or
removed row breaks the chain at a place that `first_fault` names. Entries hold identifiers and
reasons, never secrets nor the bodies of messages; they outlive what they speak of, which is why
they carry no foreign key.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, Text, select, text
from sqlalchemy.orm import Mapped, mapped_column

from civic.clock import now
from civic.db import Base, db

GENESIS = "0" * 64
_LOCK = 7_201_955  # any fixed number: PostgreSQL's advisory lock for the head of the chain


class AuditEntry(Base):
    """One act: who (account id, or none for the system), what, about what, and why."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    act: Mapped[str] = mapped_column(String(60), index=True)
    about: Mapped[str] = mapped_column(String(80), index=True, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)

    def computed_digest(self) -> str:
        """SHA-256 over the entry's content and its predecessor's digest."""
        content = [
            self.previous,
            self.at.isoformat(timespec="microseconds"),
            self.actor_id,
            self.act,
            self.about,
            self.reason,
            self.details,
        ]
        line = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(line.encode()).hexdigest()


def record(
    by: object | None, act: str, about: object | None = None, because: str = "", **details: Any
) -> AuditEntry:
    """Write one act down, in the transaction that does it.

    Parameters
    ----------
    by : Account or None
        Who acted; None for the system.
    act : str
        Dotted name, noun first: `proposal.withdrawn`.
    about : row, optional
        What it concerns; kept as `table:id`.
    because : str
        The reason given by the person.
    **details
        JSON values: before and after, counts, names of fields.
    """
    _lock_head()
    head = db.session.scalar(select(AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1))
    entry = AuditEntry(
        at=now(),
        actor_id=getattr(by, "id", None),
        act=act,
        about=name_of(about),
        reason=because,
        details=details,
        previous=head or GENESIS,
    )
    entry.digest = entry.computed_digest()
    db.session.add(entry)
    db.session.flush()
    return entry


def name_of(row: object | None) -> str:
    """`table:id` of a row; a contribution is named by the shared table, whatever its kind."""
    if row is None:
        return ""
    kind: Any = row.__class__  # not type(): the person signed in comes as a proxy of their account
    table = getattr(kind, "audit_table", None) or kind.__tablename__
    return f"{table}:{row.id}"  # type: ignore[attr-defined]


def _lock_head() -> None:
    # SQLite writers already stand in line (BEGIN IMMEDIATE); PostgreSQL needs to be told.
    if db.session.connection().dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def first_fault() -> AuditEntry | None:
    """The first entry that does not follow from the one before it; None when the chain is whole."""
    expected = GENESIS
    statement = select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=500)
    with db.session.execute(statement) as rows:
        for entry in rows.scalars():
            if entry.previous != expected or entry.digest != entry.computed_digest():
                return entry
            expected = entry.digest
    return None
