"""Merit profiles: for each option, how many ballots gave it each grade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from votes.counting.ballots import UNGRADED, Ballots, Grades
from votes.counting.errors import CountError

Profile = tuple[int, ...]


@dataclass(frozen=True)
class Gauge:
    """A profile seen from its majority grade.

    Parameters
    ----------
    above, below : int
        Grades strictly above and strictly below the majority grade.
    grade : int
        The majority grade: the lower median, 0 the worst.
    """

    above: int
    grade: int
    below: int

    @property
    def sign(self) -> str:
        """ "+" if more are above than below; as many is "-"."""
        return "+" if self.above > self.below else "-"

    def key(self) -> tuple[int, int, int]:
        """Better gauges have larger keys."""
        leans_up = self.above > self.below
        return (self.grade, int(leans_up), self.above if leans_up else -self.below)


def profiles(ballots: Ballots) -> list[Profile]:
    """Ballots per grade for each option, worst grade first.

    A grade that a ballot leaves out counts as the worst, so that all totals are equal; a ballot
    that grades nobody is blank and is left out for everyone.
    """
    if not isinstance(ballots, Grades):
        raise CountError("majority judgment counts grades")
    spoken = ~ballots.blank()
    times, levels = ballots.times[spoken], len(ballots.grades)
    weighted = bool((times != 1).any())
    return [
        _by_grade(ballots.marks[spoken, x] if not spoken.all() else ballots.marks[:, x],
                  times if weighted else None, levels)
        for x in range(len(ballots.paper.options))
    ]  # fmt: skip


def _by_grade(marks: np.ndarray, times: np.ndarray | None, levels: int) -> Profile:
    shifted = marks + np.int8(-UNGRADED)
    if times is None:
        held = np.bincount(shifted, minlength=levels + 1)
    else:
        held = np.zeros(levels + 1, dtype=np.int64)
        np.add.at(held, shifted, times)
    return (int(held[0] + held[1]), *(int(count) for count in held[2:]))


def gauge(profile: Sequence[int]) -> Gauge:
    """The majority grade (lower median), and how many grades are above and below it.

    Examples
    --------
    >>> gauge((2, 0, 2))
    Gauge(above=2, grade=0, below=0)
    """
    half, below = (sum(profile) + 1) // 2, 0
    for grade, count in enumerate(profile):
        if below + count >= half:
            return Gauge(sum(profile) - below - count, grade, below)
        below += count
    raise CountError("a profile needs at least one grade")
