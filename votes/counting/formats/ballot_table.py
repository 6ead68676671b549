"""Our own export as a table (`.csv`), for those who open it in a spreadsheet.

The paper is described in lines `# key: JSON value`, with the keys of the first line of the `.jsonl`
export; `format` comes first. The header names `times` and then every option by its id; each line
is a ballot: 1 or nothing for approval, points, the number of the place, or the grade.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

from votes.counting.ballots import Ballots
from votes.counting.errors import UnreadableFileError
from votes.counting.formats.ballot_export import FORMAT, read_body
from votes.counting.formats.ballot_writer import bodies, describe

FIRST_LINE = f"# format: {json.dumps(FORMAT)}"


def read_table(lines: Iterable[str]) -> Ballots:
    """Read the table; a line without any mark is a blank ballot."""
    head, rows = _head_and_rows(lines)
    options = [str(option.get("id")) for option in head.get("options", [])]
    if not rows or rows[0][1] != ["times", *options]:
        raise UnreadableFileError("the header must be times, then every option by its id")
    kind, nulls = head.get("kind", ""), head.pop("nulls", 0)
    found = [
        (n, {"ballot": _ballot(kind, options, cells, n)}, _times(cells, n)) for n, cells in rows[1:]
    ]
    if nulls:
        found.append((0, {"null": "invalid"}, nulls))
    return read_body(head, found)


def _head_and_rows(lines: Iterable[str]) -> tuple[dict[str, Any], list[tuple[int, list[str]]]]:
    head: dict[str, Any] = {}
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            key, _, value = line[1:].partition(":")
            head[key.strip()] = _value(value, number)
        elif line.strip():
            rows.append((number, next(csv.reader([line]))))
    return head, rows


def _value(written: str, number: int) -> Any:
    try:
        return json.loads(written)
    except ValueError as error:
        raise UnreadableFileError("a line # key: value needs a JSON value", number) from error


def _times(cells: Sequence[str], number: int) -> int:
    if not cells[0].isdecimal():
        raise UnreadableFileError("times must be a whole number", number)
    return int(cells[0])


def _ballot(kind: str, options: Sequence[str], cells: Sequence[str], number: int) -> Any:
    if len(cells) != len(options) + 1:
        raise UnreadableFileError(f"{len(options) + 1} cells are expected", number)
    marked = {o: cell for o, cell in zip(options, cells[1:], strict=True) if cell}
    if kind == "grades":
        return marked
    if not all(cell.isdecimal() for cell in marked.values()):
        raise UnreadableFileError("the marks must be whole numbers", number)
    numbers = {option: int(cell) for option, cell in marked.items()}
    if kind == "ranking" and max(numbers.values(), default=0) > len(options):
        raise UnreadableFileError("a place is beyond the number of options", number)
    if kind == "points":
        return numbers
    return _in_places(numbers) if kind == "ranking" else [o for o, tick in numbers.items() if tick]


def _in_places(numbers: dict[str, int]) -> list[list[str]]:
    last = max(numbers.values(), default=0)
    return [[o for o, place in numbers.items() if place == at] for at in range(1, last + 1)]


def written_as_table(ballots: Ballots) -> Iterator[str]:
    """The lines of the table, ballots sorted."""
    head, options = describe(ballots), ballots.paper.options
    yield FIRST_LINE + "\n"
    for key in sorted(head.keys() - {"format"}):
        yield f"# {key}: {json.dumps(head[key], ensure_ascii=False)}\n"
    if ballots.nulls:
        yield f"# nulls: {ballots.nulls}\n"
    yield _csv_line(["times", *options])
    rows = [
        _csv_line([str(times), *_cells(head["kind"], ballot, options)])
        for ballot, times in bodies(ballots)
    ]
    yield from sorted(rows)


def _cells(kind: str, ballot: Any, options: Sequence[str]) -> list[str]:
    if isinstance(ballot, dict):
        return [str(ballot.get(option, "")) for option in options]
    if kind == "approval":
        return ["1" if option in ballot else "" for option in options]
    place: dict[str, int] = {}
    for at, group in enumerate(ballot, start=1):
        place |= dict.fromkeys([group] if isinstance(group, str) else group, at)
    return [str(place.get(option, "")) for option in options]


def _csv_line(cells: Sequence[str]) -> str:
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()
