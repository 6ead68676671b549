"""Facts that travel upwards, told after the commit.

A package below announces what happened; packages above may listen. A receiver cannot veto, gets
identifiers rather than objects, runs in a transaction of its own, and its failure is logged
without touching the act that it heard of.

    proposal_published = Event("proposal.published")
    proposal_published.send(proposal_id=7)          # queued
    commit()                                        # made permanent, then delivered
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy.orm import Session, object_session

log = structlog.get_logger()
_QUEUE = "palabre.events"


class Event:
    """One kind of fact. Its docstring, where it is declared, names what it carries."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.receivers: list[Callable[..., None]] = []

    def receive(self, receiver: Callable[..., None]) -> Callable[..., None]:
        """Listen to this fact."""
        self.receivers.append(receiver)
        return receiver

    def send(self, session: Session, **facts: Any) -> None:
        """Queue the fact on this session; it is delivered if, and only if, it commits."""
        session.info.setdefault(_QUEUE, []).append((self, facts))


def deliver(session: Session) -> None:
    """Hand the queued facts to their receivers, each on its own."""
    for fact, facts in session.info.pop(_QUEUE, []):
        for receiver in fact.receivers:
            try:
                receiver(**facts)
            except Exception:
                session.rollback()
                log.exception("event.receiver_failed", event=fact.name, receiver=receiver.__name__)


def forget(session: Session) -> None:
    """Drop what was queued by a unit of work that did not commit."""
    session.info.pop(_QUEUE, None)


def session_of(row: object) -> Session:
    """The session that holds this row."""
    session = object_session(row)
    if session is None:
        raise ValueError(f"{row!r} is not in a session.")
    return session
