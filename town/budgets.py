"""The town's participatory budgets: studied, voted in, counted and followed like any other."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from civic.db import db
from town.content import Row
from town.polls import SPREAD, basket, voters
from votes.ballots import actions as ballots
from votes.ballots.models import Act
from votes.budgets import actions, queries
from votes.budgets.models import Budget, Envelope, Project, Stage, Study
from votes.budgets.works.actions import tell

if TYPE_CHECKING:
    from town.build import Builder


class Purse:
    """One budget of the town."""

    def __init__(self, builder: Builder, row: Row) -> None:
        self.builder, self.row = builder, row
        self.author = builder.people[row["author"]]
        self.budget: Budget
        self.rows: dict[str, Row] = {project["name"]: project for project in row["projects"]}

    def prepare(self) -> None:
        """Draft it, make it public, gather and study the projects, open the vote."""
        row, builder = self.row, self.builder
        plans = [
            actions.EnvelopePlan(e["name"], e["amount"], e.get("is_town", False))
            for e in row["envelopes"]
        ]
        with builder.on_day(row["public"]):
            self.budget = actions.draft(
                builder.spaces[row["space"]], self.author, row["title"], row["rule"], plans,
                description=row["description"], opens_at=builder.midnight(row["opens"]),
                closes_at=builder.midnight(row["closes"]),
            )  # fmt: skip
            actions.announce(self.budget, self.author)
        with builder.on_day(row["public"] + 3):
            for project in row["projects"]:
                self._study(project)
        with builder.on_day(row["opens"] - 1):
            actions.open_vote(self.budget, self.author)

    def _study(self, row: Row) -> None:
        envelope = next(e for e in self.budget.envelopes if e.name == row["envelope"])
        sources = [self.builder.proposals[key].id for key in row.get("proposals", [])]
        project = actions.add_project(
            self.budget, self.author, envelope, row["name"], row["description"], sources
        )
        if "infeasible" in row:
            actions.study(project, self.author, Study.INFEASIBLE, None, row["infeasible"])
        else:
            actions.study(project, self.author, Study.FEASIBLE, row["cost"], "")

    def vote(self) -> None:
        """Some inhabitants vote for the town and in one district."""
        for person in voters(self.builder, self.row):
            district = self.builder.chance.choice(self.budget.districts)
            for envelope in (*self.budget.town, district):
                assert envelope.ballot is not None
                ballots.cast(envelope.ballot, person, self._basket(envelope))

    def _basket(self, envelope: Envelope) -> list[str]:
        """The best liked projects that fit together into the envelope."""
        offered = queries.offered_in(envelope)
        tastes = {
            project.option_key: self.builder.chance.gauss(self.rows[project.name]["liking"], SPREAD)
            for project in offered
        }
        costs = {
            project.option_key: project.cost for project in offered if project.cost is not None
        }
        return basket(tastes, costs, envelope.amount)

    def publish(self) -> None:
        """Seal every envelope; one official asks for the publication, another confirms."""
        second = self.builder.people[self.row["second"]]
        with self.builder.on_day(self.row["closes"] + 1):
            actions.seal(self.budget, self.author)
        with self.builder.on_day(self.row["published"]):
            actions.ask(self.budget, self.author, Act.PUBLISH, "Le bureau a vérifié les urnes.")
            actions.confirm(self.budget, second, Act.PUBLISH)

    def follow(self) -> None:
        """Tell how the works of what was funded went, in the order of the days."""
        chosen = select(Project).where(Project.budget_id == self.budget.id)
        funded = [p for p in db.session.scalars(chosen).all() if p.outcome == "funded"]
        news = [(n["day"], p, n) for p in funded for n in self.rows[p.name].get("works", [])]
        for day, project, row in sorted(news, key=lambda item: (item[0], item[1].id)):
            with self.builder.on_day(day) as instant:
                since = instant.date()
                delivery = row.get("delivery")
                expected = since + timedelta(days=delivery - day) if delivery is not None else None
                tell(project, self.author, Stage(row["stage"]), since, expected, row["words"])
