"""`.blt`: ranked ballots for one or several seats (OpenSTV, ERS, Scottish councils).

`candidates seats`, perhaps a line of withdrawn candidates (`-2 -5`), then `count 3 1 2 0` per
line, `0`, the names, the title. `=` joins equal places (`1=2`), `-` is a place left empty. What
follows `#` in a ballot line is a comment. Names are keys as they are written, though some Scottish
files write `# ALTERNATIVE NAME 1: Esme H Clark`: the bare name is then kept beside the key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from votes.counting.ballots import Rankings, rankings_of
from votes.counting.errors import UnreadableFileError
from votes.counting.paper import Paper, told_apart

Line = tuple[int, str]
_LABELLED = re.compile(r"#\s*ALTERNATIVE NAME \d+:\s*(.+)")


@dataclass
class _File:
    """The parts of a file; a candidate's number is its place in `names`, from 1."""

    candidates: int
    seats: int
    ballots: list[Line] = field(default_factory=list)
    names: tuple[str, ...] = ()
    title: str = ""
    withdrawn: set[int] = field(default_factory=set)


def read_blt(lines: Iterable[str]) -> Rankings:
    """Read a `.blt` file.

    Withdrawn candidates are no options; the places behind them close up, and a note says so.
    """
    file = _parts([(n, text) for n, raw in enumerate(lines, 1) if (text := raw.strip())])
    options = [name for n, name in enumerate(file.names, 1) if n not in file.withdrawn]
    rows, times = [], []
    for number, text in file.ballots:
        count, row = _ballot(text, file, number)
        rows.append(row)
        times.append(count)
    notes = [f"{file.names[n - 1]} has withdrawn" for n in sorted(file.withdrawn)]
    bare = {name: match[1] for name in options if (match := _LABELLED.fullmatch(name))}
    paper = Paper(tuple(options), bare, title=file.title, seats=file.seats)
    return rankings_of(paper, rows, times, notes=notes)


def _parts(numbered: list[Line]) -> _File:
    end = next((i for i, (_, text) in enumerate(numbered) if text == "0"), None)
    if end is None:
        raise UnreadableFileError("no line 0 ends the ballots")
    said = [(n, clean) for n, text in numbered[:end] if (clean := text.split("#")[0].strip())]
    if not said:
        raise UnreadableFileError("the file must begin with candidates and seats")
    file = _File(*_head(said[0]))
    file.ballots = said[1:]
    _take_withdrawn(file)
    _take_names(file, [text.strip('"') for _, text in numbered[end + 1 :]])
    return file


def _head(line: Line) -> tuple[int, int]:
    number, text = line
    cells = text.split()
    if len(cells) != 2 or not all(cell.isdecimal() for cell in cells):
        raise UnreadableFileError("the first line must give candidates and seats", number)
    return int(cells[0]), int(cells[1])


def _take_withdrawn(file: _File) -> None:
    if file.ballots and all(cell.startswith("-") for cell in file.ballots[0][1].split()):
        number, text = file.ballots.pop(0)
        file.withdrawn = {_candidate(cell[1:], file, number) for cell in text.split()}


def _take_names(file: _File, names: list[str]) -> None:
    if len(names) < file.candidates:
        raise UnreadableFileError(
            f"{file.candidates} candidates are announced, {len(names)} are named"
        )
    file.names = told_apart(names[: file.candidates])
    file.title = " ".join(names[file.candidates : file.candidates + 1])


def _ballot(text: str, file: _File, line: int) -> tuple[int, list[list[str]]]:
    cells = text.split()
    if cells[-1] != "0" or not cells[0].isdecimal():
        raise UnreadableFileError("a ballot must be written count 3 1 2 0", line)
    row = [group for cell in cells[1:-1] if (group := _group(cell, file, line)) is not None]
    named = [option for group in row for option in group]
    if len(set(named)) != len(named):
        raise UnreadableFileError("a candidate is ranked twice", line)
    return int(cells[0]), row


def _group(cell: str, file: _File, line: int) -> list[str] | None:
    """The options that share a place: none if it is empty, None if all of them withdrew."""
    if cell == "-":
        return []
    numbers = [_candidate(part, file, line) for part in cell.split("=")]
    left = [file.names[n - 1] for n in numbers if n not in file.withdrawn]
    return left or None


def _candidate(written: str, file: _File, line: int) -> int:
    if not written.isdecimal() or not 1 <= int(written) <= file.candidates:
        raise UnreadableFileError(f"there is no candidate {written}", line)
    return int(written)
