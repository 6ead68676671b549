"""What proves a person beside their password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.accounts.models import Account
from civic.db import Base


class Authenticator(Base):
    """The secret that a telephone shares with us (RFC 6238). It counts once it is confirmed."""

    __tablename__ = "authenticator"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    sealed_secret: Mapped[str] = mapped_column(String(300))  # encrypted: see sealing.py
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)  # a code serves once
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of the codes for the day the telephone is lost; shown once, stored hashed, used once."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A key pair on a person's device (WebAuthn); we hold the public half."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    key_id: Mapped[str] = mapped_column(String(1400), unique=True)  # base64url, given by the device
    handle: Mapped[str] = mapped_column(String(90))  # whose it is, said by the device; random
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
