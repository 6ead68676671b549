"""Publish the head of the audit log."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from civic.audit import AuditEntry
from civic.clock import now
from civic.db import db, insert_if_absent
from civic.journal.models import LogHead
from civic.journal.signing import sign
from civic.settings import active

HEAD = "palabre log head"


def head_of_log() -> AuditEntry | None:
    """The last entry of the audit log."""
    return db.session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))


def statement(kind: str, told: dict[str, Any]) -> str:
    """What is signed: its kind, then JSON in one way only."""
    written = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{kind}\n{written}"


def publish_head() -> bool:
    """Sign today's head, once a day; whether there was one to publish."""
    day, head = now().astimezone(active().zone).date(), head_of_log()
    if head is None or db.session.get(LogHead, day) is not None:
        return False
    told = {"day": day.isoformat(), "entry": head.id, "digest": head.digest}
    signed = sign(statement(HEAD, told))
    return insert_if_absent(
        LogHead,
        {"day": day, "entry_id": head.id, "digest": head.digest, **vars(signed)},
    )
