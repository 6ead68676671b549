"""The audit log names the row that somebody changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update

from civic import audit
from civic.audit import AuditEntry
from tests.factories import Factories


def entries(db: Any) -> list[AuditEntry]:
    return list(db.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_an_untouched_log_is_whole(make: Factories, db: Any) -> None:
    make.space()
    audit.record(make.account(), "test.act", because="pour voir", counted=3)
    assert audit.first_fault() is None


def test_a_changed_reason_is_found(make: Factories, db: Any) -> None:
    for number in range(3):
        audit.record(None, "test.act", because=f"raison {number}")
    changed = entries(db)[-2]
    db.execute(update(AuditEntry).where(AuditEntry.id == changed.id).values(reason="autre"))
    db.expire_all()
    assert audit.first_fault() is changed


def test_a_removed_row_is_found(make: Factories, db: Any) -> None:
    for number in range(3):
        audit.record(None, "test.act", because=f"raison {number}")
    last, removed = entries(db)[-1], entries(db)[-2]
    db.execute(delete(AuditEntry).where(AuditEntry.id == removed.id))
    db.expire_all()
    assert audit.first_fault() is last


def test_two_rows_that_changed_places_are_found_at_the_first_of_them(
    make: Factories, db: Any
) -> None:
    for number in range(4):
        audit.record(None, "test.act", because=f"raison {number}")
    one, other = entries(db)[-3], entries(db)[-2]
    ids = (one.id, other.id)
    for before, after in ((ids[0], -1), (ids[1], ids[0]), (-1, ids[1])):
        db.execute(update(AuditEntry).where(AuditEntry.id == before).values(id=after))
    db.expire_all()
    db.expunge_all()
    fault = audit.first_fault()
    assert fault is not None
    assert fault.id == ids[0]
