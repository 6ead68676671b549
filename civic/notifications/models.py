"""Notices."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Enum, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.accounts.models import Account
from civic.contributions.models import Contribution
from civic.db import Base


class Frequency(enum.StrEnum):
    """How often notices of a kind are sent by mail; on the site they are always there."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class NoticeChoice(Base):
    """How often one person wants mails of one kind of notice."""

    __tablename__ = "notice_choice"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    frequency: Mapped[Frequency] = mapped_column(
        Enum(
            Frequency, native_enum=False, length=10,
            values_callable=lambda e: [m.value for m in e],
        )
    )  # fmt: skip


class Notice(Base):
    """One thing that one person should know."""

    __tablename__ = "notice"
    __table_args__ = (Index(None, "account_id", "read_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    verb: Mapped[str] = mapped_column(String(60))
    about_id: Mapped[int | None] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), index=True
    )
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]

    about: Mapped[Contribution | None] = relationship()
    by: Mapped[Account | None] = relationship(foreign_keys=[by_id])

    @property
    def template(self) -> str:
        """Where its wording is."""
        package, _, act = self.verb.partition(".")
        return f"{package}/notices/{act}.html"
