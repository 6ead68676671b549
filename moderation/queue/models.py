"""What moderators keep about cases, and how each of them works."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import Boolean, Enum, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.accounts.models import Account
from civic.db import Base
from moderation.models import Case, Decision, Outcome, Reason


def _words(kind: type[enum.StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=14, values_callable=lambda e: [m.value for m in e])


class Note(Base):
    """What a moderator wants the others to know about a case. Never shown to anybody else."""

    __tablename__ = "moderation_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(
        ForeignKey("moderation_case.id", ondelete="CASCADE"), index=True
    )
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]

    by: Mapped[Account] = relationship()
    case: Mapped[Case] = relationship()


class Batch(Base):
    """The same decision on several cases, which one click undoes within a day."""

    __tablename__ = "moderation_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    outcome: Mapped[Outcome] = mapped_column(_words(Outcome))
    reason: Mapped[Reason | None] = mapped_column(_words(Reason))
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    by: Mapped[Account] = relationship()


class BatchItem(Base):
    """One decision of a batch."""

    __tablename__ = "moderation_batch_item"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("moderation_batch.id", ondelete="CASCADE"), primary_key=True
    )
    decision_id: Mapped[int] = mapped_column(
        ForeignKey("moderation_decision.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    decision: Mapped[Decision] = relationship()


class Alarm(Base):
    """Somebody was told that a case is nearly late; once each time that it waits."""

    __tablename__ = "moderation_alarm"

    case_id: Mapped[int] = mapped_column(
        ForeignKey("moderation_case.id", ondelete="CASCADE"), primary_key=True
    )
    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]


class Preference(Base):
    """How a moderator works: with keys or without, and where a decision leads."""

    __tablename__ = "moderator_preference"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    has_keys: Mapped[bool] = mapped_column(Boolean, default=True)
    goes_on: Mapped[bool] = mapped_column(Boolean, default=False)
