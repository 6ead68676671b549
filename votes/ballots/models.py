"""The ballot and its separate stores: roll, émargement, box."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from flask import url_for
from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    Enum,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.accounts.models import Account
from civic.db import Base
from civic.spaces.models import Space
from votes.ballots.kinds import Choice, Sheet


class State(enum.StrEnum):
    """Where a ballot stands; it never goes back."""

    DRAFT = "draft"
    OPEN = "open"
    SEALED = "sealed"
    PUBLISHED = "published"


class Electorate(enum.StrEnum):
    """Who may vote."""

    CONFIRMED = "confirmed"  # everyone with a confirmed account
    LISTED = "listed"  # those whose address is on the roll
    VERIFIED = "verified"  # inhabitants who were verified in the space
    TEAM = "team"  # officials, moderators and agents of the space


class Act(enum.StrEnum):
    """What one person asks for and another confirms."""

    CLOSE = "close"
    EXTEND = "extend"
    PUBLISH = "publish"


def _words(kind: type[enum.StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=10, values_callable=lambda e: [m.value for m in e])


class Ballot(Base):
    """One organised vote. All but its calendar and state is frozen from the opening on."""

    __tablename__ = "ballot"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("seats >= 1 AND least >= 0 AND most >= 0", name="limits_not_negative"),
        CheckConstraint("quorum_top <= quorum_bottom AND quorum_bottom > 0", name="quorum_share"),
        CheckConstraint(
            "threshold_top <= threshold_bottom AND threshold_bottom > 0", name="threshold_share"
        ),
        CheckConstraint("state IN ('draft', 'open') OR secret = ''", name="sealed_without_secret"),
        CheckConstraint(
            "state IN ('draft', 'open') OR merkle_root <> ''", name="sealed_with_root"
        ),
        Index(None, "space_id", "state"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="RESTRICT"))
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    question: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    description_html: Mapped[str] = mapped_column(Text, default="")
    rule: Mapped[str] = mapped_column(String(20))
    seats: Mapped[int] = mapped_column(default=1)
    least: Mapped[int] = mapped_column(default=1)
    most: Mapped[int] = mapped_column(default=0)  # 0: no limit
    most_points: Mapped[int] = mapped_column(default=0)
    most_per_option: Mapped[int] = mapped_column(default=0)
    grades: Mapped[list[str]] = mapped_column(JSON, default=list)  # worst first
    budget: Mapped[int | None]
    allows_blank: Mapped[bool] = mapped_column(Boolean, default=True)
    allows_change: Mapped[bool] = mapped_column(Boolean, default=False)
    hides_turnout: Mapped[bool] = mapped_column(Boolean, default=False)
    shares_ballots: Mapped[bool] = mapped_column(Boolean, default=True)
    electorate: Mapped[Electorate] = mapped_column(_words(Electorate))
    quorum_top: Mapped[int | None]
    quorum_bottom: Mapped[int | None]
    quorum_base: Mapped[str] = mapped_column(String(10), default="")
    quorum_strict: Mapped[bool] = mapped_column(Boolean, default=False)
    threshold_top: Mapped[int | None]
    threshold_bottom: Mapped[int | None]
    threshold_base: Mapped[str] = mapped_column(String(10), default="")
    threshold_strict: Mapped[bool] = mapped_column(Boolean, default=False)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    state: Mapped[State] = mapped_column(_words(State), default=State.DRAFT)
    definition_digest: Mapped[str] = mapped_column(String(64), default="")
    secret: Mapped[str] = mapped_column(String(64), default="")  # destroyed at sealing
    roll_size: Mapped[int | None]  # inscrits, written down at sealing
    cast_count: Mapped[int | None]  # votants, written down at sealing
    merkle_root: Mapped[str] = mapped_column(String(64), default="")
    draw: Mapped[str] = mapped_column(String(200), default="")
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    sealed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]

    space: Mapped[Space] = relationship()
    options: Mapped[list[BallotOption]] = relationship(
        back_populates="ballot", order_by="BallotOption.position", cascade="all, delete-orphan",
        lazy="selectin",
    )  # fmt: skip

    residents: Mapped[Residents | None] = relationship(uselist=False, cascade="all, delete-orphan")

    @property
    def url(self) -> str:
        """The address of its page."""
        return url_for("ballots.show", slug=self.space.slug, ballot_id=self.id)

    @property
    def sheet(self) -> Sheet:
        """What a voter's choices are held against."""
        return Sheet(
            rule=self.rule,
            choices=tuple(Choice(o.key, o.name, o.cost) for o in self.options),
            allows_blank=self.allows_blank, least=self.least, most=self.most,
            most_points=self.most_points, most_per_option=self.most_per_option,
            budget=self.budget, grades=tuple(self.grades),
        )  # fmt: skip

    def is_open(self, now: datetime) -> bool:
        """Whether votes are taken at that instant."""
        return self.state is State.OPEN and self.opens_at <= now < self.closes_at


class BallotOption(Base):
    """One option; `key` is what ballots and results speak of."""

    __tablename__ = "ballot_option"
    __table_args__ = (
        UniqueConstraint("ballot_id", "key"),
        UniqueConstraint("ballot_id", "position"),
        CheckConstraint("cost > 0", name="cost_above_zero"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id", ondelete="CASCADE"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    cost: Mapped[int | None]
    contribution_id: Mapped[int | None] = mapped_column(
        ForeignKey("contribution.id", ondelete="RESTRICT"), index=True
    )

    ballot: Mapped[Ballot] = relationship(back_populates="options")


class Residents(Base):
    """Which verified inhabitants may vote; an empty list means all of them."""

    __tablename__ = "ballot_residents"

    ballot_id: Mapped[int] = mapped_column(
        ForeignKey("ballot.id", ondelete="CASCADE"), primary_key=True
    )
    age_brackets: Mapped[list[str]] = mapped_column(JSON, default=list)
    districts: Mapped[list[str]] = mapped_column(JSON, default=list)


class RollEntry(Base):
    """Who may vote, on a ballot with a list of its own: an address, or the name of somebody who
    has none and votes on paper."""

    __tablename__ = "roll_entry"
    __table_args__ = (UniqueConstraint("ballot_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(254))


class Emargement(Base):
    """This person has voted, on that day. It holds no hour, and nothing leads to the box."""

    __tablename__ = "emargement"
    __table_args__ = (UniqueConstraint("ballot_id", "roll_entry_id"),)

    ballot_id: Mapped[int] = mapped_column(
        ForeignKey("ballot.id", ondelete="RESTRICT"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    roll_entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("roll_entry.id", ondelete="RESTRICT"), index=True
    )
    day: Mapped[date] = mapped_column(Date)


class BoxPaper(Base):
    """A ballot in the box: no account, no time, a random number that tells no order."""

    __tablename__ = "box_paper"
    __table_args__ = (
        UniqueConstraint("ballot_id", "voter_key"),
        UniqueConstraint("ballot_id", "receipt"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id", ondelete="RESTRICT"))
    content: Mapped[str] = mapped_column(Text)
    receipt: Mapped[str] = mapped_column(String(64))
    voter_key: Mapped[str | None] = mapped_column(String(64))  # only where minds may change


class BallotSeal(Base):
    """What was signed when the box was sealed; never changed, never removed."""

    __tablename__ = "ballot_seal"

    ballot_id: Mapped[int] = mapped_column(
        ForeignKey("ballot.id", ondelete="RESTRICT"), primary_key=True
    )
    statement: Mapped[str] = mapped_column(Text)
    public_key: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))


class BallotRequest(Base):
    """What one person asked for; done only once another has confirmed it."""

    __tablename__ = "ballot_request"
    __table_args__ = (
        CheckConstraint("confirmed_by_id <> asked_by_id", name="two_people"),
        Index(
            "uq_ballot_request_waiting", "ballot_id", "act", unique=True,
            sqlite_where=text("confirmed_at IS NULL"),
            postgresql_where=text("confirmed_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id", ondelete="CASCADE"))
    act: Mapped[Act] = mapped_column(_words(Act))
    because: Mapped[str] = mapped_column(Text)
    closes_at: Mapped[datetime | None]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="RESTRICT")
    )
    confirmed_at: Mapped[datetime | None]

    asked_by: Mapped[Account] = relationship(foreign_keys=[asked_by_id])
