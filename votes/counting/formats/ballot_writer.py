"""Writes a box as our own export, always in the same bytes for the same ballots."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from votes.counting.ballots import UNGRADED, Ballots, Grades, Marks, Rankings
from votes.counting.formats.ballot_export import FORMAT, LIMITS, VERSION
from votes.counting.paper import Paper


def written(ballots: Ballots) -> Iterator[str]:
    """The lines of the export: the paper, then the ballots, sorted, identical ones together."""
    yield _line(describe(ballots))
    alike: Counter[str] = Counter()
    for ballot, times in bodies(ballots):
        alike[_line(ballot)] += times
    for ballot_text in sorted(alike):
        count = {} if alike[ballot_text] == 1 else {"times": alike[ballot_text]}
        yield _line({"ballot": json.loads(ballot_text)} | count)
    if ballots.nulls:
        yield _line({"null": "invalid", "times": ballots.nulls})


def describe(ballots: Ballots) -> dict[str, Any]:
    """The first line: the paper and the kind of its ballots."""
    paper = ballots.paper
    head: dict[str, Any] = {"format": FORMAT, "version": VERSION, "kind": kind_of(ballots)}
    head |= {"title": paper.title} if paper.title else {}
    head["options"] = [_option(paper, x) for x in range(len(paper.options))]
    head |= {limit: value for limit in LIMITS if (value := getattr(paper, limit)) is not None}
    if paper.budget is not None:
        head["budget"] = _amount(paper.budget, paper.unit)
    if paper.scale:
        head["scale"] = list(paper.scale)
    if isinstance(ballots, Grades):
        head["grades"] = list(ballots.grades)
    return head


def kind_of(ballots: Ballots) -> str:
    """The kind of ballots, as the export names it."""
    if isinstance(ballots, Marks):
        gives_points = ballots.paper.most_points is not None or bool((ballots.points > 1).any())
        return "points" if gives_points else "approval"
    return "ranking" if isinstance(ballots, Rankings) else "grades"


def bodies(ballots: Ballots) -> Iterator[tuple[Any, int]]:
    """Each row as the export writes it, and how many ballots it stands for."""
    options = ballots.paper.options
    if isinstance(ballots, Marks):
        yield from _marks(ballots)
    elif isinstance(ballots, Rankings):
        for places, times in zip(ballots.places.tolist(), ballots.times.tolist(), strict=True):
            yield _groups(options, places), times
    else:
        for marks, times in zip(ballots.marks.tolist(), ballots.times.tolist(), strict=True):
            graded = zip(options, marks, strict=True)
            yield {o: ballots.grades[g] for o, g in graded if g != UNGRADED}, times


def _marks(marks: Marks) -> Iterator[tuple[Any, int]]:
    options, gives_points = marks.paper.options, kind_of(marks) == "points"
    columns, points = marks.columns.tolist(), marks.points.tolist()
    for row, times in enumerate(marks.times.tolist()):
        here = range(int(marks.starts[row]), int(marks.starts[row + 1]))
        given = {options[columns[i]]: points[i] for i in here}
        yield given if gives_points else sorted(given), times


def _groups(options: tuple[str, ...], places: list[int]) -> list[Any]:
    groups: list[list[str]] = [[] for _ in range(max(places, default=0))]
    for option, place in zip(options, places, strict=True):
        if place:
            groups[place - 1].append(option)
    return [group[0] if len(group) == 1 else sorted(group) for group in groups]


def _option(paper: Paper, x: int) -> dict[str, Any]:
    key = paper.options[x]
    told = {"id": key} | ({"name": paper.names[key]} if key in paper.names else {})
    return told | ({"cost": _amount(paper.costs[x], paper.unit)} if paper.costs else {})


def _amount(minor: int, unit: int) -> str:
    """A decimal amount, exact: the unit is a power of ten."""
    whole, rest = divmod(minor, unit)
    digits = len(str(unit)) - 1
    return f"{whole}.{rest:0{digits}d}" if rest else str(Fraction(minor, unit))


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"
