"""Batches of paper ballots, what two people read on each paper, and who voted on paper."""

from __future__ import annotations

from datetime import date, datetime

from flask import url_for
from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.accounts.models import Account
from civic.db import Base
from votes.ballots.models import Ballot

FIRST, SECOND, SETTLED = 1, 2, 3  # readings


class Batch(Base):
    """The papers of one polling place. It never changes once it is in the box."""

    __tablename__ = "paper_batch"
    __table_args__ = (
        UniqueConstraint("ballot_id", "reference"),
        CheckConstraint("size > 0", name="size_above_zero"),
        CheckConstraint("first_by_id <> second_by_id", name="two_typists"),
        CheckConstraint(
            "admitted_at IS NULL OR (first_at IS NOT NULL AND second_at IS NOT NULL)",
            name="admitted_after_two_readings",
        ),
        CheckConstraint("admitted_at IS NULL OR withdrawn_at IS NULL", name="in_or_out"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id", ondelete="RESTRICT"))
    reference: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]  # papers, as counted by hand
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    declared_at: Mapped[datetime]
    first_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    first_at: Mapped[datetime | None]  # when the first reading was finished
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    second_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    admitted_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="RESTRICT")
    )
    admitted_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(Text, default="")
    withdrawn_at: Mapped[datetime | None]

    ballot: Mapped[Ballot] = relationship()
    first_by: Mapped[Account | None] = relationship(foreign_keys=[first_by_id])
    second_by: Mapped[Account | None] = relationship(foreign_keys=[second_by_id])

    @property
    def url(self) -> str:
        """The address of its page."""
        return url_for(
            "ballots.batch", slug=self.ballot.space.slug, ballot_id=self.ballot_id,
            batch_id=self.id,
        )  # fmt: skip

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.admitted_at is not None or self.withdrawn_at is not None

    @property
    def is_read_twice(self) -> bool:
        """Whether both typists have finished."""
        return self.first_at is not None and self.second_at is not None

    def reading_of(self, account_id: int) -> int | None:
        """Which reading is this person's."""
        return {self.first_by_id: FIRST, self.second_by_id: SECOND}.get(account_id)

    def has_finished(self, reading: int) -> bool:
        """Whether a reading is finished: from then on it does not change."""
        return (self.first_at if reading == FIRST else self.second_at) is not None


class TypedPaper(Base):
    """What one reading says of one paper; `reading` 3 is what was settled."""

    __tablename__ = "typed_paper"
    __table_args__ = (
        CheckConstraint("number > 0 AND reading BETWEEN 1 AND 3", name="number_and_reading"),
    )

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("paper_batch.id", ondelete="RESTRICT"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    reading: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(Text)  # canonical, as in the box


class PaperMark(Base):
    """This line of the roll voted on paper: the émargement of somebody without an account."""

    __tablename__ = "paper_mark"

    ballot_id: Mapped[int] = mapped_column(
        ForeignKey("ballot.id", ondelete="RESTRICT"), primary_key=True
    )
    roll_entry_id: Mapped[int] = mapped_column(
        ForeignKey("roll_entry.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    batch_id: Mapped[int] = mapped_column(
        ForeignKey("paper_batch.id", ondelete="RESTRICT"), index=True
    )
    day: Mapped[date] = mapped_column(Date)
