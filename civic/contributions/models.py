"""The shared table, its revisions, and the counters that its lists are sorted by."""

from __future__ import annotations

import enum
import secrets
from datetime import datetime
from typing import ClassVar

from flask import url_for
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ColumnElement,
    Enum,
    ForeignKey,
    Index,
    String,
    Text,
    and_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.accounts.models import Account
from civic.db import Base
from civic.i18n import gettext as _
from civic.spaces.models import Space
from civic.text import excerpt

EVENT_MAX = 200  # characters of the name of an event


class State(enum.StrEnum):
    """Who may read a text. Changed only by its author and by moderation."""

    DRAFT = "draft"  # its author alone
    PENDING = "pending"  # its author and the moderators
    VISIBLE = "visible"  # everyone
    HIDDEN = "hidden"  # hidden by a decision that gave its reason
    REMOVED = "removed"  # taken back by its author


class Contribution(Base):
    """One text that somebody wrote in a space.

    A kind says of itself whether its texts take supports or stances; `is_settled` says of one text
    that it takes no more of them. `root_id` is the contribution whose thread this one is part of;
    `shaded` says that the root is not visible, so that this text is in no output either, whatever
    its own state.
    """

    __tablename__ = "contribution"
    audit_table = "contribution"
    takes_supports: ClassVar[bool] = False
    takes_stances: ClassVar[bool] = False

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="RESTRICT"))
    author_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="RESTRICT"), index=True
    )
    root_id: Mapped[int | None] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[State] = mapped_column(
        Enum(State, native_enum=False, length=10, values_callable=lambda e: [m.value for m in e]),
        default=State.DRAFT,
    )
    shaded: Mapped[bool] = mapped_column(Boolean, default=False)
    is_settled: Mapped[bool] = mapped_column(Boolean, default=False)
    is_assisted: Mapped[bool] = mapped_column(Boolean, default=False)  # entered by an agent
    title: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    body_html: Mapped[str] = mapped_column(Text, default="")
    search_words: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(5), default="fr")
    version: Mapped[int] = mapped_column(default=1)
    shuffle_key: Mapped[int] = mapped_column(default=lambda: secrets.randbelow(2**31))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    edited_at: Mapped[datetime | None]
    support_count: Mapped[int] = mapped_column(default=0)
    comment_count: Mapped[int] = mapped_column(default=0)
    agree_count: Mapped[int] = mapped_column(default=0)
    disagree_count: Mapped[int] = mapped_column(default=0)
    pass_count: Mapped[int] = mapped_column(default=0)
    report_count: Mapped[int] = mapped_column(default=0)

    author: Mapped[Account] = relationship()
    space: Mapped[Space] = relationship()
    root: Mapped[Contribution | None] = relationship(remote_side=[id])

    __mapper_args__ = {"polymorphic_on": "kind"}
    __table_args__ = (
        CheckConstraint(
            "support_count >= 0 AND comment_count >= 0 AND agree_count >= 0 AND"
            " disagree_count >= 0 AND pass_count >= 0 AND report_count >= 0",
            name="counters_not_negative",
        ),
        Index("ix_contribution_recent", "space_id", "kind", "state", "published_at", "id"),
        Index("ix_contribution_supported", "space_id", "kind", "state", "support_count", "id"),
        Index("ix_contribution_discussed", "space_id", "kind", "state", "comment_count", "id"),
        Index("ix_contribution_shuffled", "space_id", "kind", "state", "shuffle_key", "id"),
        Index("ix_contribution_thread", "root_id", "published_at", "id"),
    )

    @property
    def place(self) -> str | None:
        """The page on which it stands; each kind says."""
        return None

    @property
    def url(self) -> str:
        """An address that leads to this text wherever it stands."""
        return url_for("contributions.find", contribution_id=self.id)

    @property
    def author_note(self) -> str | None:
        """What is said beside the author's name: that an agent entered the text for them."""
        return _("entered by an agent for this person") if self.is_assisted else None

    @property
    def is_visible(self) -> bool:
        """Whether everyone may read it."""
        return self.state is State.VISIBLE and not self.shaded

    @property
    def label(self) -> str:
        """Its title, or its beginning."""
        return self.title or excerpt(self.body, 80)

    @property
    def vote_count(self) -> int:
        """How many people agreed, disagreed or passed."""
        return self.agree_count + self.disagree_count + self.pass_count


def visible() -> ColumnElement[bool]:
    """What everyone may read: the one condition that every list, count, search, export and
    analysis carries."""
    return and_(Contribution.state == State.VISIBLE, Contribution.shaded.is_(False))


class Revision(Base):
    """What a contribution said at each version, the present one included."""

    __tablename__ = "revision"

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Gathered(Base):
    """Where a text was gathered when it was not written here, and for how many people it speaks."""

    __tablename__ = "gathered"
    __table_args__ = (CheckConstraint("speaks_for >= 1", name="somebody"),)

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    event: Mapped[str] = mapped_column(String(EVENT_MAX), default="")
    speaks_for: Mapped[int] = mapped_column(default=1)


class SpaceCount(Base):
    """How many visible contributions of each kind a space has: lists need not count them."""

    __tablename__ = "space_count"
    __table_args__ = (CheckConstraint("visible >= 0", name="not_negative"),)

    space_id: Mapped[int] = mapped_column(
        ForeignKey("space.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    visible: Mapped[int] = mapped_column(default=0)


class Follow(Base):
    """Somebody who wants to know what becomes of a contribution."""

    __tablename__ = "follow"

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime]
