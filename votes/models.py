"""Supports and stances: one row per person and contribution, by primary key."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from civic.db import Base


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
