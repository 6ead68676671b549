"""What a budget may buy: projects, their costs and their supporters' votes, in minor units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from votes.counting.ballots import Marks
from votes.counting.errors import CountError
from votes.counting.paper import Paper


@dataclass(frozen=True)
class Envelope:
    """A budget and the costs of the projects that may draw on it.

    Parameters
    ----------
    options : tuple of str
    costs : tuple of int
        In minor units, more than 0.
    budget : int
        In minor units.
    unit : int
        Minor units in one unit of the currency.
    """

    options: tuple[str, ...]
    costs: tuple[int, ...]
    budget: int
    unit: int

    def spent(self, chosen: Sequence[int]) -> int:
        """What the chosen projects cost together."""
        return sum(self.costs[p] for p in chosen)

    def money(self, minor: int | Fraction) -> Decimal | Fraction:
        """An amount in units of the currency, exact: a decimal, or a fraction of a cent."""
        if minor.denominator != 1:
            return Fraction(minor) / self.unit
        return Decimal(minor.numerator) / self.unit


def envelope(paper: Paper, budget: int | None = None) -> Envelope:
    """The budget of a paper, or another one in its place (in minor units)."""
    if paper.costs is None:
        raise CountError("these ballots are not about projects with costs")
    amount = paper.budget if budget is None else budget
    if amount is None or amount <= 0:
        raise CountError("there must be a budget above zero")
    free = [o for o, cost in zip(paper.options, paper.costs, strict=True) if cost <= 0]
    if free:
        raise CountError(f"a project must cost something: {', '.join(free)}")
    return Envelope(paper.options, paper.costs, amount, paper.unit)


def approvals_only(marks: Marks, rule: str) -> Marks:
    """The same ballots, refused if they give more than a tick."""
    if (marks.points > 1).any():
        raise CountError(f"{rule} counts ticks; these ballots give points")
    return marks
