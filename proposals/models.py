"""Proposals and the town's answers to them."""

from __future__ import annotations

import enum
from datetime import datetime

from flask import url_for
from sqlalchemy import Boolean, Enum, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.accounts.models import Account
from civic.contributions.models import Contribution
from civic.db import Base


class Stage(enum.StrEnum):
    """Where a proposal stands with the town; the names are the field's."""

    NOT_ANSWERED = "not_answered"
    EVALUATING = "evaluating"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Proposal(Contribution):
    """A text with a title that asks the community to do something."""

    __tablename__ = "proposal"
    __mapper_args__ = {"polymorphic_identity": "proposal"}
    takes_supports = True

    id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    stage: Mapped[Stage] = mapped_column(
        Enum(Stage, native_enum=False, length=14, values_callable=lambda e: [m.value for m in e]),
        default=Stage.NOT_ANSWERED,
    )
    withdrawn_because: Mapped[str] = mapped_column(Text, default="")

    answer: Mapped[OfficialAnswer | None] = relationship(back_populates="proposal")

    @property
    def place(self) -> str:
        """The page on which it stands."""
        return url_for("proposals.show", slug=self.space.slug, proposal_id=self.id)

    @property
    def url(self) -> str:
        """The address of its page."""
        return self.place


class OfficialAnswer(Base):
    """What the town answers to a proposal; a draft until it is published."""

    __tablename__ = "official_answer"

    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True
    )
    stage: Mapped[Stage] = mapped_column(
        Enum(Stage, native_enum=False, length=14, values_callable=lambda e: [m.value for m in e])
    )
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    at: Mapped[datetime]
    is_published: Mapped[bool] = mapped_column(Boolean, default=False)

    proposal: Mapped[Proposal] = relationship(back_populates="answer")
    by: Mapped[Account] = relationship()
