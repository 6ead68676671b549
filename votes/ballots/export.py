"""The file that is published with a result: the rule and the ballots, always the same bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from votes.ballots.kinds import Sheet
from votes.counting.formats.ballot_export import FORMAT, VERSION
from votes.recount import BOX, counted, head_mark, line_mark, written

NULL = "null"  # the content of a paper that says nothing readable


@dataclass(frozen=True)
class Definition:
    """All that decides a count beside the ballots."""

    title: str
    sheet: Sheet
    seats: int
    roll: int
    options: dict[str, Any]
    quorum: dict[str, Any] | None
    threshold: dict[str, Any] | None
    lot: dict[str, str] | None = None
    paper: int = 0  # how many of the ballots were cast on paper


def lines_of(contents: Iterable[str]) -> list[str]:
    """Ballots sorted, identical ones together; `contents` are canonical texts."""
    return [_line(content, times) for content, times in sorted(Counter(contents).items())]


def _line(content: str, times: int) -> str:
    said = '"null":"paper"' if content == NULL else f'"ballot":{content}'
    return f'{{{said},"times":{times}}}' if times > 1 else f"{{{said}}}"


def head_of(definition: Definition) -> dict[str, Any]:
    """The first line, without the result."""
    sheet = definition.sheet
    head: dict[str, Any] = {
        "format": FORMAT, "version": VERSION, "kind": sheet.shape.value,
        "title": definition.title, "rule": sheet.rule, "rule_options": definition.options,
        "options": [_option(choice.key, choice.name, choice.cost) for choice in sheet.choices],
        "roll": definition.roll, "seats": definition.seats,
    }  # fmt: skip
    given = {
        "grades": list(sheet.grades),
        "most_points": sheet.most_points,
        "most_per_option": sheet.most_per_option,
        "budget": sheet.budget,
        "quorum": definition.quorum,
        "threshold": definition.threshold,
        "lot": definition.lot,
        "paper": definition.paper,
    }
    return head | {key: value for key, value in given.items() if value}


def _option(key: str, name: str, cost: int | None) -> dict[str, Any]:
    return {"id": key, "name": name} | ({} if cost is None else {"cost": cost})


def result_of(definition: Definition, contents: Iterable[str]) -> dict[str, Any]:
    """Count, by the function that a recount uses."""
    return counted(head_of(definition), lines_of(contents))


def file_of(
    definition: Definition, contents: Iterable[str], result: dict[str, Any],
    seal: dict[str, str],
) -> str:  # fmt: skip
    """The whole download; `seal` is the statement, its signature and the public key."""
    lines = lines_of(contents)
    head = head_of(definition) | {"result": result, "line_digests": [*map(line_mark, lines)]}
    head["seal"] = seal
    head["head_digest"] = head_mark(head)
    return "\n".join([written(head), *lines]) + "\n"


def box_of(leaves: Iterable[tuple[str, str]], root: str) -> str:
    """Leaves and receipts in the order of the tree; nothing in it tells what a ballot says."""
    return written({"format": BOX, "root": root, "leaves": [list(pair) for pair in leaves]}) + "\n"
