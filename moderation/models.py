"""Cases, the reports grouped in them, and the decisions taken on them."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Enum,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.accounts.models import Account
from civic.contributions.models import Contribution, State
from civic.db import Base
from civic.spaces.models import Space


class Reason(enum.StrEnum):
    """Why a text may be reported or hidden. Disagreement and criticism are never a reason."""

    HATE = "hate"
    THREAT = "threat"
    INSULT = "insult"
    PRIVACY = "privacy"
    SPAM = "spam"
    OFF_TOPIC = "off_topic"
    DUPLICATE = "duplicate"
    MISLEADING = "misleading"
    ILLEGAL = "illegal"
    IMPERSONATION = "impersonation"

    @property
    def code(self) -> str:
        """R1 to R10, in the order of the charter: what statistics and data files use."""
        return f"R{list(Reason).index(self) + 1}"

    @classmethod
    def of_code(cls, code: str) -> Reason:
        """The reason behind R1 to R10."""
        return next(reason for reason in cls if reason.code == code)


URGENT = (Reason.HATE, Reason.THREAT, Reason.PRIVACY)
# Grounds that the law knows: anybody may invoke them, with or without an account.
LEGAL = (
    Reason.HATE, Reason.THREAT, Reason.INSULT, Reason.PRIVACY, Reason.MISLEADING, Reason.ILLEGAL,
)  # fmt: skip


class Outcome(enum.StrEnum):
    """What a decision does."""

    KEEP = "keep"  # the text stays, or is published when it waited
    HIDE = "hide"  # it leaves every page
    MASK = "mask"  # a passage is covered, the rest stays
    MOVE = "move"  # it goes to another space, or under another text
    MERGE = "merge"  # it joins another that says the same, with those who support it
    ASK = "ask"  # its author is asked to change it; it stays meanwhile
    CONFIRM = "confirm"  # read again, the decision stands
    RESTORE = "restore"  # the decision is reversed
    UNDO = "undo"  # whoever decided takes it back within a day


# What limits an author, and can be contested.
RESTRICTING = (Outcome.HIDE, Outcome.MASK, Outcome.MOVE, Outcome.MERGE, Outcome.ASK)


class CaseState(enum.StrEnum):
    """Where a case stands."""

    OPEN = "open"
    DECIDED = "decided"
    CONTESTED = "contested"  # somebody concerned asks for a second reader
    CLOSED = "closed"  # its author took the text back before anybody decided


class Capacity(enum.StrEnum):
    """In which capacity somebody with an account reports."""

    CITIZEN = "citizen"
    OFFICIAL = "official"  # counted apart: what officials ask for is public


def _words(kind: type[enum.StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=14, values_callable=lambda e: [m.value for m in e])


class Case(Base):
    """One version of one text, its reports grouped.

    `turn` counts the decisions, so that a stale page decides nothing; `report_count` the people
    with an account who reported it.
    """

    __tablename__ = "moderation_case"
    __table_args__ = (
        UniqueConstraint("contribution_id", "version"),
        Index(None, "space_id", "state", "urgency", "opened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="RESTRICT"))
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id", ondelete="RESTRICT"))
    version: Mapped[int]
    state: Mapped[CaseState] = mapped_column(_words(CaseState), default=CaseState.OPEN)
    urgency: Mapped[int] = mapped_column(default=0)  # 1 when somebody gave an urgent reason
    report_count: Mapped[int] = mapped_column(default=0)
    turn: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    contribution: Mapped[Contribution] = relationship()
    space: Mapped[Space] = relationship()

    @property
    def url(self) -> str:
        """The page on which it is decided."""
        return url_for("moderation.case", slug=self.space.slug, case_id=self.id)


class Report(Base):
    """One person points at one version of a text. Their name is never shown to its author."""

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("case_id", "reporter_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id", ondelete="CASCADE"))
    reporter_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[Reason] = mapped_column(_words(Reason))
    words: Mapped[str] = mapped_column(Text, default="")
    capacity: Mapped[Capacity] = mapped_column(_words(Capacity), default=Capacity.CITIZEN)
    at: Mapped[datetime]

    case: Mapped[Case] = relationship()

    @property
    def number(self) -> str:
        """What a person quotes when they ask about their report."""
        return f"{self.case_id}-{self.id}"


class VisitorReport(Base):
    """A notice by somebody without an account, who gives a name and an address for the answer.

    Nobody has checked who they are, so it opens a case and counts for nothing else. `origin` is a
    daily mark of where it came from, which leads back to nobody; it only slows floods down.
    """

    __tablename__ = "visitor_report"
    __table_args__ = (Index(None, "origin", "at"), Index(None, "email", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(
        ForeignKey("moderation_case.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(60))
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(5))
    reason: Mapped[Reason] = mapped_column(_words(Reason))
    words: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    origin: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]

    case: Mapped[Case] = relationship()

    @property
    def number(self) -> str:
        """What a person quotes when they ask about their report."""
        return f"{self.case_id}-V{self.id}"


class Claim(Base):
    """A moderator is reading a case: others see it, and may take it over."""

    __tablename__ = "moderation_claim"

    case_id: Mapped[int] = mapped_column(
        ForeignKey("moderation_case.id", ondelete="CASCADE"), primary_key=True
    )
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    until: Mapped[datetime]

    by: Mapped[Account] = relationship()


class Decision(Base):
    """One decision on one case. Decisions are added, never changed.

    `is_unfounded` says of the reports on a text that was kept that nobody could have meant them.
    """

    __tablename__ = "moderation_decision"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id", ondelete="CASCADE"))
    number: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(_words(Outcome))
    reason: Mapped[Reason | None] = mapped_column(_words(Reason))
    words: Mapped[str] = mapped_column(String(2_000), default="")
    is_unfounded: Mapped[bool] = mapped_column(Boolean, default=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    at: Mapped[datetime]

    by: Mapped[Account] = relationship()
    case: Mapped[Case] = relationship()
    plea: Mapped[Plea | None] = relationship()
    effect: Mapped[Effect | None] = relationship(foreign_keys="Effect.decision_id")


class Effect(Base):
    """What a decision changed, so that it can be reversed exactly.

    `main_id` names the decision on the present version that this one repeats for an earlier
    version; the effects hang on the main one. `details` holds what the kind of outcome needs:
    where a text was moved from, which passage was masked.
    """

    __tablename__ = "moderation_effect"

    decision_id: Mapped[int] = mapped_column(
        ForeignKey("moderation_decision.id", ondelete="CASCADE"), primary_key=True
    )
    main_id: Mapped[int | None] = mapped_column(
        ForeignKey("moderation_decision.id", ondelete="CASCADE"), index=True
    )
    reversed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("moderation_decision.id", ondelete="CASCADE")
    )
    state_before: Mapped[State] = mapped_column(
        Enum(State, native_enum=False, length=10, values_callable=lambda e: [m.value for m in e])
    )
    case_before: Mapped[CaseState] = mapped_column(_words(CaseState))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Concealed(Base):
    """One text that a decision took out of public view: the one decided on, or one of its thread.

    Together they are the exact set that comes back when the decision is reversed.
    """

    __tablename__ = "moderation_concealed"

    decision_id: Mapped[int] = mapped_column(
        ForeignKey("moderation_decision.id", ondelete="CASCADE"), primary_key=True
    )
    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Original(Base):
    """What one version of a text said before a passage of it was masked: for its author, and for
    whoever reads a contested decision again."""

    __tablename__ = "moderation_original"

    decision_id: Mapped[int] = mapped_column(
        ForeignKey("moderation_decision.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)


class Merger(Base):
    """A contribution was merged into another that says the same. Both stay readable."""

    __tablename__ = "moderation_merger"

    duplicate_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    into_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), index=True
    )
    decision_id: Mapped[int] = mapped_column(
        ForeignKey("moderation_decision.id", ondelete="CASCADE")
    )
    at: Mapped[datetime]

    duplicate: Mapped[Contribution] = relationship(foreign_keys=[duplicate_id])
    into: Mapped[Contribution] = relationship(foreign_keys=[into_id])


class Plea(Base):
    """What somebody concerned answers to a decision: once for each decision.

    The author contests what limits their text; whoever reported a text that was kept contests
    that (`by_id`, or `visitor_id` for a notice without an account).
    """

    __tablename__ = "moderation_plea"

    decision_id: Mapped[int] = mapped_column(
        ForeignKey("moderation_decision.id", ondelete="CASCADE"), primary_key=True
    )
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    visitor_id: Mapped[int | None] = mapped_column(
        ForeignKey("visitor_report.id", ondelete="CASCADE")
    )
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Sender(enum.StrEnum):
    """Who asks for a text to be looked at from outside the ordinary way."""

    ORGANISER = "organiser"  # the town: an official, a department
    AUTHORITY = "authority"  # police, prefecture, court


class Request(Base):
    """A request by an authority or by the town about a text, kept and counted in public."""

    __tablename__ = "moderation_request"
    __table_args__ = (Index(None, "case_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id", ondelete="CASCADE"))
    sender: Mapped[Sender] = mapped_column(_words(Sender))
    name: Mapped[str] = mapped_column(String(150))
    words: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    at: Mapped[datetime]

    case: Mapped[Case] = relationship()
    by: Mapped[Account] = relationship()


class Measure(enum.StrEnum):
    """What a sanction on an account does. None touches a vote."""

    WARNING = "warning"
    LIMITED = "limited"  # a few texts a day, each read before it is public
    SUSPENDED = "suspended"  # writes nothing; still reads, votes, reports and contests
    REPORT_WARNING = "report_warning"  # reports that nobody could have meant
    REPORT_LIMIT = "report_limit"  # few reports a day


class Sanction(Base):
    """A measure against an account, with its reason, its end, and what the person answers."""

    __tablename__ = "sanction"
    __table_args__ = (
        Index(None, "account_id", "at"),
        Index(None, "space_id", "at"),
        CheckConstraint("until IS NULL OR until > at", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="RESTRICT"))
    measure: Mapped[Measure] = mapped_column(_words(Measure))
    reason: Mapped[Reason] = mapped_column(_words(Reason))
    words: Mapped[str] = mapped_column(String(2_000))
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    at: Mapped[datetime]
    until: Mapped[datetime | None]
    plea: Mapped[str] = mapped_column(Text, default="")
    contested_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="RESTRICT")
    )
    answered_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    by: Mapped[Account] = relationship(foreign_keys=[by_id])
    answered_by: Mapped[Account | None] = relationship(foreign_keys=[answered_by_id])
    space: Mapped[Space] = relationship()

    def is_in_force(self, now: datetime) -> bool:
        """Whether it limits the person at that instant; a warning only says something."""
        return self.lifted_at is None and self.until is not None and now < self.until

    @property
    def is_contested(self) -> bool:
        """Whether it waits for a second reader."""
        return self.contested_at is not None and self.answered_at is None
