"""Grades as a table: a first column that numbers the ballots, then one column per option.

As published for the Orsay experiment of 2007: whole numbers, 1 the worst, 0 for no answer.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence

import numpy as np

from votes.counting.ballots import UNGRADED, Grades, once_each
from votes.counting.errors import UnreadableFileError
from votes.counting.paper import Paper

SIX_GRADES = ("À rejeter", "Insuffisant", "Passable", "Assez bien", "Bien", "Très bien")
SEVEN_GRADES = (*SIX_GRADES, "Excellent")


def read_grade_csv(lines: Iterable[str], grades: Sequence[str] = SIX_GRADES) -> Grades:
    """Read a table of grades; the first column is the number of a ballot, not of a voter."""
    rows = [(number, cells) for number, cells in enumerate(csv.reader(lines), 1) if any(cells)]
    if not rows or len(rows[0][1]) < 2:
        raise UnreadableFileError("the first line must name the options")
    options = tuple(cell.strip() for cell in rows[0][1][1:])
    marks = np.full((len(rows) - 1, len(options)), UNGRADED, dtype=np.int8)
    for row, (number, cells) in enumerate(rows[1:]):
        marks[row] = _levels(cells[1:], len(options), len(grades), number)
    return Grades(Paper(options), tuple(grades), marks, once_each(None, len(marks)))


def _levels(cells: list[str], options: int, levels: int, line: int) -> list[int]:
    if len(cells) != options:
        raise UnreadableFileError(f"{options} grades are expected, {len(cells)} are given", line)
    if not all(cell.strip().isdecimal() and int(cell) <= levels for cell in cells):
        raise UnreadableFileError(f"grades are whole numbers from 0 to {levels}", line)
    return [int(cell) - 1 for cell in cells]
