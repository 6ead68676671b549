"""Syntheses of a space: one row per version, its themes, and a place for every contribution.

Nothing is deleted: a merged theme keeps its row and says into which it went, so that every change
can be undone and every address goes on leading somewhere.
"""

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
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.accounts.models import Account
from civic.contributions.models import Contribution
from civic.db import Base
from civic.spaces.models import Space


class State(enum.StrEnum):
    """Where one version stands."""

    WAITING = "waiting"  # asked for, not yet started
    COMPUTING = "computing"  # the worker is at it
    REVIEW = "review"  # officials read, correct and write
    PUBLISHED = "published"  # everyone reads it
    FAILED = "failed"  # the computation stopped; `failure` says why
    SUPERSEDED = "superseded"  # a later version took its place


UNDER_WAY = (State.WAITING, State.COMPUTING)
COMPUTED = (State.REVIEW, State.PUBLISHED, State.SUPERSEDED)


class Decision(enum.StrEnum):
    """What the town decides about a theme."""

    NONE = ""
    EVALUATING = "evaluating"
    ACCEPTED = "accepted"
    PARTIAL = "partial"
    REJECTED = "rejected"


def _words(kind: type[enum.StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=12, values_callable=lambda e: [m.value for m in e])


class Synthesis(Base):
    """One version: what was read, what the machine proposed, what people made of it.

    `turn` counts the changes: every form carries the turn it was rendered at, so that nobody
    overwrites what they have not seen. `figures` are those stated at publication.
    """

    __tablename__ = "synthesis"
    __table_args__ = (
        UniqueConstraint("space_id", "number"),
        Index(None, "space_id", "state", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="RESTRICT"))
    number: Mapped[int]
    state: Mapped[State] = mapped_column(_words(State), default=State.WAITING)
    turn: Mapped[int] = mapped_column(default=1)
    with_comments: Mapped[bool] = mapped_column(Boolean, default=False)
    wanted_themes: Mapped[int] = mapped_column(default=0)  # 0: as many as the size suggests
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime]
    job_id: Mapped[int | None]  # no foreign key: rows of finished jobs are dropped after a while
    failure: Mapped[str] = mapped_column(Text, default="")
    computed_at: Mapped[datetime | None]
    digest: Mapped[str] = mapped_column(String(64), default="")
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    opinions: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, deferred=True)
    memory: Mapped[str] = mapped_column(Text, default="", deferred=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    intro: Mapped[str] = mapped_column(Text, default="")
    intro_html: Mapped[str] = mapped_column(Text, default="")
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    published_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="RESTRICT")
    )
    published_at: Mapped[datetime | None]
    corrected_at: Mapped[datetime | None]

    space: Mapped[Space] = relationship()
    asked_by: Mapped[Account] = relationship(foreign_keys=[asked_by_id])
    published_by: Mapped[Account | None] = relationship(foreign_keys=[published_by_id])
    submission: Mapped[Submission | None] = relationship(back_populates="synthesis")

    @property
    def awaits_publication(self) -> Submission | None:
        """What an official submitted, if nothing changed since."""
        row = self.submission
        return row if row and self.state is State.REVIEW and row.turn == self.turn else None

    @property
    def is_public(self) -> bool:
        """Whether everyone may read it: once published it stays readable for ever."""
        return self.published_at is not None

    @property
    def is_under_way(self) -> bool:
        """Whether the worker still has to finish it."""
        return self.state in UNDER_WAY

    @property
    def url(self) -> str:
        """The address of this version on the public side."""
        return url_for("synthesis.version", slug=self.space.slug, number=self.number)

    @property
    def workshop_url(self) -> str:
        """The address of its review."""
        return url_for("synthesis.review", slug=self.space.slug, number=self.number)


class Submission(Base):
    """One official has prepared a version and asks another to read and publish it.

    `turn` is that of the version when it was submitted: any change since takes the submission
    back. The database lets nobody publish what they submitted themselves.
    """

    __tablename__ = "synthesis_submission"
    __table_args__ = (CheckConstraint("published_by_id <> by_id", name="four_eyes"),)

    synthesis_id: Mapped[int] = mapped_column(
        ForeignKey("synthesis.id", ondelete="CASCADE"), primary_key=True
    )
    turn: Mapped[int]
    accepts_unread: Mapped[bool] = mapped_column(Boolean, default=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="RESTRICT")
    )

    synthesis: Mapped[Synthesis] = relationship(back_populates="submission")
    by: Mapped[Account] = relationship(foreign_keys=[by_id])


class Theme(Base):
    """A theme of one version. `key` is the engine's name for it and stays from one to the next."""

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("synthesis_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    synthesis_id: Mapped[int] = mapped_column(ForeignKey("synthesis.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(60))
    position: Mapped[int] = mapped_column(default=0)
    name_proposed: Mapped[str] = mapped_column(String(200))
    name_given: Mapped[str] = mapped_column(String(200), default="")
    keywords: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_locked: Mapped[bool] = mapped_column(Boolean, default=False)
    is_gone: Mapped[bool] = mapped_column(Boolean, default=False)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id", ondelete="SET NULL"))
    reviewed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="RESTRICT")
    )
    reviewed_at: Mapped[datetime | None]
    decision: Mapped[Decision] = mapped_column(_words(Decision), default=Decision.NONE)
    answer: Mapped[str] = mapped_column(Text, default="")
    answer_html: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="RESTRICT")
    )
    answered_at: Mapped[datetime | None]
    cut: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    synthesis: Mapped[Synthesis] = relationship()
    reviewed_by: Mapped[Account | None] = relationship(foreign_keys=[reviewed_by_id])
    answered_by: Mapped[Account | None] = relationship(foreign_keys=[answered_by_id])
    summary: Mapped[Summary | None] = relationship(back_populates="theme")

    @property
    def name(self) -> str:
        """The name that a person gave it, else the one proposed."""
        return self.name_given or self.name_proposed

    @property
    def url(self) -> str:
        """The list of contributions behind it, on the public side."""
        return url_for(
            "synthesis.theme",
            slug=self.synthesis.space.slug,
            number=self.synthesis.number,
            theme_id=self.id,
        )


class Summary(Base):
    """What a theme says, in paragraphs that cite contributions, and what divides it.

    `is_unanimous` says that the official looked for dissent and found none.
    """

    __tablename__ = "theme_summary"

    theme_id: Mapped[int] = mapped_column(
        ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True
    )
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    dissent: Mapped[str] = mapped_column(Text, default="")
    dissent_html: Mapped[str] = mapped_column(Text, default="")
    is_unanimous: Mapped[bool] = mapped_column(Boolean, default=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    at: Mapped[datetime]

    theme: Mapped[Theme] = relationship(back_populates="summary")
    by: Mapped[Account] = relationship()


class Placement(Base):
    """Where one contribution stands in one version: in a theme, alone, or set aside.

    Every contribution read has exactly one row; `person` numbers the authors inside this version,
    so that people can be counted without naming anybody; `speaks_for` says for how many people the
    text speaks; `copy_of_id` names the text of which this
    one is a copy.
    """

    __tablename__ = "placement"
    __table_args__ = (
        CheckConstraint("NOT (is_set_aside AND theme_id IS NOT NULL)", name="one_place"),
        Index("ix_placement_nearest", "synthesis_id", "theme_id", "strength", "contribution_id"),
    )

    synthesis_id: Mapped[int] = mapped_column(
        ForeignKey("synthesis.id", ondelete="CASCADE"), primary_key=True
    )
    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    theme_id: Mapped[int | None] = mapped_column(
        ForeignKey("theme.id", ondelete="RESTRICT"), index=True
    )
    second_theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id", ondelete="SET NULL"))
    strength: Mapped[float] = mapped_column(Float, default=0.0)
    is_doubtful: Mapped[bool] = mapped_column(Boolean, default=False)
    is_set_aside: Mapped[bool] = mapped_column(Boolean, default=False)
    reason: Mapped[str] = mapped_column(String(300), default="")
    person: Mapped[int]
    speaks_for: Mapped[int] = mapped_column(default=1, server_default="1")
    copy_of_id: Mapped[int | None]
    moved_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))

    synthesis: Mapped[Synthesis] = relationship()
    contribution: Mapped[Contribution] = relationship()
    theme: Mapped[Theme | None] = relationship(foreign_keys=[theme_id])
    second_theme: Mapped[Theme | None] = relationship(foreign_keys=[second_theme_id])

    @property
    def is_alone(self) -> bool:
        """Whether it stands alone, in no theme and not set aside."""
        return self.theme_id is None and not self.is_set_aside

    @property
    def neighbour(self) -> Theme | None:
        """The other theme to which it could belong, if it still exists."""
        other = self.second_theme
        return other if other and not other.is_gone and other.id != self.theme_id else None


class Quote(Base):
    """A passage proposed to stand for the theme in which its contribution is placed.

    `version` is that of the text it was taken from: a text that changed since is not quoted.
    """

    __tablename__ = "quote"
    __table_args__ = (
        ForeignKeyConstraint(
            ["synthesis_id", "contribution_id"],
            ["placement.synthesis_id", "placement.contribution_id"],
            ondelete="CASCADE",
        ),
    )

    synthesis_id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    passage: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(String(60), default="")
    version: Mapped[int]

    placement: Mapped[Placement] = relationship(viewonly=True)


class AnswerBatch(Base):
    """A theme's answer given to the proposals that it holds, all at once, and undone at once.

    `decision`, `body` are those of the theme when it was asked for.
    """

    __tablename__ = "answer_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), index=True)
    decision: Mapped[Decision] = mapped_column(_words(Decision))
    body: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    at: Mapped[datetime]
    job_id: Mapped[int | None]
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))

    theme: Mapped[Theme] = relationship()
    by: Mapped[Account] = relationship(foreign_keys=[by_id])


class BatchAnswer(Base):
    """One proposal of a batch. `answered_at` is that of the answer which the batch gave: an answer
    that changed since is no longer the batch's to take back."""

    __tablename__ = "batch_answer"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("answer_batch.id", ondelete="CASCADE"), primary_key=True
    )
    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    answered_at: Mapped[datetime | None]


class Change(Base):
    """One act of an official on the themes, with all that is needed to undo it.

    `before` holds the rows it touched as they were; the last change not undone is the first that
    can be.
    """

    __tablename__ = "synthesis_change"

    synthesis_id: Mapped[int] = mapped_column(
        ForeignKey("synthesis.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act: Mapped[str] = mapped_column(String(30))
    about: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, deferred=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    by: Mapped[Account] = relationship()
