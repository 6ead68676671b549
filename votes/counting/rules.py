"""The rules by their names, and one door to all of them."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, signature
from typing import Any

from votes.counting import (
    approval,
    borda,
    budget_greedy,
    equal_shares,
    instant_runoff,
    majority_judgment,
    plurality,
    points,
    ranked_pairs,
    schulze,
    scottish_stv,
    two_rounds,
    usual_judgment,
)
from votes.counting.ballots import Ballots
from votes.counting.errors import CountError
from votes.counting.result import Result

RULES: dict[str, Callable[..., Result]] = {
    plurality.NAME: plurality.plurality,
    two_rounds.NAME: two_rounds.two_rounds,
    approval.NAME: approval.approval,
    points.NAME: points.points,
    borda.NAME: borda.borda,
    majority_judgment.NAME: majority_judgment.majority_judgment,
    usual_judgment.NAME: usual_judgment.usual_judgment,
    instant_runoff.NAME: instant_runoff.instant_runoff,
    scottish_stv.NAME: scottish_stv.scottish_stv,
    schulze.NAME: schulze.schulze,
    ranked_pairs.NAME: ranked_pairs.ranked_pairs,
    budget_greedy.NAME: budget_greedy.budget_greedy,
    equal_shares.NAME: equal_shares.equal_shares,
}


def count(rule: str, ballots: Ballots, **options: Any) -> Result:
    """Count ballots under a rule; an option that the rule does not have is refused.

    Parameters
    ----------
    rule : str
        One of the names in `RULES`.
    ballots : Marks, Rankings or Grades
    **options
        What the rule's own function takes: `seats`, `lot`, `completion`...
    """
    if rule not in RULES:
        raise CountError(f"there is no rule {rule}; the rules are {', '.join(RULES)}")
    for option in options:
        if option not in options_of(rule):
            raise CountError(f"the rule {rule} has no option {option.replace('_', '-')}")
    return RULES[rule](ballots, **options)


def options_of(rule: str) -> dict[str, Parameter]:
    """The options that a rule takes, beside the ballots."""
    taken = dict(signature(RULES[rule]).parameters)
    taken.pop(next(iter(taken)))
    return taken
