"""Comments in the thread of a contribution, and statements to agree or disagree with."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import Boolean, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from civic.contributions.models import Contribution


class Comment(Contribution):
    """A text in the thread of another: `root` is that one, `reply_to_id` the comment answered."""

    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    reply_to_id: Mapped[int | None] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), index=True
    )
    __mapper_args__ = {
        "polymorphic_identity": "comment",
        "inherit_condition": id == Contribution.id,
    }

    @property
    def anchor(self) -> str:
        """The id of its element on the page of its root."""
        return f"comment-{self.id}"

    @property
    def place(self) -> str | None:
        """The page of the contribution it comments, at its own place."""
        if self.root is None or self.root.place is None:
            return None
        return f"{self.root.place}?comment={self.id}#{self.anchor}"


class Statement(Contribution):
    """One sentence of a space that people agree or disagree with, or pass.

    `is_meta` says that it asks about the person ("I live in the centre") and not for an opinion: it
    comes later, and opinion groups are formed without it.
    """

    __tablename__ = "statement"
    __mapper_args__ = {"polymorphic_identity": "statement"}
    takes_stances = True

    id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    is_meta: Mapped[bool] = mapped_column(Boolean, default=False)

    @property
    def place(self) -> str:
        """The list of statements, at its own place."""
        return url_for("statements.index", slug=self.space.slug, _anchor=f"statement-{self.id}")
