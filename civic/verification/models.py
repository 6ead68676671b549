"""What a space asks, what the town's lists leave behind, and who was verified."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import Boolean, Enum, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, backref, mapped_column, relationship

from civic.accounts.models import Account
from civic.db import Base
from civic.spaces.models import Act, Acts, Space


class Means(enum.StrEnum):
    """How somebody was verified."""

    ADDRESS = "address"  # their confirmed e-mail address is on the town's list
    BIRTH = "birth"  # postal code and date of birth are on the town's list
    LETTER = "letter"  # a code that came by post
    AGENT = "agent"  # in person


def _means() -> Enum:
    return Enum(Means, native_enum=False, length=10, values_callable=lambda e: [m.value for m in e])


class Requirement(Base):
    """For which acts a space wants verified people, and by which means they become so."""

    __tablename__ = "verification_requirement"

    space_id: Mapped[int] = mapped_column(
        ForeignKey("space.id", ondelete="CASCADE"), primary_key=True
    )
    acts: Mapped[frozenset[Act]] = mapped_column(Acts, default=frozenset)
    by_list: Mapped[bool] = mapped_column(Boolean, default=False)
    by_letter: Mapped[bool] = mapped_column(Boolean, default=False)
    by_agent: Mapped[bool] = mapped_column(Boolean, default=True)

    space: Mapped[Space] = relationship(backref=backref("requirement", uselist=False))


class ResidentLine(Base):
    """One line of the town's list: a keyed hash, which verifies one account.

    Two people may share a postal code and a date of birth: they are two lines with one digest.
    """

    __tablename__ = "resident_line"
    __table_args__ = (Index(None, "space_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    age_bracket: Mapped[str] = mapped_column(String(10), default="")
    district: Mapped[str] = mapped_column(String(60), default="")
    added_at: Mapped[datetime]
    used_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )


class LetterCode(Base):
    """A code sent by post, stored hashed; `batch` names the letters printed together."""

    __tablename__ = "letter_code"
    __table_args__ = (Index(None, "space_id", "batch"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"))
    batch: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    age_bracket: Mapped[str] = mapped_column(String(10), default="")
    district: Mapped[str] = mapped_column(String(60), default="")
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )


class Verification(Base):
    """This account is verified in this space. Neither address, nor birth, nor code is kept."""

    __tablename__ = "verification"

    space_id: Mapped[int] = mapped_column(
        ForeignKey("space.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    means: Mapped[Means] = mapped_column(_means())
    age_bracket: Mapped[str] = mapped_column(String(10), default="")
    district: Mapped[str] = mapped_column(String(60), default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))

    space: Mapped[Space] = relationship()
    account: Mapped[Account] = relationship(
        foreign_keys=[account_id], backref=backref("verifications", viewonly=True)
    )


class Attempt(Base):
    """One try to be verified that failed; many in a day close the way until the next."""

    __tablename__ = "verification_attempt"
    __table_args__ = (Index(None, "account_id", "space_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    at: Mapped[datetime]
