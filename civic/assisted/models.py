"""Consents on paper, and what agents entered on behalf of people."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import Date, Enum, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.accounts.models import Account
from civic.contributions.models import Contribution
from civic.db import Base
from civic.spaces.models import Space


class Entered(enum.StrEnum):
    """What an agent can enter for somebody."""

    TEXT = "text"
    SUPPORT = "support"
    STANCE = "stance"


class Consent(Base):
    """A person agreed on paper that an agent enters their words; `reference` is on that paper."""

    __tablename__ = "assisted_consent"

    space_id: Mapped[int] = mapped_column(
        ForeignKey("space.id", ondelete="CASCADE"), primary_key=True
    )
    reference: Mapped[str] = mapped_column(String(40), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="RESTRICT"), index=True
    )
    signed_on: Mapped[date] = mapped_column(Date)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    at: Mapped[datetime]

    space: Mapped[Space] = relationship()
    account: Mapped[Account] = relationship(foreign_keys=[account_id])


class AssistedAct(Base):
    """One text, support or stance that an agent entered, with the paper it was copied from."""

    __tablename__ = "assisted_act"
    __table_args__ = (Index(None, "contribution_id", "what"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id", ondelete="CASCADE"))
    what: Mapped[Entered] = mapped_column(
        Enum(Entered, native_enum=False, length=10, values_callable=lambda e: [m.value for m in e])
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="RESTRICT"), index=True
    )
    reference: Mapped[str] = mapped_column(String(40))
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    at: Mapped[datetime]

    contribution: Mapped[Contribution] = relationship()
    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    by: Mapped[Account] = relationship(foreign_keys=[by_id])
