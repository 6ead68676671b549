"""Pabulib's `.pb`: participatory budgets, with projects, costs and one line per voter.

Reference: Stolicki, Szufa, Talmon, "Pabulib: a participatory budgeting library",
arXiv 2012.06539. Cells are stripped, since older files write `key; value`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from votes.counting.ballots import Marks, Rankings, marks_of, rankings_of
from votes.counting.errors import UnreadableFileError
from votes.counting.paper import Paper

SECTIONS = ("META", "PROJECTS", "VOTES")
Row = dict[str, str]


@dataclass
class _Tables:
    """The three tables of a file; each row of VOTES keeps its line number."""

    meta: dict[str, str] = field(default_factory=dict)
    projects: list[Row] = field(default_factory=list)
    votes: list[tuple[int, Row]] = field(default_factory=list)


def read_pabulib(lines: Iterable[str]) -> Marks | Rankings:
    """Read a `.pb` file.

    Approval, cumulative and scoring ballots become marks; ordinal ballots become rankings whose
    places are worth `max_length` points down to 1. A vote for a project that is not listed is
    noted with its line and left out; if the ballot then names nothing, it is null.
    """
    tables = _tables(lines)
    paper = _paper(tables)
    kind = tables.meta.get("vote_type", "approval").lower()
    readers: dict[str, Callable[[Paper, _Tables], Marks | Rankings]] = {
        "approval": _approvals, "choose-1": _approvals, "cumulative": _points,
        "scoring": _points, "ordinal": _places,
    }  # fmt: skip
    if kind not in readers:
        raise UnreadableFileError(f"vote_type {kind} is not one of {', '.join(readers)}")
    return readers[kind](paper, tables)


def _tables(lines: Iterable[str]) -> _Tables:
    tables, section, header = _Tables(), "", [""]
    for number, cells in _rows(lines):
        if len(cells) == 1 and cells[0].upper() in SECTIONS:
            section, header = cells[0].upper(), []
        elif section == "META":
            _keep_meta(tables.meta, cells)
        elif not section:
            raise UnreadableFileError("the file must begin with META", number)
        elif not header:
            header = cells
        else:
            _keep(tables, section, number, dict(zip(header, cells, strict=False)))
    return _complete(tables)


def _keep_meta(meta: dict[str, str], cells: list[str]) -> None:
    if cells[0] != "key":
        meta[cells[0]] = cells[1] if len(cells) > 1 else ""


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=";")
    for cells in reader:
        stripped = [cell.strip().lstrip("\ufeff") for cell in cells]
        if any(stripped):
            yield reader.line_num, stripped


def _keep(tables: _Tables, section: str, number: int, row: Row) -> None:
    if section == "PROJECTS":
        tables.projects.append(row)
    else:
        tables.votes.append((number, row))


def _complete(tables: _Tables) -> _Tables:
    if not tables.projects:
        raise UnreadableFileError("the file has no project")
    for row in tables.projects:
        if not row.get("project_id") or not row.get("cost"):
            raise UnreadableFileError("every project needs a project_id and a cost")
    if "budget" not in tables.meta:
        raise UnreadableFileError("META gives no budget")
    return tables


def _paper(tables: _Tables) -> Paper:
    meta, rows = tables.meta, tables.projects
    costs, budget = [_amount(row["cost"]) for row in rows], _amount(meta["budget"])
    digits = max(_decimals(amount) for amount in (*costs, budget))
    unit = 10**digits
    most = _whole(meta.get("max_length"))
    return Paper(
        options=tuple(row["project_id"] for row in rows),
        names={row["project_id"]: row["name"] for row in rows if row.get("name")},
        title=meta.get("description", ""),
        costs=tuple(int(cost * unit) for cost in costs),
        budget=int(budget * unit),
        unit=unit,
        most_points=_whole(meta.get("max_sum_points")),
        most_per_option=_whole(meta.get("max_points")),
        scale=tuple(range(most, 0, -1)) if most and meta.get("vote_type") == "ordinal" else None,
    )


def _decimals(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _amount(written: str) -> Decimal:
    try:
        amount = Decimal(written.replace(",", "."))
    except InvalidOperation as error:
        raise UnreadableFileError(f"{written!r} is not an amount") from error
    if not amount.is_finite() or amount < 0:
        raise UnreadableFileError(f"{written!r} is not an amount")
    return amount


def _whole(written: str | None) -> int | None:
    return int(_amount(written)) if written else None


def _cells(row: Row, column: str) -> list[str]:
    return [cell for part in row.get(column, "").split(",") if (cell := part.strip())]


@dataclass
class _Sorter:
    """Keeps the votes for listed projects and notes the others."""

    listed: Mapping[str, int]
    notes: list[str] = field(default_factory=list)
    nulls: int = 0
    astray: int = 0

    def known(self, number: int, named: list[str]) -> list[str] | None:
        """The listed projects among those named; None where the ballot is null."""
        if len(set(named)) != len(named):
            self._null(f"line {number}: a project is named twice; the ballot is null")
            return None
        kept = [project for project in named if project in self.listed]
        self.notes += [
            f"line {number}: no project {project} on the list; this mark is left out"
            for project in named
            if project not in self.listed
        ]
        if named and not kept:
            self._null(f"line {number}: no mark is left; the ballot is null")
            self.astray += 1
            return None
        return kept

    def _null(self, note: str) -> None:
        self.notes.append(note)
        self.nulls += 1


def _approvals(paper: Paper, tables: _Tables) -> Marks:
    sorter = _Sorter(paper.position())
    ballots = [sorter.known(number, _cells(row, "vote")) for number, row in tables.votes]
    return _marks(paper, [b for b in ballots if b is not None], sorter)


def _marks(paper: Paper, ballots: Sequence[list[str] | dict[str, int]], sorter: _Sorter) -> Marks:
    marks = marks_of(paper, ballots, None, sorter.nulls, sorter.notes)
    return replace(marks, astray=sorter.astray)


def _places(paper: Paper, tables: _Tables) -> Rankings:
    sorter = _Sorter(paper.position())
    ballots = [sorter.known(number, _cells(row, "vote")) for number, row in tables.votes]
    kept = [b for b in ballots if b is not None]
    return rankings_of(paper, kept, None, sorter.nulls, sorter.notes)


def _points(paper: Paper, tables: _Tables) -> Marks:
    sorter, ballots = _Sorter(paper.position()), []
    for number, row in tables.votes:
        given = _points_given(number, row)
        kept = sorter.known(number, list(given))
        if kept is not None:
            ballots.append({project: given[project] for project in kept})
    return _marks(paper, ballots, sorter)


def _points_given(number: int, row: Row) -> dict[str, int]:
    named, points = _cells(row, "vote"), _cells(row, "points")
    if len(named) != len(points):
        raise UnreadableFileError("there are not as many points as projects", number)
    if len(set(named)) != len(named):
        raise UnreadableFileError("a project is given points twice", number)
    try:
        return dict(zip(named, map(int, points), strict=True))
    except ValueError as error:
        raise UnreadableFileError("points must be whole numbers", number) from error
