"""Approval: tick as many options as you like, the most ticked wins."""

from __future__ import annotations

from collections.abc import Sequence

from votes.counting.ballots import Ballots, Marks
from votes.counting.errors import CountError
from votes.counting.ordering import groups_by, seat
from votes.counting.result import Result, Rule

NAME = "approval"


def approval(ballots: Ballots, seats: int = 1, lot: Sequence[str] | None = None) -> Result:
    """Rank options by the number of ballots that tick them.

    Parameters
    ----------
    ballots : Marks
        An empty ballot is blank: it is a vote cast, and adds nothing.
    seats : int, default=1
        How many are elected.
    lot : sequence of str, optional
        The drawn order, most favoured first.

    Returns
    -------
    Result
        `trace["approvals"]` holds the ballots per option; as a share, they can be read against
        the exprimés or the votants (`counts`), which must be said.

    References
    ----------
    .. [1] Brams, Fishburn (1978). Approval voting. American Political Science Review 72.
    """
    if not isinstance(ballots, Marks):
        raise CountError("approval counts ticks: these ballots rank or grade the options")
    if (ballots.points > 1).any():
        raise CountError("these ballots give points; the rule that counts them is points")
    votes = ballots.totals()
    groups = groups_by(ballots.paper.options, votes)
    trace = {"approvals": dict(zip(ballots.paper.options, votes, strict=True))}
    rule = Rule(NAME, {"seats": seats})
    return seat(rule, ballots.counts(), groups, seats=seats, lot=lot, trace=trace)
