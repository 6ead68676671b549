"""Spaces, phases, memberships and invitations."""

from __future__ import annotations

import enum
from datetime import datetime

from flask import url_for
from sqlalchemy import (
    CheckConstraint,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from civic.accounts.models import Account
from civic.db import Base


class Act(enum.StrEnum):
    """What a phase can permit."""

    PROPOSE = "propose"  # write a proposal
    SUPPORT = "support"  # support a proposal
    COMMENT = "comment"  # comment and reply
    STATE = "state"  # add a statement
    VOTE = "vote"  # agree, disagree or pass on statements


class Acts(TypeDecorator[frozenset[Act]]):
    """A set of acts, stored as their sorted names."""

    impl = String(80)
    cache_ok = True

    def process_bind_param(self, value: frozenset[Act] | None, dialect: Dialect) -> str:
        return ",".join(sorted(value or ()))

    def process_result_value(self, value: str | None, dialect: Dialect) -> frozenset[Act]:
        return frozenset(Act(name) for name in (value or "").split(",") if name)


class Premoderation(enum.StrEnum):
    """Whose texts a moderator reads before they are public."""

    NONE = "none"
    NEWCOMERS = "newcomers"  # the first two texts of a person
    ALL = "all"


class Space(Base):
    """One consultation of the town."""

    __tablename__ = "space"
    __table_args__ = (CheckConstraint("supports_per_person >= 0", name="supports_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(150))
    summary: Mapped[str] = mapped_column(String(300), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    description_html: Mapped[str] = mapped_column(Text, default="")
    supports_per_person: Mapped[int] = mapped_column(default=0)  # 0: as many as one likes
    premoderation: Mapped[Premoderation] = mapped_column(
        Enum(
            Premoderation, native_enum=False, length=10,
            values_callable=lambda e: [m.value for m in e],
        ),
        default=Premoderation.NONE,
    )  # fmt: skip
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    phases: Mapped[list[Phase]] = relationship(
        back_populates="space",
        order_by="Phase.position",
        cascade="all, delete-orphan",
        lazy="selectin",
    )

    @property
    def url(self) -> str:
        """The address of its page."""
        return url_for("spaces.show", slug=self.slug)

    @property
    def is_published(self) -> bool:
        """Whether the public may see it."""
        return self.published_at is not None


class Phase(Base):
    """A stretch of a space's calendar. It is open from `starts_at` on, until `ends_at` excluded."""

    __tablename__ = "phase"
    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ends_after_start"),
        UniqueConstraint("space_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(Text, default="")
    description_html: Mapped[str] = mapped_column(Text, default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    permits: Mapped[frozenset[Act]] = mapped_column(Acts, default=frozenset)

    space: Mapped[Space] = relationship(back_populates="phases")

    def is_open(self, now: datetime) -> bool:
        """Whether this phase runs at that instant."""
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)

    def state(self, now: datetime) -> str:
        """`past`, `current` or `future`."""
        if self.is_open(now):
            return "current"
        return "future" if now < self.starts_at else "past"


class Role(enum.StrEnum):
    """What a person is entrusted with in one space."""

    MODERATOR = "moderator"
    OFFICIAL = "official"
    AGENT = "agent"  # verifies people in person, and enters what they bring on paper


def _role() -> Enum:
    return Enum(Role, native_enum=False, length=12, values_callable=lambda e: [m.value for m in e])


class Membership(Base):
    """One role of one person in one space."""

    __tablename__ = "membership"

    space_id: Mapped[int] = mapped_column(
        ForeignKey("space.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[Role] = mapped_column(_role(), primary_key=True)
    since: Mapped[datetime]

    space: Mapped[Space] = relationship()
    account: Mapped[Account] = relationship()


class Invitation(Base):
    """An offer of a role, sent by mail; accepting it needs an account and a button."""

    __tablename__ = "invitation"
    __table_args__ = (Index(None, "space_id", "sent_at"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[Role] = mapped_column(_role())
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    space: Mapped[Space] = relationship()
    by: Mapped[Account] = relationship()
