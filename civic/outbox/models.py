"""Mails that wait, left or failed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from civic.db import Base


class Mail(Base):
    """One plain-text mail to one person."""

    __tablename__ = "mail"
    __table_args__ = (Index(None, "state", "queued_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    to: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(300), default="")
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    unsubscribe: Mapped[str] = mapped_column(String(300), default="")  # address, without the host
