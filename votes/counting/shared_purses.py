"""The purses of Equal Shares: who can pay for what, exactly, and quickly enough for a city.

Voters with the same ballot always hold the same money, so they are one group. Groups that have
paid for the same projects hold the same money, so they share a purse: an exact fraction, beside
its nearest float. The floats point out which projects may come first; wherever two of them, or a
sum and a cost, are close, the fractions decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from votes.counting.ballots import Ints, Marks

CLOSE = 1e-9
EMPTY_PURSE = 0
GROUPS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Electorate:
    """Voters grouped by ballot, seen from each project.

    Parameters
    ----------
    voters : int
        Ballots among which the budget is shared: valid and not blank, and those astray.
    sizes : ndarray of shape (n_groups,)
        Voters in each group.
    supporters : list of ndarray
        For each project, the groups that support it.
    votes : list of int
        For each project, its voters.
    overlap : ndarray of shape (n_projects, n_projects)
        Whether two projects have a supporter in common.
    """

    voters: int
    sizes: Ints
    supporters: list[Ints]
    votes: list[int]
    overlap: NDArray[np.bool_]


def electorate(marks: Marks) -> Electorate:
    """Group the ballots that name something; projects keep their positions on the paper."""
    table, sizes = _distinct(marks)
    projects = len(marks.paper.options)
    groups, slots = np.nonzero(table >= 0)
    named = table[groups, slots]
    order = np.argsort(named, kind="stable")
    ends = np.cumsum(np.bincount(named, minlength=projects))
    supporters = np.split(groups[order], ends[:-1])
    votes = [int(sizes[of].sum()) for of in supporters]
    overlap = _overlap(groups, named, len(sizes), projects)
    return Electorate(int(sizes.sum()) + marks.astray, sizes, supporters, votes, overlap)


def _distinct(marks: Marks) -> tuple[NDArray[np.int32], Ints]:
    """Distinct ballots, one row each (-1 where a row is shorter), and how many hold each."""
    lengths = np.diff(marks.starts)
    table = np.full((len(lengths), int(lengths.max(initial=1)) or 1), -1, dtype=np.int32)
    rows = marks.rows()
    table[rows, np.arange(len(rows)) - marks.starts[rows]] = marks.columns
    spoken = lengths > 0
    table = np.ascontiguousarray(np.sort(table[spoken], axis=1))
    as_bytes = table.view(np.dtype((np.void, table.dtype.itemsize * table.shape[1]))).ravel()
    _, first, group = np.unique(as_bytes, return_index=True, return_inverse=True)
    sizes = np.zeros(len(first), dtype=np.int64)
    np.add.at(sizes, group, marks.times[spoken])
    return table[first], sizes


def _overlap(
    groups: Ints, named: NDArray[np.int32], n_groups: int, projects: int
) -> NDArray[np.bool_]:
    together = np.zeros((projects, projects), dtype=np.float32)
    for start in range(0, n_groups, GROUPS_AT_ONCE):
        here = (groups >= start) & (groups < start + GROUPS_AT_ONCE)
        incidence = np.zeros((GROUPS_AT_ONCE, projects), dtype=np.float32)
        incidence[groups[here] - start, named[here]] = 1
        together += incidence.T @ incidence
    return together > 0


@dataclass(frozen=True)
class Payment:
    """How the supporters of a project pay for it.

    Parameters
    ----------
    each : Fraction
        The largest payment, made by all who can.
    in_full : int
        Supporters who pay it.
    all_they_had : int
        Supporters who hold less and pay what they hold.
    """

    each: Fraction
    in_full: int
    all_they_had: int


class Purses:
    """What everyone holds during one run.

    Parameters
    ----------
    of : Electorate
    endowment : Fraction
        What each voter holds at the start.
    """

    def __init__(self, of: Electorate, endowment: Fraction) -> None:
        self._of, self.endowment = of, endowment
        self._exact = [Fraction(0), endowment]
        self._nearly = np.array([0.0, float(endowment)])
        self._purse = np.ones(len(of.sizes), dtype=np.int64)
        self._touched = np.zeros(len(of.votes), dtype=np.bool_)

    def untouched(self, project: int) -> bool:
        """Whether every supporter still holds the endowment."""
        return not self._touched[project]

    def nearly_paid(self, project: int, cost: int) -> float | None:
        """The largest payment as a float; None if the supporters do not hold the cost together."""
        if self.untouched(project):
            votes = self._of.votes[project]
            return cost / votes if votes * self.endowment >= cost else None
        purses, voters = self._held(project)
        order = np.argsort(self._nearly[purses])
        money, voters = self._nearly[purses][order], voters[order]
        total = float(money @ voters)
        if total < cost * (1 - CLOSE):
            return None
        if total < cost * (1 + CLOSE) and self.money_behind(project) < cost:
            return None
        return _nearly_level(money, voters, cost)

    def payment(self, project: int, cost: int) -> Payment:
        """The same payment, exact; the supporters must hold the cost together."""
        votes = self._of.votes[project]
        if self.untouched(project):
            return Payment(Fraction(cost, votes), votes, 0)
        missing, payers = Fraction(cost), votes
        for money, voters in self._poorest_first(project):
            if missing <= money * payers:
                break
            missing -= money * voters
            payers -= voters
        return Payment(missing / payers, payers, votes - payers)

    def money_behind(self, project: int) -> Fraction:
        """What the supporters of a project hold together."""
        return sum((money * voters for money, voters in self._poorest_first(project)), Fraction(0))

    def pay(self, project: int, payment: Payment) -> None:
        """Take the payment from every supporter's purse, or all of it where it holds less."""
        of = self._of.supporters[project]
        before = self._purse[of]
        after = np.arange(len(self._exact))
        for purse in np.unique(before):
            after[purse] = self._purse_with(self._exact[purse] - payment.each)
        self._purse[of] = after[before]
        self._touched |= self._of.overlap[project]
        self._nearly = np.array([float(money) for money in self._exact])

    def _purse_with(self, money: Fraction) -> int:
        if money <= 0:
            return EMPTY_PURSE
        self._exact.append(money)
        return len(self._exact) - 1

    def _held(self, project: int) -> tuple[Ints, NDArray[np.float64]]:
        """The purses that supporters hold, and how many voters hold each."""
        of = self._of.supporters[project]
        sizes = self._of.sizes[of].astype(np.float64)
        voters: NDArray[np.float64] = np.bincount(self._purse[of], weights=sizes).astype(np.float64)
        purses: Ints = np.flatnonzero(voters)
        return purses, voters[purses]

    def _poorest_first(self, project: int) -> Iterable[tuple[Fraction, int]]:
        purses, voters = self._held(project)
        held = [(self._exact[purse], int(n)) for purse, n in zip(purses, voters, strict=True)]
        return sorted(held, key=lambda pair: (float(pair[0]), pair[0]))


def _nearly_level(money: NDArray[np.float64], voters: NDArray[np.float64], cost: int) -> float:
    """The payment r for which the sum of min(money, r) is the cost; money in rising order."""
    paid_before = np.concatenate([[0.0], np.cumsum(money * voters)[:-1]])
    payers = np.cumsum(voters[::-1])[::-1]
    level = (cost - paid_before) / payers
    enough = level <= money * (1 + CLOSE)
    return float(level[int(np.argmax(enough)) if enough.any() else -1])
