"""Count a published budget again: `python -m votes.recount_budget FILE`.

FILE is the bundle of a budget: a zip with `budget.json`, which names the envelopes with their
sums, and the download of each envelope's ballot. Every envelope is counted again by
`votes.recount`; then what binds them is verified: each file is the one that the bundle names, each
sum is that of its envelope, what it says was funded is what was counted, and none was overspent.
Needs Python and numpy alone.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from votes import recount

MANIFEST = "budget.json"


def faults(path: Path) -> Iterator[str]:
    """What does not fit in a bundle, a sentence for each; nothing when all is well."""
    try:
        with zipfile.ZipFile(path) as bundle:
            yield from _faults(bundle)
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        yield f"{path.name} cannot be read: {error}"


def _faults(bundle: zipfile.ZipFile) -> Iterator[str]:
    manifest = json.loads(bundle.read(MANIFEST))
    for envelope in manifest["envelopes"]:
        if not envelope["file"]:
            continue
        raw = bundle.read(envelope["file"])
        if hashlib.sha256(raw).hexdigest() != envelope["sha256"]:
            yield f"{envelope['file']}: it is not the file that the bundle names"
        text = raw.decode()
        head = json.loads(text.partition("\n")[0])
        for fault in (*recount.faults(text), *_signature(head)):
            yield f"{envelope['file']}: {fault}"
        yield from _bound(envelope, head)


def _signature(head: Mapping[str, Any]) -> list[str]:
    """What is wrong with the signature of the seal; it is verified where the means are there."""
    try:
        return list(recount.signature_faults(head["seal"], None))
    except ImportError:
        return []


def _bound(envelope: Mapping[str, Any], head: Mapping[str, Any]) -> Iterator[str]:
    if head["budget"] != envelope["amount"]:
        yield f"{envelope['file']}: the sum is {head['budget']}, not {envelope['amount']}"
    costs = {option["id"]: Fraction(option["cost"]) for option in head["options"]}
    names = {option["id"]: option["name"] for option in head["options"]}
    if [names[key] for key in head["result"]["selected"]] != envelope["selected"]:
        yield f"{envelope['file']}: the bundle names other projects as funded"
    spent = sum(costs[key] for key in head["result"]["selected"])
    if spent > envelope["amount"]:
        yield f"{envelope['file']}: {spent} is spent of {envelope['amount']}"


def told(path: Path) -> Iterator[str]:
    """What was counted: a line for each envelope."""
    with zipfile.ZipFile(path) as bundle:
        for envelope in json.loads(bundle.read(MANIFEST))["envelopes"]:
            if not envelope["file"]:
                yield f"{envelope['name']}: {envelope['why']}"
                continue
            head = json.loads(bundle.read(envelope["file"]).decode().partition("\n")[0])
            names = {option["id"]: option["name"] for option in head["options"]}
            chosen = ", ".join(names[key] for key in head["result"]["selected"]) or "-"
            yield f"{envelope['name']} ({envelope['amount']}): {chosen}"


def main(arguments: list[str]) -> int:
    """Print what was funded, faults on the error output; 0 if nothing differs."""
    if len(arguments) != 1:
        sys.stderr.write("Usage: python -m votes.recount_budget FILE\n")
        return 2
    path = Path(arguments[0])
    found = list(faults(path))
    for fault in found:
        sys.stderr.write(fault + "\n")
    if not found:
        sys.stdout.write("".join(f"{line}\n" for line in told(path)))
        sys.stderr.write("The recount gives the published result of every envelope.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
