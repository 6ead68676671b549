"""Cases, the reports grouped in them, and the decisions taken on them."""

from __future__ import annotations

import enum
from datetime import datetime

from flask import url_for
from sqlalchemy import Enum, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.accounts.models import Account
from civic.contributions.models import Contribution
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

    KEEP = "keep"  # the text stays
    HIDE = "hide"  # it leaves every page
    CONFIRM = "confirm"  # read again, it stays hidden
    RESTORE = "restore"  # it comes back


class CaseState(enum.StrEnum):
    """Where a case stands."""

    OPEN = "open"
    DECIDED = "decided"
    CONTESTED = "contested"  # its author asks for a second reader


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


class Decision(Base):
    """One decision on one case. Decisions are added, never changed."""

    __tablename__ = "moderation_decision"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id", ondelete="CASCADE"))
    number: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(_words(Outcome))
    reason: Mapped[Reason | None] = mapped_column(_words(Reason))
    words: Mapped[str] = mapped_column(String(2_000), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    at: Mapped[datetime]

    by: Mapped[Account] = relationship()
    case: Mapped[Case] = relationship()
    plea: Mapped[Plea | None] = relationship()


class Plea(Base):
    """What an author answers to a decision that hid their text: once for each decision."""

    __tablename__ = "moderation_plea"

    decision_id: Mapped[int] = mapped_column(
        ForeignKey("moderation_decision.id", ondelete="CASCADE"), primary_key=True
    )
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
