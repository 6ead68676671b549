"""Supports and stances: one row per person and contribution, by primary key."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Enum,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.accounts.models import Account
from civic.db import Base
from civic.spaces.models import Space


class Support(Base):
    """A person supports a contribution."""

    __tablename__ = "support"

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    at: Mapped[datetime]


class Choice(enum.IntEnum):
    """What a person thinks of a statement."""

    AGREE = 1
    PASS = 0
    DISAGREE = -1


class Stance(Base):
    """A person's last word on a statement: +1 agree, -1 disagree, 0 pass; and whether it matters
    to them."""

    __tablename__ = "stance"
    __table_args__ = (
        CheckConstraint("value IN (-1, 0, 1)", name="value_known"),
        Index("ix_stance_account", "account_id", "contribution_id"),
        Index(
            "ix_stance_important", "contribution_id", sqlite_where=text("is_important"),
            postgresql_where=text("is_important"),
        ),
    )  # fmt: skip

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="RESTRICT"), primary_key=True
    )
    value: Mapped[int] = mapped_column(SmallInteger)
    is_important: Mapped[bool] = mapped_column(Boolean, default=False)
    at: Mapped[datetime]


class CarriedSupport(Base):
    """A support of a text that was merged into another: it counts there since.

    `was_new` says that the person did not support the other text already. The row says what comes
    back if the merger is undone.
    """

    __tablename__ = "carried_support"

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    at: Mapped[datetime]
    carried_at: Mapped[datetime]
    was_new: Mapped[bool] = mapped_column(Boolean)


class RemovalState(enum.StrEnum):
    """Where a request to remove votes stands."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"
    REVERSED = "reversed"  # the votes were given back


class VoteRemoval(Base):
    """Votes that fraud brought, removed by two people for a reason that everyone can read."""

    __tablename__ = "vote_removal"
    __table_args__ = (
        Index(None, "space_id", "state"),
        CheckConstraint("answered_by_id IS NULL OR answered_by_id <> asked_by_id", name="by_two"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="RESTRICT"))
    state: Mapped[RemovalState] = mapped_column(
        Enum(
            RemovalState, native_enum=False, length=10,
            values_callable=lambda e: [m.value for m in e],
        ),
        default=RemovalState.ASKED,
    )  # fmt: skip
    words: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="RESTRICT")
    )
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    vote_count: Mapped[int] = mapped_column(default=0)

    space: Mapped[Space] = relationship()
    asked_by: Mapped[Account] = relationship(foreign_keys=[asked_by_id])
    answered_by: Mapped[Account | None] = relationship(foreign_keys=[answered_by_id])
    accounts: Mapped[list[SuspectedAccount]] = relationship(order_by="SuspectedAccount.account_id")


class SuspectedAccount(Base):
    """One account whose votes a removal is about."""

    __tablename__ = "vote_removal_account"

    removal_id: Mapped[int] = mapped_column(
        ForeignKey("vote_removal.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )

    account: Mapped[Account] = relationship()


class RemovedVote(Base):
    """One vote as it was before its removal: `value` is empty for a support."""

    __tablename__ = "removed_vote"
    __table_args__ = (
        Index(
            "uq_removed_vote", "removal_id", "contribution_id", "account_id", "kind", unique=True
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    removal_id: Mapped[int] = mapped_column(ForeignKey("vote_removal.id", ondelete="CASCADE"))
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(10))
    value: Mapped[int | None] = mapped_column(SmallInteger)
    is_important: Mapped[bool] = mapped_column(Boolean, default=False)
    at: Mapped[datetime]
