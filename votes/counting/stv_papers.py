"""Ballot papers as STV moves them: whose they are now, what they are worth, where they go next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from votes.counting.ballots import Ints, Rankings

VOTE = 100_000
ENDED = -1


def preferences(rankings: Rankings) -> NDArray[np.int16]:
    """Options in order of preference, as far as the paper can be read.

    A place that is empty or shared ends the paper there.

    Returns
    -------
    ndarray of shape (n_rows, n_options + 1)
        Positions of options, then -1 from where the paper ends; the last column is always -1.
    """
    places, options = rankings.places, len(rankings.paper.options)
    who = np.full((len(places), options + 1), ENDED, dtype=np.int16)
    marks = np.zeros((len(places), options + 1), dtype=np.int16)
    for x in range(options):
        rows = np.flatnonzero((places[:, x] > 0) & (places[:, x] <= options))
        slots = places[rows, x] - 1
        who[rows, slots] = x
        marks[rows, slots] += 1
    readable = np.logical_and.accumulate(marks == 1, axis=1)
    return np.where(readable, who, np.int16(ENDED))


@dataclass
class Moved:
    """What one move of papers did, in units of 0.00001 vote."""

    received: dict[int, int]
    non_transferable: int


class Papers:
    """The papers of one count, in the piles of their candidates.

    Parameters
    ----------
    preferences : ndarray of shape (n_rows, n_options + 1)
        See `preferences`; rows without a first preference must have been taken out.
    times : ndarray of shape (n_rows,)
        How many identical papers a row stands for.
    """

    def __init__(self, preferences: NDArray[np.int16], times: Ints) -> None:
        self._preferences, self._times = preferences, times
        self._value = np.full(len(times), VOTE, dtype=np.int64)
        self._at = np.zeros(len(times), dtype=np.int16)
        self._piles: dict[int, list[Ints]] = {}

    def deal(self, candidates: Iterable[int]) -> Moved:
        """Put every paper on the pile of its first preference."""
        return self._put(np.arange(len(self._times)), set(candidates))

    def pass_on(
        self, candidate: int, continuing: Iterable[int], share: tuple[int, int] | None = None
    ) -> Moved:
        """Move a candidate's papers to the next continuing candidates.

        `share` is (surplus, total): each paper keeps that part of its value, cut at five decimals.
        """
        rows = np.concatenate(self._piles.pop(candidate, [np.zeros(0, dtype=np.int64)]))
        if share is not None:
            surplus, total = share
            self._value[rows] = self._value[rows] * surplus // total
        standing = set(continuing)
        self._advance(rows, standing)
        return self._put(rows, standing)

    def _advance(self, rows: Ints, standing: set[int]) -> None:
        """Step each paper to its next continuing candidate, or to its end."""
        stops = np.zeros(self._preferences.shape[1], dtype=np.bool_)
        stops[[*standing, ENDED]] = True
        at, moving = self._at[rows], np.arange(len(rows))
        while len(moving):
            at[moving] += 1
            moving = moving[~stops[self._preferences[rows[moving], at[moving]]]]
        self._at[rows] = at

    def _put(self, rows: Ints, standing: set[int]) -> Moved:
        holder = self._preferences[rows, self._at[rows]]
        worth = self._value[rows] * self._times[rows]
        received: dict[int, int] = {}
        for candidate in sorted(standing):
            here = holder == candidate
            received[candidate] = int(worth[here].sum())
            self._piles.setdefault(candidate, []).append(rows[here])
        return Moved(received, int(worth[holder == ENDED].sum()))


def votes(units: int) -> Decimal:
    """An amount of 0.00001 votes, in votes."""
    return Decimal(units) / VOTE
