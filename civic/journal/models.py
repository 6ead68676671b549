"""Public keys of this instance, and the daily heads of the audit log."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from sqlalchemy import Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from civic.db import Base


class SigningKey(Base):
    """A public key that this instance has signed with. It is kept for ever, so that what an older
    key signed can still be verified."""

    __tablename__ = "signing_key"

    public: Mapped[str] = mapped_column(String(64), primary_key=True)  # 32 bytes in hexadecimal
    since: Mapped[datetime]

    @property
    def fingerprint(self) -> str:
        """Eight groups of four: short enough for minutes on paper."""
        mark = hashlib.sha256(bytes.fromhex(self.public)).hexdigest()[:32]
        return " ".join(mark[start : start + 4] for start in range(0, 32, 4))


class LogHead(Base):
    """The last entry of the audit log on one day, as it was signed and published."""

    __tablename__ = "log_head"

    day: Mapped[date] = mapped_column(Date, primary_key=True)  # in the town's zone
    entry_id: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    statement: Mapped[str] = mapped_column(Text)  # the words that were signed
    public_key: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))
