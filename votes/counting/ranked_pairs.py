"""Ranked pairs (Tideman): lock majorities, the strongest first, unless they contradict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Literal

from votes.counting.ballots import Ballots
from votes.counting.errors import CountError
from votes.counting.lot import WAYS_AT_MOST, Draw
from votes.counting.ordering import fill
from votes.counting.pairwise import Matrix, layers, smith_set
from votes.counting.result import Groups, Result, Rule
from votes.counting.schulze import Compared, compare
from votes.counting.tied_ways import Explored, explored

NAME = "ranked-pairs"
Strength = Literal["winning", "margins"]
Pair = tuple[str, str]
# Locking takes time with the cube of the options: fewer ways are followed where they are many.
EFFORT, FEWEST_WAYS = 1_000_000, 2


@dataclass
class Locked:
    """The majorities locked so far, with all that follows from them.

    Parameters
    ----------
    below : dict of str to set of str
        For each option, all those below it.
    pairs, skipped : list of (str, str)
        Majorities in the order in which they were locked, or skipped for closing a cycle.
    """

    below: dict[str, set[str]]
    pairs: list[Pair] = field(default_factory=list)
    skipped: list[Pair] = field(default_factory=list)

    def allows(self, pair: Pair) -> bool:
        """Whether locking this majority leaves the order without a cycle."""
        return pair[0] not in self.below[pair[1]]

    def lock(self, pair: Pair) -> None:
        """Put the first of the pair, and all above it, above the second and all below it."""
        first, second = pair
        under = {second} | self.below[second]
        for option, beneath in self.below.items():
            if option == first or first in beneath:
                beneath |= under
        self.pairs.append(pair)


def ranked_pairs(
    ballots: Ballots,
    seats: int = 1,
    *,
    strength: Strength = "winning",
    default: str | None = None,
    least_votes: int = 0,
    lot: Sequence[str] | None = None,
) -> Result:
    """Rank options by locking majorities from the strongest down.

    A majority is skipped if it would contradict those already locked. Majorities of equal strength
    that do not contradict one another are all locked; where they do, their order matters, and a lot
    settles it: without a drawn order, every way is followed, and who wins in only some of them is
    tied.

    Parameters
    ----------
    ballots : Rankings
    seats : int, default=1
        How many are elected, the first of the order.
    strength : {"winning", "margins"}, default="winning"
        By votes for the majority, then by fewer votes against; or by the difference of the two.
        They can differ when ballots leave options out.
    default : str, optional
        "None of these": options not preferred to it by a majority are set aside first.
    least_votes : int, default=0
        Ballots that must put an option above the default.
    lot : sequence of str, optional
        The drawn order: of equal majorities the one whose loser it favours least is locked first,
        then the one whose winner it favours most.

    Returns
    -------
    Result
        `trace` holds the pairwise matrix, the majorities locked and skipped, in order.

    References
    ----------
    .. [1] Tideman (1987). Independence of clones as a criterion for voting rules. Social Choice
       and Welfare 4.
    .. [2] Zavist, Tideman (1989). Complete independence of clones in the ranked pairs rule. Social
       Choice and Welfare 6.
    """
    if strength not in ("winning", "margins"):
        raise CountError("strength is either winning or margins")
    compared, counts = compare(ballots, default, least_votes), ballots.counts()
    options = {"seats": seats, "strength": strength, "default": default}
    rule = Rule(NAME, options | {"least_votes": least_votes})
    if counts.exprimes == 0:
        return Result(rule, counts, (tuple(sorted(ballots.paper.options)),), elected=())
    steps = list(_steps(compared, strength))
    at_most = max(FEWEST_WAYS, min(WAYS_AT_MOST, EFFORT // len(compared.options) ** 3))
    outcome = explored(lambda draw: _lock_all(compared.options, steps, draw), lot, at_most)
    return _result(rule, outcome, compared, ballots, seats, lot)


def _steps(compared: Compared, strength: Strength) -> Iterable[list[Pair]]:
    """Majorities from the strongest down, those of equal strength together."""
    matrix, names = compared.matrix, compared.options
    every = range(len(names))
    won = [(x, y) for x in every for y in every if matrix[x][y] > matrix[y][x]]

    def weight(pair: tuple[int, int]) -> tuple[int, int]:
        in_favour, against = matrix[pair[0]][pair[1]], matrix[pair[1]][pair[0]]
        return (in_favour, -against) if strength == "winning" else (in_favour - against, 0)

    for _, equal in groupby(sorted(won, key=weight, reverse=True), key=weight):
        yield sorted((names[x], names[y]) for x, y in equal)


def _lock_all(options: Sequence[str], steps: Sequence[list[Pair]], draw: Draw) -> Locked:
    locked = Locked({option: set() for option in options})
    for equal in steps:
        _lock_equal(locked, equal, draw)
    return locked


def _lock_equal(locked: Locked, equal: Sequence[Pair], draw: Draw) -> None:
    left = list(equal)
    while left:
        locked.skipped += [pair for pair in left if not locked.allows(pair)]
        left = [pair for pair in left if locked.allows(pair)]
        contradicting = _in_cycles(locked, left)
        for pair in left:
            if pair not in contradicting:
                locked.lock(pair)
        left = contradicting
        if left:
            first = _first(left, draw)
            locked.lock(first)
            left.remove(first)


def _in_cycles(locked: Locked, left: Sequence[Pair]) -> list[Pair]:
    """Those of the pairs that would lie on a cycle if all of them were locked."""
    reach = {option: set(below) for option, below in locked.below.items()}
    for first, second in left:
        reach[first].add(second)
    _close(reach)
    return [pair for pair in left if pair[0] in reach[pair[1]]]


def _close(reach: dict[str, set[str]]) -> None:
    for by in reach:
        for below in reach.values():
            if by in below:
                below |= reach[by]


def _first(pairs: Sequence[Pair], draw: Draw) -> Pair:
    if draw.order is None:
        return draw.favour(pairs)
    loser = draw.drop(sorted({second for _, second in pairs}))
    winners = sorted(first for first, second in pairs if second == loser)
    return draw.favour(winners) if len(winners) > 1 else winners[0], loser


def _result(
    rule: Rule,
    outcome: Explored[Locked],
    compared: Compared,
    ballots: Ballots,
    seats: int,
    lot: Sequence[str] | None,
) -> Result:
    rankings = [layers(compared.options, run.below) for run in outcome.ways]
    draw = Draw(lot)
    elected, tie = _elected(rankings, seats, outcome, compared, draw)
    first = outcome.ways[0]
    trace: dict[str, Any] = compared.trace | {"locked": first.pairs, "skipped": first.skipped}
    return Result(
        rule,
        ballots.counts(),
        (*outcome.ranking(rankings), *compared.set_aside),
        elected=elected,
        tie=tie,
        trace=trace | outcome.notes(),
        lots=(*outcome.lots, *draw.log),
    )


def _elected(
    rankings: Sequence[Groups],
    seats: int,
    outcome: Explored[Locked],
    compared: Compared,
    draw: Draw,
) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    """Who is elected in every way; a way that itself ends in a tie leaves its tied ones open."""
    filled = [fill(ranking, seats, draw) for ranking in rankings]
    if len(filled) == 1 and outcome.complete:
        return filled[0]
    certainly, tie = outcome.settled(
        [elected for elected, _ in filled], _contenders(compared, seats)
    )
    open_to = {*(tie or ()), *(option for _, tied in filled for option in tied or ())}
    return certainly, tuple(sorted(open_to - set(certainly))) or None


def _contenders(compared: Compared, seats: int) -> list[str]:
    """Options that could be elected at all: the Smith set for one seat, everyone for several."""
    matrix: Matrix = compared.matrix
    inside = smith_set(matrix) if seats == 1 else set(range(len(matrix)))
    return [compared.options[x] for x in sorted(inside)]
