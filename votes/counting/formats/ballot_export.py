"""Our own export of a box: one JSON value per line (`.jsonl`), anonymous and in no telling order.

The first line describes the paper:

    {"format": "palabre-ballots", "version": 1, "kind": "ranking", "title": "Which square?",
     "options": [{"id": "a", "name": "Church square"}, {"id": "b", "cost": "1200.50"}],
     "roll": 900, "seats": 1, "budget": "50000", "grades": ["Bad", "Fair", "Good"],
     "most_points": 7, "most_per_option": 3, "scale": [3, 2, 1]}

Only `format`, `version`, `kind` and `options` are needed (and `grades` for grades, worst first).
Each further line is `{"ballot": ..., "times": 2}`, `times` being left out for a single one:

- choice, approval: `["a", "b"]`; nothing ticked, `[]`, is a blank ballot;
- points: `{"a": 3, "b": 1}`;
- ranking: `["a", ["b", "c"], "d"]`, best first, a list sharing one place, `[]` an empty place;
- grades: `{"a": "Good", "b": "Bad"}`.

`{"null": "why", "times": 1}` is an invalid ballot. Lines are written sorted, identical ballots
together, so that the same box always gives the same bytes and nothing tells who came when.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from votes.counting.ballots import Ballots, grades_of, marks_of, rankings_of
from votes.counting.errors import CountError, UnreadableFileError
from votes.counting.paper import Paper

FORMAT, VERSION = "palabre-ballots", 1
KINDS = ("choice", "approval", "points", "ranking", "grades")
Head = Mapping[str, Any]
Found = tuple[int, Any, int]
LIMITS = ("roll", "seats", "most_points", "most_per_option")


def read_export(lines: Iterable[str]) -> Ballots:
    """Read an export; any line that does not fit the paper is refused by its number."""
    numbered = ((n, line) for n, line in enumerate(lines, 1) if line.strip())
    number, first = next(numbered, (1, "{}"))
    head = _object(first, number)
    if head.get("format") != FORMAT or head.get("version") != VERSION:
        raise UnreadableFileError(
            f"the first line must announce {FORMAT} version {VERSION}", number
        )
    return read_body(head, _bodies(numbered))


def read_body(head: Head, lines: Iterable[tuple[int, dict[str, Any], int]]) -> Ballots:
    """Ballots from the description of a paper, and lines with their numbers and how many."""
    kind, paper = head.get("kind"), paper_of(head)
    if kind not in KINDS:
        raise UnreadableFileError(f"the kind must be one of {', '.join(KINDS)}")
    found, nulls = [], 0
    for number, line, count in lines:
        if "null" in line:
            nulls += count
        else:
            found.append((number, _shaped(kind, line.get("ballot"), number), count))
    try:
        return _made(kind, head, paper, found, nulls)
    except CountError as error:
        raise _by_line(kind, head, paper, found) or error from None


def _made(kind: str, head: Head, paper: Paper, found: list[Found], nulls: int) -> Ballots:
    ballots, times = [ballot for _, ballot, _ in found], [count for _, _, count in found]
    if kind == "ranking":
        return rankings_of(paper, ballots, times, nulls)
    if kind == "grades":
        return grades_of(paper, head.get("grades") or (), ballots, times, nulls)
    return marks_of(paper, ballots, times, nulls)


def _by_line(kind: str, head: Head, paper: Paper, found: list[Found]) -> CountError | None:
    """The refusal of the first ballot that is refused on its own, with its line."""
    for line in found:
        try:
            _made(kind, head, paper, [line], 0)
        except CountError as error:
            return UnreadableFileError(str(error), line[0])
    return None


def _shaped(kind: str, ballot: Any, number: int) -> Any:
    """The same ballot, refused if it is not written as its kind is."""
    if kind == "points":
        fits = isinstance(ballot, dict) and all(type(n) is int for n in ballot.values())
    elif kind == "grades":
        fits = isinstance(ballot, dict) and all(isinstance(g, str) for g in ballot.values())
    else:
        fits = isinstance(ballot, list) and all(_is_group(kind, group) for group in ballot)
    if not fits:
        raise UnreadableFileError(f"this is not a ballot of the kind {kind}", number)
    return ballot


def _is_group(kind: str, group: Any) -> bool:
    if kind == "ranking" and isinstance(group, list):
        return all(isinstance(option, str) for option in group)
    return isinstance(group, str)


def _bodies(numbered: Iterable[tuple[int, str]]) -> Iterator[tuple[int, dict[str, Any], int]]:
    first_seen: dict[str, int] = {}
    alike: Counter[str] = Counter()
    for number, line in numbered:
        first_seen.setdefault(line, number)
        alike[line] += 1
    for line, count in alike.items():
        body = _object(line, first_seen[line])
        times = body.get("times", 1)
        if type(times) is not int or times < 1:
            raise UnreadableFileError("times must be a whole number above 0", first_seen[line])
        yield first_seen[line], body, count * times


def _object(line: str, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise UnreadableFileError(f"this is not JSON: {error}", number) from error
    if not isinstance(value, dict):
        raise UnreadableFileError("each line must be a JSON object", number)
    return value


def paper_of(head: Head) -> Paper:
    """The paper that the first line describes."""
    options = head.get("options")
    if not isinstance(options, list) or not all(isinstance(o, dict) and "id" in o for o in options):
        raise UnreadableFileError("options must be a list of objects, each with an id")
    limits = {limit: head.get(limit) for limit in LIMITS}
    for limit, value in limits.items():
        if value is not None and (type(value) is not int or value < 0):
            raise UnreadableFileError(f"{limit} must be a whole number")
    amounts = [o["cost"] for o in options if "cost" in o]
    budget = [head["budget"]] if "budget" in head else []
    unit, minor = in_minor_units([*amounts, *budget])
    return Paper(
        options=tuple(str(o["id"]) for o in options),
        names={str(o["id"]): o["name"] for o in options if "name" in o},
        title=head.get("title", ""),
        costs=tuple(minor[: len(amounts)]) if amounts else None,
        budget=minor[-1] if budget else None,
        unit=unit,
        scale=tuple(head["scale"]) if "scale" in head else None,
        **limits,
    )


def in_minor_units(amounts: list[str | int]) -> tuple[int, list[int]]:
    """The smallest power of ten that makes all amounts whole, and the amounts in it."""
    try:
        exact = [Decimal(str(amount)) for amount in amounts]
    except InvalidOperation as error:
        raise UnreadableFileError(f"an amount is not a number: {amounts}") from error
    unit = 1
    while any(amount * unit != (amount * unit).to_integral_value() for amount in exact):
        unit *= 10
    return unit, [int(amount * unit) for amount in exact]
