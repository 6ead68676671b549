"""Ties met during a count: earlier rounds first, then a lot, and whether the lot matters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from votes.counting.lot import WAYS_AT_MOST, Draw, every_way
from votes.counting.ordering import certain, common_groups
from votes.counting.result import Groups

Run = TypeVar("Run")


def behind_earlier(tied: Sequence[str], earlier: Sequence[Mapping[str, int]]) -> list[str]:
    """Those behind at the most recent earlier round where they differed; all, if they never did."""
    return _apart(tied, earlier, min)


def ahead_earlier(tied: Sequence[str], earlier: Sequence[Mapping[str, int]]) -> list[str]:
    """Those ahead at the most recent earlier round where they differed; all, if they never did."""
    return _apart(tied, earlier, max)


def _apart(
    tied: Sequence[str],
    earlier: Sequence[Mapping[str, int]],
    which: Callable[[Iterable[int]], int],
) -> list[str]:
    left = list(tied)
    for votes in reversed(earlier):
        if len(left) == 1:
            break
        wanted = which(votes[option] for option in left)
        left = [option for option in left if votes[option] == wanted]
    return left


@dataclass(frozen=True)
class Explored(Generic[Run]):
    """All ways a count could go, according to how the lots fall.

    Parameters
    ----------
    ways : list
        One run per way; one run in all where a drawn order was given or no tie was met.
    complete : bool
        False if there were too many ways to follow them all.
    lots : tuple of mapping
        Uses of the drawn order.
    """

    ways: list[Run]
    complete: bool
    lots: tuple[Mapping[str, Any], ...] = ()

    def settled(
        self,
        outcomes: Sequence[Iterable[str]],
        possible: Iterable[str] = (),
        sure: Iterable[str] = (),
    ) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
        """Who is in whatever the lot, and between whom it decides.

        Where not every way could be followed, only those who were in before the first tie (`sure`)
        are in, and all of `possible` remain in the balance.
        """
        if not outcomes:
            return (), None
        if self.complete:
            return certain(outcomes)
        seen = {option for way in outcomes for option in way}
        return tuple(sure), tuple(sorted({*possible, *seen} - {*sure}))

    def ranking(self, rankings: Sequence[Groups]) -> Groups:
        """The groups on which all ways agree; everyone together if some could not be followed."""
        if self.complete:
            return common_groups(rankings)
        return (tuple(sorted(option for group in rankings[0] for option in group)),)

    def notes(self) -> dict[str, Any]:
        """How many ways were followed, where a tie was met at all."""
        if len(self.ways) == 1 and self.complete:
            return {}
        return {"ways_the_lot_could_fall": len(self.ways), "all_ways_followed": self.complete}


def explored(
    count: Callable[[Draw], Run], lot: Sequence[str] | None, at_most: int = WAYS_AT_MOST
) -> Explored[Run]:
    """Count once with the drawn order, or else once per way the lots could fall."""
    if lot is not None:
        draw = Draw(lot)
        run = count(draw)
        return Explored([run], complete=True, lots=tuple(draw.log))
    return Explored(*every_way(count, at_most))
