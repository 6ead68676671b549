"""Where votes came from, places that were announced, and what people made of a signal."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Enum, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.accounts.models import Account
from civic.db import Base
from civic.spaces.models import Space


class ActOrigin(Base):
    """That somebody voted in a space on a day from one network.

    `mark` is keyed with the day, so that it leads neither back to an address nor from one day to
    the next; at an announced venue it names the venue.
    """

    __tablename__ = "act_origin"

    space_id: Mapped[int] = mapped_column(
        ForeignKey("space.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    mark: Mapped[str] = mapped_column(String(64), primary_key=True)


class Venue(Base):
    """A place from which many people vote: a school, a library, a meeting."""

    __tablename__ = "declared_venue"

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    network: Mapped[str] = mapped_column(String(50))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    at: Mapped[datetime]


class Choice(enum.StrEnum):
    """What people do about a signal. None of them touches a vote."""

    NOTHING = "nothing"  # looked at: an ordinary explanation
    WATCH = "watch"  # an inquiry is open
    NOTE = "note"  # everyone reads a note on the page of the space


class Step(Base):
    """What somebody decided about a signal, with the figures that they saw."""

    __tablename__ = "signal_step"
    __table_args__ = (Index(None, "space_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"))
    signal: Mapped[str] = mapped_column(String(20))
    choice: Mapped[Choice] = mapped_column(
        Enum(Choice, native_enum=False, length=14, values_callable=lambda e: [m.value for m in e])
    )
    words: Mapped[str] = mapped_column(Text)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    by: Mapped[Account] = relationship()
    space: Mapped[Space] = relationship()
