"""Versions of the rules. Published, never changed."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import Enum, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.db import Base
from moderation.models import Reason


def _words(kind: type[enum.StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=14, values_callable=lambda e: [m.value for m in e])


class Charter(Base):
    """One version; the one in force at an instant is the last published before it."""

    __tablename__ = "charter"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    intro: Mapped[str] = mapped_column(Text, default="")
    intro_html: Mapped[str] = mapped_column(Text, default="")
    changes: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    published_at: Mapped[datetime]

    rules: Mapped[list[Rule]] = relationship(order_by="Rule.reason", lazy="selectin")


class Rule(Base):
    """How one version words one reason; what is empty is said in the words of the software."""

    __tablename__ = "charter_rule"

    charter_id: Mapped[int] = mapped_column(
        ForeignKey("charter.id", ondelete="CASCADE"), primary_key=True
    )
    reason: Mapped[Reason] = mapped_column(_words(Reason), primary_key=True)
    rule: Mapped[str] = mapped_column(String(300), default="")
    kept: Mapped[str] = mapped_column(Text, default="")  # examples, one a line
    hidden: Mapped[str] = mapped_column(Text, default="")
    reply: Mapped[str] = mapped_column(Text, default="")  # what moderators start from
    article: Mapped[str] = mapped_column(String(150), default="")
