"""Notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.accounts.models import Account
from civic.contributions.models import Contribution
from civic.db import Base


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

    about: Mapped[Contribution | None] = relationship()
    by: Mapped[Account | None] = relationship(foreign_keys=[by_id])

    @property
    def template(self) -> str:
        """Where its wording is."""
        package, _, act = self.verb.partition(".")
        return f"{package}/notices/{act}.html"
