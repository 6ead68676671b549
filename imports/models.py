"""What was brought in, and from where: the reason why importing twice changes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.db import Base

KEY_MAX = 120  # code points of a key or a source; longer keys are replaced by their digest


class ImportedRow(Base):
    """One text or one person of a source, and what stands for it here.

    `details` keeps what the source says and Palabre has no place for: totals of supports whose
    givers are not exported, category, state, address of origin, what a cut left out.
    """

    __tablename__ = "imported_row"
    __table_args__ = (
        CheckConstraint("(contribution_id IS NULL) <> (account_id IS NULL)", name="text_or_person"),
    )

    space_id: Mapped[int] = mapped_column(
        ForeignKey("space.id", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[str] = mapped_column(String(KEY_MAX), primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_MAX), primary_key=True)
    contribution_id: Mapped[int | None] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), index=True
    )
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    digest: Mapped[str] = mapped_column(String(64), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime]
