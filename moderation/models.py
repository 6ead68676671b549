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


URGENT = (Reason.HATE, Reason.THREAT, Reason.PRIVACY)


class Outcome(enum.StrEnum):
    """What a decision does."""

    KEEP = "keep"  # the text stays
    HIDE = "hide"  # it leaves every page
    RESTORE = "restore"  # it comes back


class CaseState(enum.StrEnum):
    """Where a case stands."""

    OPEN = "open"
    DECIDED = "decided"
    CONTESTED = "contested"  # its author asks for a second reader


def _words(kind: type[enum.StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=14, values_callable=lambda e: [m.value for m in e])


class Case(Base):
    """One version of one text, its reports grouped. `turn` counts the acts on it."""

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
    plea: Mapped[str] = mapped_column(Text, default="")  # what the author answers, once
    pleaded_at: Mapped[datetime | None]

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
