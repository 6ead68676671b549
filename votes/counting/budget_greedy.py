"""Budget, greedy: the project with most votes first, as long as it fits what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from votes.counting.ballots import Ballots
from votes.counting.budget import Envelope, envelope
from votes.counting.errors import CountError
from votes.counting.lot import Draw
from votes.counting.ordering import groups_by
from votes.counting.points import as_points, within_limits
from votes.counting.result import Result, Rule

NAME = "budget-greedy"
Convention = Literal["skip", "stop"]


@dataclass
class Spending:
    """One walk down the list of projects.

    Parameters
    ----------
    left : int
        What is left, in minor units.
    funded : list of int
        Projects that are funded whatever a lot decides.
    tied : list of (list of int, int)
        Projects of equal votes and cost, and how many of them fit.
    steps : list of mapping
        What was decided for each project, and why.
    """

    left: int
    funded: list[int] = field(default_factory=list)
    tied: list[tuple[list[int], int]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)


def budget_greedy(
    ballots: Ballots,
    budget: int | None = None,
    *,
    convention: Convention = "skip",
    least_votes: int = 0,
    lot: Sequence[str] | None = None,
) -> Result:
    """Fund projects from the most votes (or points) down, as far as the budget goes.

    Equal votes: the cheaper one first. Equal votes and cost: if only some of them fit, they are
    tied; the others are not concerned, since each would leave the same sum.

    Parameters
    ----------
    ballots : Marks or Rankings
        Approvals, points, or places that are worth points (`Paper.scale`); a ballot above the
        paper's limits is null.
    budget : int, optional
        In minor units; by default that of the paper.
    convention : {"skip", "stop"}, default="skip"
        A project that does not fit is passed over ("skip"), or ends the count ("stop").
    least_votes : int, default=0
        Votes (or points) that a project needs to be considered.
    lot : sequence of str, optional
        The drawn order, most favoured first.

    Returns
    -------
    Result
        `selected` in alphabetical order; `trace["steps"]` says for each project what was left, and
        whether it was funded, passed over, tied or not considered.
    """
    if convention not in ("skip", "stop"):
        raise CountError("the convention is either skip or stop")
    paper = ballots.paper
    marks = within_limits(as_points(ballots, paper.scale), paper.most_points, paper.most_per_option)
    purse, draw = envelope(paper, budget), Draw(lot)
    votes = marks.totals(marks.points)
    spending = spend(purse, votes, purse.budget, draw, stop=convention == "stop", least=least_votes)
    options = {"convention": convention, "least_votes": least_votes}
    rule = Rule(NAME, options | {"budget": purse.money(purse.budget)})
    tied = sorted({paper.options[p] for group, _ in spending.tied for p in group})
    return Result(
        rule, marks.counts(), groups_by(paper.options, votes),
        selected=tuple(sorted(paper.options[p] for p in spending.funded)),
        tie=tuple(tied) or None, trace=_trace(purse, votes, spending), lots=tuple(draw.log),
    )  # fmt: skip


def spend(
    purse: Envelope,
    votes: Sequence[int],
    left: int,
    draw: Draw,
    *,
    without: frozenset[int] = frozenset(),
    stop: bool = False,
    least: int = 0,
) -> Spending:
    """Walk down the projects by votes, cheaper first; nothing is funded without a single vote."""
    spending = Spending(left)
    for group in _in_order(purse, votes, without):
        if votes[group[0]] < max(1, least):
            _step(spending, purse, votes, group, "not considered")
        elif not _fund(spending, purse, votes, group, draw) and stop:
            break
    return spending


def _in_order(purse: Envelope, votes: Sequence[int], without: frozenset[int]) -> list[list[int]]:
    """Projects of equal votes and cost together; inside a group by key."""
    groups: dict[tuple[int, int], list[int]] = {}
    for p in sorted(set(range(len(votes))) - without, key=purse.options.__getitem__):
        groups.setdefault((-votes[p], purse.costs[p]), []).append(p)
    return [groups[key] for key in sorted(groups)]


def _fund(
    spending: Spending, purse: Envelope, votes: Sequence[int], group: list[int], draw: Draw
) -> bool:
    """Fund as many of the group as fit; False if one of them did not."""
    cost = purse.costs[group[0]]
    room = min(len(group), spending.left // cost)
    if 0 < room < len(group) and draw.order is None:
        _step(spending, purse, votes, group, "tied")
        spending.tied.append((group, room))
    else:
        names = [purse.options[p] for p in group]
        ranked = draw.rank(names) if 0 < room < len(group) else names
        by_name = dict(zip(names, group, strict=True))
        chosen = [by_name[name] for name in ranked]
        for p in chosen[:room]:
            _step(spending, purse, votes, [p], "funded")
            spending.left -= cost
        spending.funded += chosen[:room]
        _step(spending, purse, votes, chosen[room:], "too dear for what is left")
        return room == len(group)
    spending.left -= room * cost
    return False


def _step(
    spending: Spending, purse: Envelope, votes: Sequence[int], group: list[int], decision: str
) -> None:
    spending.steps += [
        {
            "project": purse.options[p],
            "votes": votes[p],
            "cost": purse.money(purse.costs[p]),
            "left_before": purse.money(spending.left),
            "decision": decision,
        }
        for p in group
    ]


def _trace(purse: Envelope, votes: Sequence[int], spending: Spending) -> dict[str, Any]:
    return {
        "votes": dict(zip(purse.options, votes, strict=True)),
        "steps": spending.steps,
        "cost": purse.money(purse.budget - spending.left),
        "left": purse.money(spending.left),
        "places_for_the_tied": [
            {"between": [purse.options[p] for p in group], "how_many": room}
            for group, room in spending.tied
        ],
    }
