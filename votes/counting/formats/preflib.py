"""PrefLib's `.soc .soi .toc .toi` (rankings) and `.cat` (options sorted into categories).

Reference: Mattei, Walsh, "PrefLib: a library for preferences", preflib.org/format.
A line is `count: 3,{1,2},4`; braces hold equal options, `{}` is an empty category.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from votes.counting.ballots import (
    UNGRADED,
    UNRANKED,
    Grades,
    Marks,
    Rankings,
    marks_of,
    once_each,
)
from votes.counting.errors import UnreadableFileError
from votes.counting.paper import Paper, told_apart

_GROUP = re.compile(r"\{([^{}]*)\}|([^,{}\s]+)")
_NAMED = re.compile(r"(ALTERNATIVE|CATEGORY) NAME (\d+)")
Group = tuple[int, ...]


@dataclass
class _File:
    """Names by number, and the ballots as groups of numbers, best first, with their counts."""

    title: str = ""
    names: dict[str, dict[int, str]] = field(
        default_factory=lambda: {"ALTERNATIVE": {}, "CATEGORY": {}}
    )
    ballots: list[list[Group]] = field(default_factory=list)
    times: list[int] = field(default_factory=list)

    def paper(self) -> Paper:
        """The alternatives in the order of their numbers, which run from 1."""
        names = self.names["ALTERNATIVE"]
        if sorted(names) != list(range(1, len(names) + 1)) or not names:
            raise UnreadableFileError("the alternatives must be named and numbered from 1")
        return Paper(told_apart([names[n] for n in sorted(names)]), title=self.title)


def read_preflib_orders(lines: Iterable[str]) -> Rankings:
    """Read `.soc .soi .toc .toi`; equal options stay equal."""
    file = _read(lines)
    paper = file.paper()
    places = np.full((len(file.ballots), len(paper.options)), UNRANKED, dtype=np.int16)
    for row, ballot in enumerate(file.ballots):
        for place, group in enumerate(ballot, start=1):
            for number in group:
                places[row, number - 1] = place
    return Rankings(paper, places, once_each(file.times, len(file.ballots)))


def read_preflib_categories(lines: Iterable[str]) -> Marks | Grades:
    """Read `.cat`; with two categories, being in the first is a tick, otherwise it is a grade."""
    file = _read(lines)
    paper = file.paper()
    if len(file.names["CATEGORY"]) > 2:
        return _grades(file, paper)
    ticked = ([paper.options[n - 1] for n in _first(ballot)] for ballot in file.ballots)
    return marks_of(paper, ticked, file.times)


def _first(ballot: list[Group]) -> Group:
    return ballot[0] if ballot else ()


def _grades(file: _File, paper: Paper) -> Grades:
    worst_first = [file.names["CATEGORY"][n] for n in sorted(file.names["CATEGORY"], reverse=True)]
    marks = np.full((len(file.ballots), len(paper.options)), UNGRADED, dtype=np.int8)
    for row, ballot in enumerate(file.ballots):
        if len(ballot) > len(worst_first):
            raise UnreadableFileError("a ballot uses more categories than are named")
        for category, group in enumerate(ballot):
            for number in group:
                marks[row, number - 1] = len(worst_first) - 1 - category
    times = once_each(file.times, len(file.ballots))
    return Grades(paper, tuple(worst_first), marks, times)


def _read(lines: Iterable[str]) -> _File:
    file = _File()
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if text.startswith("#"):
            _keep_header(file, text.lstrip("# "))
        elif text:
            _keep_ballot(file, text, number)
    return file


def _keep_header(file: _File, text: str) -> None:
    key, _, value = text.partition(":")
    if key == "TITLE":
        file.title = value.strip()
    elif match := _NAMED.fullmatch(key):
        file.names[match[1]][int(match[2])] = value.strip()


def _keep_ballot(file: _File, text: str, number: int) -> None:
    count, colon, groups = text.partition(":")
    if not colon or not count.strip().isdecimal():
        raise UnreadableFileError("a ballot must be written count: 1,2,{3,4}", number)
    ballot = [_numbers(match, number) for match in _GROUP.finditer(groups)]
    named, known = [n for group in ballot for n in group], file.names["ALTERNATIVE"]
    if len(set(named)) != len(named):
        raise UnreadableFileError("an alternative is named twice", number)
    if unknown := sorted(set(named) - known.keys()):
        raise UnreadableFileError(f"there is no alternative {unknown[0]}", number)
    file.ballots.append(ballot)
    file.times.append(int(count))


def _numbers(match: re.Match[str], line: int) -> Group:
    written = match[1] if match[2] is None else match[2]
    cells = [cell.strip() for cell in written.split(",") if cell.strip()]
    if not all(cell.isdecimal() for cell in cells):
        raise UnreadableFileError("alternatives are given by their numbers", line)
    return tuple(int(cell) for cell in cells)
