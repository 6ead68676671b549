"""What the filter noticed, the numbers it works with, and what it set aside for a day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from civic.db import Base


class Model(Base):
    """A ranking learnt from decisions: an intercept and a weight for each place of the hash.

    `weights` is JSON, from places to numbers; no word of anybody can be read from it. `figures`
    tells how it did on the decisions that came after those it learnt from.
    """

    __tablename__ = "spam_model"

    id: Mapped[int] = mapped_column(primary_key=True)
    trained_at: Mapped[datetime]
    shadow_since: Mapped[datetime]
    intercept: Mapped[float] = mapped_column(Float)
    weights: Mapped[str] = mapped_column(Text, deferred=True)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Score(Base):
    """What was noticed about one version of a text.

    `probability` is the model's, where there is one; `suspicion` ranks the queue.
    """

    __tablename__ = "spam_score"

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    version: Mapped[int]
    model_id: Mapped[int | None]
    probability: Mapped[float | None] = mapped_column(Float)
    suspicion: Mapped[float] = mapped_column(Float)
    signals: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    at: Mapped[datetime]


class Hold(Base):
    """A text that the filter set aside until a person decides, a day at most.

    `ended_by` says who ended it: `person`, or `time` when nobody decided and it came back.
    """

    __tablename__ = "spam_hold"
    __table_args__ = (Index(None, "ended_at", "until"),)

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(10), default="")


class TrustGrant(Base):
    """An administrator trusts somebody fully."""

    __tablename__ = "trust_grant"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    at: Mapped[datetime]
