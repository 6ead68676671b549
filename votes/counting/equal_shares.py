"""Equal Shares: everyone holds an equal share of the budget and pays for what they like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, get_args

from votes.counting.ballots import Ballots, Marks
from votes.counting.budget import Envelope, approvals_only, envelope
from votes.counting.budget_greedy import Spending, spend
from votes.counting.equal_shares_run import Market, Run, Utility
from votes.counting.errors import CountError
from votes.counting.lot import Draw
from votes.counting.ordering import groups_by
from votes.counting.result import Counts, Groups, Result, Rule
from votes.counting.shared_purses import electorate
from votes.counting.tied_ways import Explored, explored

NAME = "equal-shares"
Completion = Literal[
    "none", "utilitarian", "add1", "add1-exhaustive", "add1+utilitarian",
    "add1-exhaustive+utilitarian",
]  # fmt: skip
COMPLETIONS: tuple[str, ...] = get_args(Completion)


@dataclass(frozen=True)
class Settings:
    """How a vote applies the rule; all of it is part of the published rule.

    Parameters
    ----------
    utility : {"cost", "cardinality"}
    completion : str
        One of `COMPLETIONS`.
    increment : int
        What Add1 adds to everyone's endowment each time, in minor units.
    whole_start : bool
        Start from the whole part of budget / voters, in units of the currency.
    """

    utility: Utility
    completion: Completion
    increment: int
    whole_start: bool


@dataclass(frozen=True)
class Completed:
    """The run that counts, and why no later one does.

    Parameters
    ----------
    run : Run
    increments : int
        How many times the endowment was raised.
    why : str
        "no-completion", "next-overspends", "exhaustive", "all-fit" or "nothing-more-to-buy".
    next_cost : int or None
        What the next increment would have cost, where that is why the rule stopped.
    fill : Spending or None
        What the utilitarian fill added.
    """

    run: Run
    increments: int
    why: str
    next_cost: int | None = None
    fill: Spending | None = None

    def chosen(self) -> list[int]:
        """All projects funded, the bought ones first."""
        return self.run.bought() + (self.fill.funded if self.fill else [])


def equal_shares(
    ballots: Ballots,
    budget: int | None = None,
    *,
    utility: Utility = "cost",
    completion: Completion = "none",
    increment: int | None = None,
    whole_start: bool = False,
    lot: Sequence[str] | None = None,
) -> Result:
    """Fund projects by the Method of Equal Shares.

    Everyone with a valid ballot that is not blank holds budget / voters. A project can be bought
    only with the money of its supporters: r is the payment for which the sum of min(money, r) is
    its cost. With cost utilities (what cities use) the project with the largest effective vote
    count, cost / r, is bought first; with cardinality utilities the one with the smallest r. Then
    its supporters pay min(money, r), and so on until nothing can be paid for. Equal: the cheaper
    project, then the one with more votes, then a lot.

    Parameters
    ----------
    ballots : Marks
        Approvals.
    budget : int, optional
        In minor units; by default that of the paper.
    utility : {"cost", "cardinality"}, default="cost"
    completion : str, default="none"
        "add1" raises everyone's endowment by the increment and runs again from the beginning,
        until the next increment would overspend; "add1-exhaustive" also stops as soon as nothing
        more fits the budget. "utilitarian", alone or after a "+", then funds what fits by votes.
        If all projects that have votes fit together, Add1 funds them all.
    increment : int, optional
        In minor units; by default one unit of the currency.
    whole_start : bool, default=False
        Start from the whole part of budget / voters.
    lot : sequence of str, optional
        The drawn order. Without it, every way the lots could fall is counted.

    Returns
    -------
    Result
        `trace["purchases"]` says who paid what for each project; `trace["not_funded"]` what the
        supporters of the others still hold, and how much they are short of.

    Notes
    -----
    Floats only point out candidates; whatever is closer than 1e-9 is decided in fractions. More
    money can drop a project, so the endowments are tried one by one.

    References
    ----------
    .. [1] Peters, Pierczyński, Skowron (2021). Proportional participatory budgeting with additive
       utilities. NeurIPS 34.
    .. [2] equalshares.net
    """
    if not isinstance(ballots, Marks):
        raise CountError("Equal Shares counts approvals")
    if completion not in COMPLETIONS:
        raise CountError(f"completion must be one of {', '.join(COMPLETIONS)}")
    purse = envelope(ballots.paper, budget)
    step = purse.unit if increment is None else increment
    if utility not in get_args(Utility) or step < 1:
        raise CountError("utility is cost or cardinality, and the increment is above zero")
    settings = Settings(utility, completion, step, whole_start)
    counts, rule = ballots.counts(), _rule(purse, settings)
    if counts.exprimes == 0:
        return Result(rule, counts, (tuple(sorted(purse.options)),), selected=())
    voters = electorate(approvals_only(ballots, "Equal Shares"))
    market = Market(purse, voters, utility)
    start = _start(purse, voters.voters, settings)
    outcome = explored(lambda draw: _complete(market, start, settings, draw), lot)
    return _result(rule, counts, market, start, outcome)


def _rule(purse: Envelope, settings: Settings) -> Rule:
    options: dict[str, Any] = {"utility": settings.utility, "completion": settings.completion}
    if settings.completion.startswith("add1"):
        options["increment"] = purse.money(settings.increment)
        options["whole_start"] = settings.whole_start
    return Rule(NAME, options | {"budget": purse.money(purse.budget)})


def _start(purse: Envelope, voters: int, settings: Settings) -> Fraction:
    share = Fraction(purse.budget, voters)
    return Fraction(share // purse.unit * purse.unit) if settings.whole_start else share


def _complete(market: Market, start: Fraction, settings: Settings, draw: Draw) -> Completed:
    if settings.completion.startswith("add1"):
        completed = _add_one_by_one(market, start, settings, draw)
    else:
        completed = Completed(market.run(start, draw), 0, "no-completion")
    if not settings.completion.endswith("utilitarian"):
        return completed
    return _filled(market, completed, draw)


def _add_one_by_one(market: Market, start: Fraction, settings: Settings, draw: Draw) -> Completed:
    purse, step = market.purse, settings.increment
    run, increments = market.run(start, draw), 0
    until_exhaustive = settings.completion.startswith("add1-exhaustive")
    if until_exhaustive and _nothing_more_fits(purse, run):
        return Completed(run, 0, "exhaustive")
    if (all_funded := _if_all_fit(market, run, draw)) is not None:
        return all_funded
    while step * increments < max(purse.costs):
        following = market.run(start + step * (increments + 1), draw)
        if following.cost > purse.budget:
            return Completed(run, increments, "next-overspends", following.cost)
        run, increments = following, increments + 1
        if until_exhaustive and _nothing_more_fits(purse, run):
            return Completed(run, increments, "exhaustive")
    return Completed(run, increments, "nothing-more-to-buy")


def _if_all_fit(market: Market, run: Run, draw: Draw) -> Completed | None:
    """All projects that have votes, if the budget pays for them together."""
    purse = market.purse
    wanted = [p for p, votes in enumerate(market.voters.votes) if votes]
    if purse.spent(wanted) > purse.budget:
        return None
    if len(run.purchases) < len(wanted):
        run = market.run(Fraction(max(purse.costs)), draw)
    return Completed(run, 0, "all-fit")


def _nothing_more_fits(purse: Envelope, run: Run) -> bool:
    """Whether every project that was not bought costs more than is left, even one without votes."""
    bought, left = set(run.bought()), purse.budget - run.cost
    return all(cost > left for p, cost in enumerate(purse.costs) if p not in bought)


def _filled(market: Market, completed: Completed, draw: Draw) -> Completed:
    bought, left = completed.run.bought(), market.purse.budget - completed.run.cost
    fill = spend(market.purse, market.voters.votes, left, draw, without=frozenset(bought))
    return Completed(completed.run, completed.increments, completed.why, completed.next_cost, fill)


def _result(
    rule: Rule,
    counts: Counts,
    market: Market,
    start: Fraction,
    outcome: Explored[Completed],
) -> Result:
    options = market.purse.options
    selected, tie = outcome.settled(
        [[options[p] for p in way.chosen()] for way in outcome.ways],
        (o for o, votes in zip(options, market.voters.votes, strict=True) if votes),
    )
    open_fill = {options[p] for way in outcome.ways for p in _tied_in(way)}
    tied = tuple(sorted({*(tie or ()), *open_fill} - set(selected))) or None
    first = outcome.ways[0]
    trace = _told(market, start, first) | outcome.notes()
    ranking = outcome.ranking([_order(market, way) for way in outcome.ways])
    return Result(
        rule, counts, ranking, selected=selected, tie=tied, trace=trace, lots=outcome.lots
    )


def _tied_in(way: Completed) -> list[int]:
    return [p for group, _ in way.fill.tied for p in group] if way.fill else []


def _order(market: Market, way: Completed) -> Groups:
    """Funded projects in order of purchase, then the others by votes."""
    options, chosen = market.purse.options, way.chosen()
    left = [p for p in range(len(options)) if p not in chosen]
    others = groups_by([options[p] for p in left], [market.voters.votes[p] for p in left])
    return (*((options[p],) for p in chosen), *others)


def _told(market: Market, start: Fraction, way: Completed) -> dict[str, Any]:
    purse, run = market.purse, way.run
    spent = purse.spent(way.chosen())
    told: dict[str, Any] = {
        "voters": market.voters.voters,
        "start": purse.money(start),
        "endowment": purse.money(run.purses.endowment),
        "increments": way.increments,
        "why": way.why,
        "cost": purse.money(spent),
        "left": purse.money(purse.budget - spent),
        "purchases": _purchases(market, run),
        "not_funded": _not_funded(market, way),
    }
    if way.next_cost is not None:
        told["next_would_cost"] = purse.money(way.next_cost)
    return told | ({"filled": way.fill.steps} if way.fill else {})


def _purchases(market: Market, run: Run) -> list[dict[str, Any]]:
    purse = market.purse
    return [
        {
            "project": purse.options[bought.project],
            "cost": purse.money(purse.costs[bought.project]),
            "votes": market.voters.votes[bought.project],
            "effective_votes": bought.effective_votes,
            "payment": purse.money(bought.payment.each),
            "pay_in_full": bought.payment.in_full,
            "pay_all_they_had": bought.payment.all_they_had,
        }
        for bought in run.purchases
    ]


def _not_funded(market: Market, way: Completed) -> list[dict[str, Any]]:
    purse, chosen, told = market.purse, set(way.chosen()), []
    for p in sorted(
        range(len(purse.options)), key=lambda p: (-market.voters.votes[p], purse.options[p])
    ):
        if p not in chosen:
            behind = way.run.purses.money_behind(p)
            told.append({
                "project": purse.options[p],
                "cost": purse.money(purse.costs[p]),
                "votes": market.voters.votes[p],
                "supporters_hold": purse.money(behind),
                "short_by": purse.money(max(Fraction(0), purse.costs[p] - behind)),
            })  # fmt: skip
    return told
