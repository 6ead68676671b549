"""Two rounds: an absolute majority of the exprimés, or else a second round between the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from votes.counting.ballots import Ballots
from votes.counting.errors import CountError
from votes.counting.ordering import groups_by, seat
from votes.counting.plurality import first_choices
from votes.counting.result import Groups, Result, Rule

NAME = "two-rounds"


def two_rounds(
    first: Ballots, second: Ballots | None = None, lot: Sequence[str] | None = None
) -> Result:
    """Elect at the first round by absolute majority, at the second by relative majority.

    Absolute majority: more than half of the exprimés, 2 x votes > exprimés. Where nobody has it,
    the two with most votes go on. All those tied for the last place go on with them: a tie for
    second place is not for a lot to settle, unless the rule of the vote says so.

    Parameters
    ----------
    first : Marks or Rankings
        Ballots of the first round, read as by plurality.
    second : Marks or Rankings, optional
        Ballots of the second round; only options that went on may receive votes.
    lot : sequence of str, optional
        The drawn order, for a tie at the second round.

    Returns
    -------
    Result
        `elected` is empty while a second round is needed; `trace["qualified"]` then names who goes
        on. The ranking is that of the last round, those left behind following.
    """
    votes, counts = first_choices(first)
    groups = groups_by(first.paper.options, votes)
    stage: dict[str, Any] = {
        "round": 1,
        "votes": dict(zip(first.paper.options, votes, strict=True)),
    }
    stage["absolute_majority"] = counts.exprimes // 2 + 1
    if 2 * max(votes) > counts.exprimes:
        trace = {"qualified": (), "decided_in_round": 1}
        return Result(Rule(NAME), counts, groups, elected=groups[0], stages=(stage,), trace=trace)
    qualified = _qualified(groups) if counts.exprimes else ()
    if second is None or not qualified:
        trace = {"qualified": qualified, "decided_in_round": None}
        return Result(Rule(NAME), counts, groups, elected=(), stages=(stage,), trace=trace)
    return _second_round(stage, qualified, groups, second, lot)


def _qualified(groups: Groups) -> tuple[str, ...]:
    going_on: tuple[str, ...] = ()
    for group in groups:
        if len(going_on) < 2:
            going_on += group
    return going_on


def _second_round(
    stage: dict[str, Any],
    qualified: tuple[str, ...],
    before: Groups,
    second: Ballots,
    lot: Sequence[str] | None,
) -> Result:
    votes, counts = first_choices(second)
    held = dict(zip(second.paper.options, votes, strict=True))
    stray = sorted(option for option, n in held.items() if n and option not in qualified)
    if stray:
        raise CountError(f"second-round votes for {', '.join(stray)}, who did not go on")
    in_second = [option for option in qualified if option in held]
    groups = groups_by(in_second, [held[option] for option in in_second])
    trace = {"qualified": qualified, "decided_in_round": 2}
    left = (tuple(o for o in group if o not in in_second) for group in before)
    result = seat(Rule(NAME), counts, groups, seats=1, lot=lot, trace=trace)
    stages = (stage, {"round": 2, "votes": {option: held[option] for option in in_second}})
    ranking = (*result.ranking, *(group for group in left if group))
    return replace(result, ranking=ranking, stages=stages)
