"""Count a published ballot again: `python -m votes.recount FILE`. Needs Python and numpy alone.

FILE is the download of a published ballot: our export (`votes/counting/formats/ballot_export.py`)
whose first line also holds the rule, its options, the lot if one was drawn, the published result,
and digests of the lines. The same function counts here and in the application, so that the
published result and the recount cannot follow two different rules.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from votes.counting.errors import CountError
from votes.counting.formats.ballot_export import read_export
from votes.counting.lot import lot_order
from votes.counting.result import Result, plain
from votes.counting.rules import count
from votes.counting.thresholds import Base, Threshold, standing

SHORT = 16  # hexadecimal digits kept of the digest of each line
VOTES = ("votes", "approvals")


def written(value: Any) -> str:
    """JSON in one way only, so that equal values are equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def line_mark(line: str) -> str:
    """The short digest of one line."""
    return hashlib.sha256(line.encode()).hexdigest()[:SHORT]


def head_mark(head: Mapping[str, Any]) -> str:
    """The digest of the first line, without the place where that digest stands."""
    bare = {key: value for key, value in head.items() if key != "head_digest"}
    return hashlib.sha256(written(bare).encode()).hexdigest()


def counted(head: Mapping[str, Any], lines: list[str]) -> dict[str, Any]:
    """The result of the ballots under the rule that the first line names."""
    ballots = read_export([written(head), *lines])
    options = dict(head.get("rule_options", {}))
    lot = head.get("lot")
    if lot:
        options["lot"] = lot_order(ballots.paper.options, lot["digest"], lot["draw"])
    result = count(head["rule"], ballots, **options)
    return result.as_plain() | {"standing": _standing(head, result)}


def _standing(head: Mapping[str, Any], result: Result) -> dict[str, Any] | None:
    asked = {name: _threshold(head.get(name)) for name in ("quorum", "threshold")}
    if not any(asked.values()):
        return None
    votes: Mapping[str, int] = next((result.trace[key] for key in VOTES if key in result.trace), {})
    mine = max(votes.values(), default=0)
    stood = standing(mine, result.counts, quorum=asked["quorum"], majority=asked["threshold"])
    told = {
        name: rule and {"rule": str(rule), "needed": rule.minimum(rule.base_in(result.counts))}
        for name, rule in asked.items()
    }
    met = {"quorum_met": stood.quorum_met, "threshold_met": stood.threshold_met}
    whole: dict[str, Any] = plain(told | met | {"decision": stood.decision})
    return whole


def _threshold(given: Mapping[str, Any] | None) -> Threshold | None:
    if given is None:
        return None
    base = Base.named(given["base"])
    return Threshold(given["numerator"], given["denominator"], base, bool(given["strict"]))


def faults(text: str) -> Iterator[str]:
    """What does not fit in a downloaded file, a sentence for each; nothing when all is well."""
    lines = text.splitlines()
    try:
        head = json.loads(lines[0]) if lines else {}
        lines = lines[1:]
        if not isinstance(head, dict) or "head_digest" not in head:
            yield "line 1: this is not the download of a published ballot"
            return
        yield from _changed_lines(head, lines)
        yield from _differences("", head.get("result"), counted(head, lines))
    except (CountError, KeyError, TypeError, ValueError) as error:
        yield f"it cannot be counted: {error}"


def _changed_lines(head: Mapping[str, Any], lines: list[str]) -> Iterator[str]:
    if head_mark(head) != head["head_digest"]:
        yield "line 1: it is not as it was published"
    marks = head.get("line_digests", [])
    for number, (line, mark) in enumerate(zip(lines, marks, strict=False), start=2):
        if line_mark(line) != mark:
            yield f"line {number}: this ballot is not as it was published"
    if len(lines) != len(marks):
        yield f"{len(lines)} lines of ballots instead of {len(marks)}"


def _differences(where: str, published: Any, found: Any) -> Iterator[str]:
    if isinstance(published, dict) and isinstance(found, dict):
        for key in sorted(published.keys() | found.keys()):
            inner = f"{where}.{key}" if where else key
            yield from _differences(inner, published.get(key), found.get(key))
    elif published != found:
        yield f"{where}: published {written(published)}, counted {written(found)}"


def main(arguments: list[str]) -> int:
    """Print the recount on the output, faults on the error output; 0 if nothing differs."""
    if len(arguments) != 1:
        sys.stderr.write("Usage: python -m votes.recount FILE\n")
        return 2
    try:
        text = Path(arguments[0]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"{arguments[0]} cannot be read: {error}\n")
        return 2
    found = list(faults(text))
    for fault in found:
        sys.stderr.write(fault + "\n")
    if not found:
        first, *rest = text.splitlines()
        sys.stdout.write(written(counted(json.loads(first), rest)) + "\n")
        sys.stderr.write("The recount gives the published result.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
