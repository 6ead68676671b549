"""What else must hold for a vote than its own rules: who gathers ballots registers a condition.

A condition is asked for its verdict when a page is made, and admits the voter inside the
transaction of the cast: what it writes there stands or falls with the ballot.
"""

from __future__ import annotations

from typing import Protocol

from civic.accounts.models import Account, Visitor
from civic.errors import YES, Verdict
from votes.ballots.models import Ballot


class Condition(Protocol):
    """Something that a ballot depends on and does not know."""

    def verdict(self, ballot: Ballot, viewer: Account | Visitor) -> Verdict:
        """Whether this person may vote here, as far as the condition goes."""

    def admit(self, ballot: Ballot, by: Account) -> None:
        """Refuse the cast, or write down what must be true of the next one."""


CONDITIONS: list[Condition] = []


def verdict(ballot: Ballot, viewer: Account | Visitor) -> Verdict:
    """The first no, or yes."""
    for condition in CONDITIONS:
        said = condition.verdict(ballot, viewer)
        if not said:
            return said
    return YES


def admit(ballot: Ballot, by: Account) -> None:
    """Let every condition speak."""
    for condition in CONDITIONS:
        condition.admit(ballot, by)
