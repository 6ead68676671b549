"""Instant runoff: drop the last, let its ballots move on, until someone has a majority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from votes.counting.ballots import UNRANKED, Ballots, Ints, Rankings
from votes.counting.errors import CountError
from votes.counting.lot import Draw
from votes.counting.result import Counts, Groups, Result, Rule
from votes.counting.tied_ways import behind_earlier, explored

NAME = "irv"
TiedLast = Literal["lot", "together"]
Tally = dict[str, int]


@dataclass
class Runoff:
    """One count, from the first round to the winner.

    Parameters
    ----------
    winner : str or None
        None if no ballot was left to decide.
    rounds : list of mapping
        Votes, exhausted ballots and who was dropped, round by round.
    dropped : list of tuple of str
        Options in the order in which they left.
    tied : tuple of str or None
        All that were left, where dropping them together would leave nobody.
    first_tie : int or None
        The round at which a lot was first needed.
    """

    winner: str | None = None
    rounds: list[dict[str, Any]] = field(default_factory=list)
    dropped: list[tuple[str, ...]] = field(default_factory=list)
    tied: tuple[str, ...] | None = None
    first_tie: int | None = None

    def ranking(self) -> Groups:
        """The winner, those standing by votes, then the dropped, from the last to the first."""
        last: Tally = self.rounds[-1]["votes"]
        standing = sorted({n for option, n in last.items() if option != self.winner}, reverse=True)
        groups: list[tuple[str, ...]] = [(self.winner,)] if self.winner else []
        left = set(last) - {self.winner}
        groups += [tuple(sorted(o for o in left if last[o] == n)) for n in standing]
        return (*groups, *reversed(self.dropped))


def instant_runoff(
    ballots: Ballots, *, tied_last: TiedLast = "lot", lot: Sequence[str] | None = None
) -> Result:
    """Elect one option by instant runoff.

    Each ballot counts for the best-ranked option still standing. An option with more than half of
    the ballots that still count wins; otherwise the option with the fewest votes is dropped. Of
    several, the one behind at the most recent earlier round where they differed; of those that
    never differed, all together if their votes together are fewer than those of the next (then the
    order changes nothing), else a lot. Without a drawn order every way the lot could fall is
    counted: if the winner is always the same there is no tie, only a note.

    Parameters
    ----------
    ballots : Rankings
        A skipped place is ignored. A ballot that reaches a place shared by two or more options
        still standing is exhausted for good; if only one of them still stands, it counts for it.
    tied_last : {"lot", "together"}, default="lot"
        "together" drops all options with the fewest votes at once, whatever their votes together,
        as some programs do: it needs no lot, but can elect someone whom no lot would.
    lot : sequence of str, optional
        The drawn order, most favoured first.

    Returns
    -------
    Result
        `stages` holds the rounds. `trace` gives the winner's share of the ballots that still
        counted and of all exprimés: the first is a majority, the second need not be.
    """
    if not isinstance(ballots, Rankings):
        raise CountError("instant runoff counts rankings")
    if tied_last not in ("lot", "together"):
        raise CountError("options tied for the last place go by lot or together")
    counts, rule = ballots.counts(), Rule(NAME, {"tied_last": tied_last})
    if counts.exprimes == 0:
        return Result(rule, counts, (tuple(sorted(ballots.paper.options)),), elected=())
    columns = _columns(ballots)
    outcome = explored(lambda draw: _run(ballots, columns, draw, tied_last), lot)
    first = outcome.ways[0]
    winners = [[run.winner] if run.winner else [] for run in outcome.ways]
    elected, tie = outcome.settled(winners, ballots.paper.options)
    stages = first.rounds[: first.first_tie] if tie else first.rounds
    return Result(
        rule, counts, outcome.ranking([run.ranking() for run in outcome.ways]),
        elected=elected, tie=tie or first.tied, stages=tuple(stages), lots=outcome.lots,
        trace=_shares(first, counts, tie) | outcome.notes(),
    )  # fmt: skip


def _columns(ballots: Rankings) -> NDArray[np.int16]:
    """Places by option, an absent option after all others; small numbers keep a million quick."""
    small = np.int8 if ballots.places.max(initial=0) < np.iinfo(np.int8).max else np.int16
    places = np.where(ballots.places == UNRANKED, np.iinfo(small).max, ballots.places)
    return np.ascontiguousarray(places.T.astype(small))


def _run(ballots: Rankings, columns: NDArray[np.int16], draw: Draw, tied_last: TiedLast) -> Runoff:
    options, run = ballots.paper.options, Runoff()
    alive = (columns != np.iinfo(columns.dtype).max).any(axis=0)
    standing = list(range(len(options)))
    total = ballots.counts().exprimes
    while True:
        votes, alive = _round(columns, standing, alive, ballots.times)
        tally = {options[x]: n for x, n in zip(standing, votes, strict=True)}
        going = sum(votes)
        run.rounds.append(
            {"round": len(run.rounds) + 1, "votes": tally, "exhausted": total - going}
        )
        leader = max(tally, key=tally.__getitem__)
        if 2 * tally[leader] > going or going == 0:
            run.winner = leader if going else None
            return run
        out = _all_last(tally) if tied_last == "together" else _last(run, tally, draw)
        if len(out) == len(standing):
            run.tied = out
            return run
        run.rounds[-1]["dropped"] = out
        run.dropped.append(out)
        standing = [x for x in standing if options[x] not in out]


def _round(
    columns: NDArray[np.int16], standing: list[int], alive: NDArray[np.bool_], times: Ints
) -> tuple[list[int], NDArray[np.bool_]]:
    """Votes of the options still standing, and the ballots that still count."""
    top = columns[standing[0]].copy()
    for x in standing[1:]:
        np.minimum(top, columns[x], out=top)
    alive = alive & (top != np.iinfo(columns.dtype).max)
    held, twice = np.zeros_like(alive), np.zeros_like(alive)
    for x in standing:
        here = columns[x] == top
        twice |= held & here
        held |= here
    alive &= ~twice
    votes = [_number((columns[x] == top) & alive, times) for x in standing]
    return votes, alive


def _number(which: NDArray[np.bool_], times: Ints) -> int:
    return int(times[which].sum())


def _last(run: Runoff, tally: Tally, draw: Draw) -> tuple[str, ...]:
    """Who leaves now: one option, or several whose order of leaving changes nothing."""
    lowest = min(tally.values())
    behind = sorted(option for option, votes in tally.items() if votes == lowest)
    behind = behind_earlier(behind, [stage["votes"] for stage in run.rounds[:-1]])
    if len(behind) == 1:
        return (behind[0],)
    rest = [votes for option, votes in tally.items() if option not in behind]
    if rest and lowest * len(behind) < min(rest):
        return tuple(behind)
    if run.first_tie is None:
        run.first_tie = len(run.rounds)
    return (draw.drop(behind),)


def _all_last(tally: Tally) -> tuple[str, ...]:
    lowest = min(tally.values())
    return tuple(sorted(option for option, votes in tally.items() if votes == lowest))


def _shares(run: Runoff, counts: Counts, tie: Sequence[str] | None) -> dict[str, Any]:
    if tie or not run.winner:
        return {}
    votes, exhausted = run.rounds[-1]["votes"], run.rounds[-1]["exhausted"]
    won, going = votes[run.winner], counts.exprimes - exhausted
    shares = {"of_continuing": Fraction(won, going), "of_exprimés": Fraction(won, counts.exprimes)}
    return {"winner_votes": won, "continuing": going, "exhausted": exhausted, **shares}
