"""Scottish STV: several seats from ranked ballots, as Scottish councils are elected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from votes.counting.ballots import Ballots, Rankings
from votes.counting.errors import CountError
from votes.counting.lot import Draw
from votes.counting.result import Counts, Groups, Result, Rule
from votes.counting.stv_papers import ENDED, VOTE, Moved, Papers, preferences, votes
from votes.counting.tied_ways import ahead_earlier, behind_earlier, explored

NAME = "stv-scottish"


def scottish_stv(
    ballots: Ballots, seats: int | None = None, lot: Sequence[str] | None = None
) -> Result:
    """Elect several options by the rules of Scottish local elections.

    Quota: floor(N / (seats + 1)) + 1, with N valid papers; whoever reaches it is elected. The
    largest surplus is passed on first: every paper of that candidate goes to its next continuing
    candidate at surplus x value / total, cut at five decimals. Without a surplus the lowest is
    excluded, papers moving at their value. Once as many continue as there are vacancies, all of
    them are elected. Equal surpluses and equal lowest: the most recent earlier stage at which they
    differed, then a lot; later preferences never settle a tie. Candidates without a single paper
    are excluded together as long as enough others continue, since their order changes nothing.

    Parameters
    ----------
    ballots : Rankings
        A paper is read until a place is empty or shared. One without a single first preference is
        null.
    seats : int, optional
        By default those of the paper.
    lot : sequence of str, optional
        The drawn order. Without it every way the lots could fall is counted; who is elected in all
        of them is elected, and the others are the tie.

    Returns
    -------
    Result
        `stages` holds, for each stage, what was done, the totals, what each received, what became
        non-transferable and what truncation has lost so far, in votes with five decimals.

    References
    ----------
    .. [1] The Scottish Local Government Elections Order 2007 (SSI 2007/42), rules 45 to 52.
    """
    if not isinstance(ballots, Rankings):
        raise CountError("STV counts rankings")
    seats = seats or ballots.paper.seats
    if not seats or seats < 1:
        raise CountError("STV needs a number of seats")
    read = preferences(ballots)
    valid = read[:, 0] != ENDED
    counts = _counts(ballots, valid)
    rule = Rule(NAME, {"seats": seats})
    if counts.exprimes == 0:
        return Result(rule, counts, (tuple(sorted(ballots.paper.options)),), elected=())
    return _result(rule, counts, ballots, (read[valid], ballots.times[valid]), lot)


def _counts(ballots: Rankings, valid: np.ndarray) -> Counts:
    spoken = ballots.places.any(axis=1)
    return ballots.counts().with_nulls(int(ballots.times[spoken & ~valid].sum()))


def _result(
    rule: Rule,
    counts: Counts,
    ballots: Rankings,
    papers: tuple[Any, Any],
    lot: Sequence[str] | None,
) -> Result:
    seats, options = rule.options["seats"], ballots.paper.options
    quota = counts.exprimes // (seats + 1) + 1
    outcome = explored(lambda draw: Count(options, seats, quota, draw).run(Papers(*papers)), lot)
    first = outcome.ways[0]
    sure, possible = first.before_tie or ([], options)
    elected, tie = outcome.settled([run.elected for run in outcome.ways], possible, sure)
    tie = tuple(sorted({*(tie or ()), *(o for run in outcome.ways for o in run.level)})) or None
    return Result(
        rule, counts, outcome.ranking([run.ranking() for run in outcome.ways]),
        elected=elected if tie else tuple(first.elected), tie=tie,
        stages=tuple(first.stages[: first.first_tie] if tie else first.stages),
        trace={"quota": quota, "valid": counts.exprimes} | outcome.notes(), lots=outcome.lots,
    )  # fmt: skip


class Count:
    """One count, stage by stage.

    Parameters
    ----------
    options : sequence of str
    seats, quota : int
    draw : Draw
        Settles what earlier stages do not.
    """

    def __init__(self, options: Sequence[str], seats: int, quota: int, draw: Draw) -> None:
        self.options, self.seats, self.quota, self.draw = options, seats, quota * VOTE, draw
        self.continuing = set(options)
        self.elected: list[str] = []
        self.stages: list[dict[str, Any]] = []
        self.first_tie: int | None = None
        self.before_tie: tuple[list[str], set[str]] | None = None
        self.level: tuple[str, ...] = ()
        self._position = {option: x for x, option in enumerate(options)}
        self._totals = dict.fromkeys(options, 0)
        self._earlier: list[dict[str, int]] = []
        self._surpluses: set[str] = set()
        self._out: list[tuple[str, ...]] = []
        self._in: list[tuple[str, ...]] = []
        self._ended = 0

    def run(self, papers: Papers) -> Count:
        """Count to the last seat."""
        dealt = papers.deal(self._position.values())
        self._stage("first preferences", (), dealt, [])
        while not self._finished():
            if self._surpluses:
                self._pass_surplus(papers)
            else:
                self._exclude(papers)
        return self

    def ranking(self) -> Groups:
        """The elected in order, those left by votes, the excluded from the last to the first."""
        left = self._by_votes(self.continuing)
        return (*self._in, *left, *reversed(self._out))

    def _finished(self) -> bool:
        vacancies = self.seats - len(self.elected)
        if vacancies and len(self.continuing) <= vacancies:
            self._elect(set(self.continuing))
        return len(self.elected) >= self.seats or not self.continuing or bool(self.level)

    def _elect(self, who: set[str]) -> None:
        for group in self._by_votes(who):
            self._in.append(group)
            self.elected += group
        self.continuing -= who
        self._surpluses |= {option for option in who if self._totals[option] > self.quota}
        self.stages[-1]["elected"] += [option for group in self._by_votes(who) for option in group]

    def _by_votes(self, who: set[str]) -> list[tuple[str, ...]]:
        totals = sorted({self._totals[option] for option in who}, reverse=True)
        return [tuple(sorted(o for o in who if self._totals[o] == total)) for total in totals]

    def _pass_surplus(self, papers: Papers) -> None:
        most = max(self._totals[option] for option in self._surpluses)
        tied = sorted(option for option in self._surpluses if self._totals[option] == most)
        chosen = self._one(ahead_earlier(tied, self._earlier[:-1]), last=False)
        surplus = self._totals[chosen] - self.quota
        where = self._position[chosen]
        moved = papers.pass_on(where, self._standing(), (surplus, self._totals[chosen]))
        self._totals[chosen] = self.quota
        self._surpluses.discard(chosen)
        self._stage("surplus", (chosen,), moved, [])

    def _exclude(self, papers: Papers) -> None:
        out = self._lowest()
        if not out:
            return
        self.continuing -= set(out)
        self._out.append(out)
        moved = Moved({}, 0)
        for option in out:
            moved = papers.pass_on(self._position[option], self._standing())
            del self._totals[option]
        self._stage("exclusion", out, moved, list(out))

    def _lowest(self) -> tuple[str, ...]:
        fewest = min(self._totals[option] for option in self.continuing)
        tied = sorted(option for option in self.continuing if self._totals[option] == fewest)
        if fewest == 0:
            return self._without_papers(tied)
        return (self._one(behind_earlier(tied, self._earlier[:-1]), last=True),)

    def _without_papers(self, tied: list[str]) -> tuple[str, ...]:
        """Of those whose leaving moves nothing: all, or as many as there are too many."""
        vacancies = self.seats - len(self.elected)
        too_many = min(len(self.continuing) - vacancies, len(tied))
        if too_many == len(tied):
            return tuple(tied)
        if self.draw.order is not None:
            return tuple(sorted(self.draw.rank(tied)[-too_many:]))
        self._elect(self.continuing - set(tied))
        self.level = tuple(tied)
        return ()

    def _one(self, tied: list[str], *, last: bool) -> str:
        if len(tied) == 1:
            return tied[0]
        if self.first_tie is None:
            self.first_tie = len(self.stages)
            self.before_tie = (list(self.elected), set(self.continuing))
        return self.draw.drop(tied) if last else self.draw.favour(tied)

    def _standing(self) -> list[int]:
        return [self._position[option] for option in self.continuing]

    def _stage(self, action: str, of: tuple[str, ...], moved: Moved, excluded: list[str]) -> None:
        received = {self.options[x]: units for x, units in moved.received.items()}
        for option, units in received.items():
            self._totals[option] += units
        self._ended += moved.non_transferable
        self._earlier.append(dict(self._totals))
        self.stages.append(self._told(action, of, received, moved) | {"excluded": excluded})
        self._elect({o for o in self.continuing if self._totals[o] >= self.quota})

    def _told(
        self, action: str, of: tuple[str, ...], received: dict[str, int], moved: Moved
    ) -> dict[str, Any]:
        in_all = sum(self._earlier[0].values())
        return {
            "stage": len(self._earlier),
            "action": action,
            "of": of,
            "totals": {option: votes(units) for option, units in self._totals.items()},
            "received": {option: votes(units) for option, units in received.items() if units},
            "non_transferable": votes(moved.non_transferable),
            "exhausted": votes(self._ended),
            "lost_to_truncation": votes(in_all - sum(self._totals.values()) - self._ended),
            "elected": [],
        }
