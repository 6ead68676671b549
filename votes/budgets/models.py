"""Budgets, their envelopes and projects, who votes in which district, and the works."""

from __future__ import annotations

import enum
from datetime import date, datetime

from flask import url_for
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    Enum,
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
from votes.ballots.models import Ballot, Electorate, State as BallotState


class State(enum.StrEnum):
    """Where a budget stands; it never goes back. What follows the vote is said by its ballots."""

    DRAFT = "draft"  # its officials alone see it
    STUDY = "study"  # public; projects are gathered and studied
    VOTE = "vote"  # everything is frozen, each envelope has its ballot


class Study(enum.StrEnum):
    """What the study of a project found."""

    WAITING = "waiting"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"


class Stage(enum.StrEnum):
    """Where the works of a funded project stand."""

    PLANNED = "planned"
    STUDIES = "studies"
    PROCUREMENT = "procurement"
    WORKS = "works"
    DELIVERED = "delivered"
    ABANDONED = "abandoned"


def _words(kind: type[enum.StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=12, values_callable=lambda e: [m.value for m in e])


class Budget(Base):
    """Money that people share out. All but its state is frozen from the opening on."""

    __tablename__ = "budget"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("districts_each >= 0", name="districts_not_negative"),
        CheckConstraint("state <> 'vote' OR definition_digest <> ''", name="opened_with_digest"),
        Index(None, "space_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="RESTRICT"))
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    title: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(Text, default="")
    description_html: Mapped[str] = mapped_column(Text, default="")
    rule: Mapped[str] = mapped_column(String(20))
    districts_each: Mapped[int] = mapped_column(default=1)  # 0: every district
    by_residence: Mapped[bool] = mapped_column(Boolean, default=False)
    allows_change: Mapped[bool] = mapped_column(Boolean, default=True)
    hides_turnout: Mapped[bool] = mapped_column(Boolean, default=False)
    shares_ballots: Mapped[bool] = mapped_column(Boolean, default=True)
    electorate: Mapped[Electorate] = mapped_column(
        Enum(Electorate, native_enum=False, length=10,
             values_callable=lambda e: [m.value for m in e]),
        default=Electorate.CONFIRMED,
    )  # fmt: skip
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    state: Mapped[State] = mapped_column(_words(State), default=State.DRAFT)
    definition_digest: Mapped[str] = mapped_column(String(64), default="")

    space: Mapped[Space] = relationship()
    envelopes: Mapped[list[Envelope]] = relationship(
        back_populates="budget", order_by="Envelope.position", cascade="all, delete-orphan",
        lazy="selectin",
    )  # fmt: skip

    @property
    def url(self) -> str:
        """The address of its page."""
        return url_for("budgets.show", slug=self.space.slug, budget_id=self.id)

    @property
    def town(self) -> list[Envelope]:
        """The envelopes that everyone votes in."""
        return [envelope for envelope in self.envelopes if envelope.is_town]

    @property
    def districts(self) -> list[Envelope]:
        """The envelopes of districts."""
        return [envelope for envelope in self.envelopes if not envelope.is_town]

    @property
    def ballots(self) -> list[Ballot]:
        """The ballots of its envelopes, once it is opened."""
        return [envelope.ballot for envelope in self.envelopes if envelope.ballot is not None]

    @property
    def last_close(self) -> datetime:
        """When the last envelope closes: two people may have extended or shortened the vote."""
        return max([ballot.closes_at for ballot in self.ballots], default=self.closes_at)

    def is_open(self, now: datetime) -> bool:
        """Whether any envelope takes votes at that instant."""
        return any(ballot.is_open(now) for ballot in self.ballots)


class Envelope(Base):
    """A sum of its own with its own projects; two envelopes never mix in a count."""

    __tablename__ = "envelope"
    __table_args__ = (
        UniqueConstraint("budget_id", "position"),
        UniqueConstraint("id", "budget_id"),
        CheckConstraint("amount > 0", name="amount_above_zero"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    budget_id: Mapped[int] = mapped_column(ForeignKey("budget.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    amount: Mapped[int]
    is_town: Mapped[bool] = mapped_column(Boolean, default=False)
    ballot_id: Mapped[int | None] = mapped_column(
        ForeignKey("ballot.id", ondelete="RESTRICT"), unique=True
    )

    budget: Mapped[Budget] = relationship(back_populates="envelopes")
    ballot: Mapped[Ballot | None] = relationship(lazy="joined")


class Project(Base):
    """What an envelope may pay for. `option_key` is its name on the envelope's ballot."""

    __tablename__ = "project"
    __table_args__ = (
        ForeignKeyConstraint(
            ["envelope_id", "budget_id"], ["envelope.id", "envelope.budget_id"],
            ondelete="RESTRICT", name="fk_project_envelope_id_budget_id",
        ),
        UniqueConstraint("id", "budget_id"),
        Index(None, "envelope_id", "study"),
        CheckConstraint("cost > 0", name="cost_above_zero"),
        CheckConstraint("study <> 'feasible' OR cost IS NOT NULL", name="feasible_with_cost"),
        CheckConstraint("study <> 'infeasible' OR reason <> ''", name="infeasible_with_reason"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    budget_id: Mapped[int] = mapped_column(ForeignKey("budget.id", ondelete="CASCADE"))
    envelope_id: Mapped[int]
    name: Mapped[str] = mapped_column(String(150))
    description: Mapped[str] = mapped_column(Text, default="")
    description_html: Mapped[str] = mapped_column(Text, default="")
    study: Mapped[Study] = mapped_column(_words(Study), default=Study.WAITING)
    cost: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    reason_html: Mapped[str] = mapped_column(Text, default="")
    studied_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    studied_at: Mapped[datetime | None]
    option_key: Mapped[str] = mapped_column(String(10), default="")
    created_at: Mapped[datetime]

    budget: Mapped[Budget] = relationship(overlaps="envelope")
    envelope: Mapped[Envelope] = relationship(overlaps="budget")
    steps: Mapped[list[WorksStep]] = relationship(
        order_by="WorksStep.id", back_populates="project", lazy="selectin"
    )

    @property
    def url(self) -> str:
        """The address of its page."""
        return url_for(
            "budgets.project", slug=self.budget.space.slug, budget_id=self.budget_id,
            project_id=self.id,
        )  # fmt: skip

    @property
    def is_offered(self) -> bool:
        """Whether it stands on a ballot, or would if the vote opened now."""
        return self.study is Study.FEASIBLE

    @property
    def outcome(self) -> str:
        """What the published count said: funded, tied, missed; empty before it is published."""
        ballot = self.envelope.ballot
        if ballot is None or ballot.state is not BallotState.PUBLISHED or not self.option_key:
            return ""
        result = ballot.result or {}
        if self.option_key in (result.get("selected") or []):
            return "funded"
        return "tied" if self.option_key in (result.get("tie") or []) else "missed"

    @property
    def stage(self) -> Stage | None:
        """Where its works stand; None as long as nothing is told."""
        return self.steps[-1].stage if self.steps else None


class ProjectSource(Base):
    """A project comes from this proposal; a proposal is in one project of a budget."""

    __tablename__ = "project_source"
    __table_args__ = (
        ForeignKeyConstraint(
            ["project_id", "budget_id"], ["project.id", "project.budget_id"], ondelete="CASCADE",
            name="fk_project_source_project_id_budget_id",
        ),
        UniqueConstraint("budget_id", "contribution_id"),
    )  # fmt: skip

    project_id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    budget_id: Mapped[int]

    contribution: Mapped[Contribution] = relationship()


class DistrictChoice(Base):
    """In which districts a person votes: as many places as the budget's rule gives each."""

    __tablename__ = "district_choice"
    __table_args__ = (
        ForeignKeyConstraint(
            ["envelope_id", "budget_id"], ["envelope.id", "envelope.budget_id"],
            ondelete="RESTRICT", name="fk_district_choice_envelope_id_budget_id",
        ),
        UniqueConstraint("envelope_id", "account_id"),
        CheckConstraint("place >= 1", name="place_counts_from_one"),
    )  # fmt: skip

    budget_id: Mapped[int] = mapped_column(
        ForeignKey("budget.id", ondelete="RESTRICT"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    place: Mapped[int] = mapped_column(primary_key=True)
    envelope_id: Mapped[int]


class WorksStep(Base):
    """One piece of news of the works. Rows are added, never changed: they are the history."""

    __tablename__ = "works_step"
    __table_args__ = (Index(None, "project_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="RESTRICT"))
    stage: Mapped[Stage] = mapped_column(_words(Stage))
    since: Mapped[date] = mapped_column(Date)
    delivery: Mapped[date | None] = mapped_column(Date)  # when it is expected to be done
    words: Mapped[str] = mapped_column(Text, default="")
    words_html: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    at: Mapped[datetime]

    project: Mapped[Project] = relationship(back_populates="steps")
    by: Mapped[Account] = relationship()


class WorksTold(Base):
    """People were told that the works have come to this stage: once, whatever is corrected."""

    __tablename__ = "works_told"

    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), primary_key=True
    )
    stage: Mapped[Stage] = mapped_column(_words(Stage), primary_key=True)
