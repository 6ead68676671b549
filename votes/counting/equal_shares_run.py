"""One run of Equal Shares: buy, pay, and buy again until nothing can be paid for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from votes.counting.budget import Envelope
from votes.counting.lot import Draw
from votes.counting.shared_purses import CLOSE, Electorate, Payment, Purses

Utility = Literal["cost", "cardinality"]


@dataclass(frozen=True)
class Purchase:
    """One project bought, and who paid what.

    Parameters
    ----------
    project : int
    payment : Payment
    effective_votes : Fraction
        Cost divided by the largest payment: as if that many voters had paid it all.
    """

    project: int
    payment: Payment
    effective_votes: Fraction


@dataclass(frozen=True)
class Run:
    """What a run bought, in order, and the purses it left."""

    purchases: Sequence[Purchase]
    purses: Purses
    cost: int

    def bought(self) -> list[int]:
        """The projects, in the order of purchase."""
        return [purchase.project for purchase in self.purchases]


@dataclass
class Market:
    """What does not change from one run to the next.

    Parameters
    ----------
    purse : Envelope
    voters : Electorate
    utility : {"cost", "cardinality"}
        Buy the largest effective vote count, or the smallest largest payment.
    """

    purse: Envelope
    voters: Electorate
    utility: Utility

    def nearly(self, project: int, payment: float) -> float:
        """What is bought first, as a float: the largest."""
        return self.purse.costs[project] / payment if self.utility == "cost" else 1 / payment

    def exactly(self, project: int, each: Fraction) -> Fraction:
        """What is bought first, exact: the largest."""
        return (self.purse.costs[project] if self.utility == "cost" else 1) / each

    def run(self, endowment: Fraction, draw: Draw) -> Run:
        """Run from the beginning, everyone holding the endowment."""
        purses = Purses(self.voters, endowment)
        hopes = {
            p: self.nearly(p, self.purse.costs[p] / votes)
            for p, votes in enumerate(self.voters.votes)
            if votes * endowment >= self.purse.costs[p]
        }
        purchases, stale = [], set[int]()
        while (chosen := self._next(hopes, stale, purses, draw)) is not None:
            payment = purses.payment(chosen, self.purse.costs[chosen])
            purses.pay(chosen, payment)
            effective = self.purse.costs[chosen] / payment.each
            purchases.append(Purchase(chosen, payment, effective))
            del hopes[chosen]
            stale |= {p for p in hopes if self.voters.overlap[chosen, p]}
        return Run(purchases, purses, self.purse.spent([p.project for p in purchases]))

    def _next(
        self, hopes: dict[int, float], stale: set[int], purses: Purses, draw: Draw
    ) -> int | None:
        """The project to buy now; hopes only fall, so most need no second look."""
        best = 0.0
        for p in sorted(hopes, key=hopes.__getitem__, reverse=True):
            if hopes[p] < best * (1 - CLOSE):
                break
            if p in stale:
                stale.discard(p)
                payment = purses.nearly_paid(p, self.purse.costs[p])
                if payment is None:
                    del hopes[p]
                    continue
                hopes[p] = self.nearly(p, payment)
            best = max(best, hopes[p])
        close = [p for p, hope in hopes.items() if hope >= best * (1 - CLOSE)]
        if len(close) < 2:
            return close[0] if close else None
        return self._between(close, purses, draw)

    def _between(self, close: list[int], purses: Purses, draw: Draw) -> int:
        """Exact keys; then the cheaper; then more votes; then a lot, where it can matter."""
        costs, votes = self.purse.costs, self.voters.votes
        keys = {
            p: (self.exactly(p, purses.payment(p, costs[p]).each), -costs[p], votes[p])
            for p in close
        }
        best = max(keys.values())
        options = self.purse.options
        tied = sorted((p for p in close if keys[p] == best), key=options.__getitem__)
        if len(tied) == 1 or not self._compete(tied):
            return tied[0]
        return options.index(draw.favour([options[p] for p in tied]))

    def _compete(self, tied: list[int]) -> bool:
        """Whether buying one takes money from another; if not, all are bought, in any order."""
        overlap = self.voters.overlap[tied][:, tied]
        return int(overlap.sum()) > len(tied)
