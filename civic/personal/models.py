"""Downloads, marks of former addresses, and what the retention job did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.db import Base


class Download(Base):
    """Everything about one person in one file: for them alone, once, for a while."""

    __tablename__ = "download"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    asked_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    size: Mapped[int] = mapped_column(default=0)  # bytes


class FormerAddress(Base):
    """A keyed mark of the address of a deleted account, until the votes it signed in have closed.

    It leads to nobody without the key of the instance; whoever comes back with the same address
    cannot vote a second time in the same vote.
    """

    __tablename__ = "former_address"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    until: Mapped[datetime] = mapped_column(index=True)


class RetentionReport(Base):
    """One run of the retention job: how many rows each rule removed or emptied."""

    __tablename__ = "retention_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
