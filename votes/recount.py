"""Count a published ballot again: `python -m votes.recount FILE [BOX] [--key KEY]`.

FILE is the download of a published ballot: our export (`votes/counting/formats/ballot_export.py`)
whose first line also holds the rule, its options, the lot if one was drawn, the published result,
digests of the lines and the signed seal. BOX is the published list of leaves and receipts: with it
the root of the seal is computed again. KEY is the public key that the seal must be signed with, as
noted before the vote. Python and numpy are enough; where the package `cryptography` is installed
the signature of the seal is verified too, and where it is not, that is said.

The same function counts here and in the application, so that the published result and the recount
cannot follow two different rules.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from votes.ballots.sealing import merkle_root
from votes.counting.errors import CountError
from votes.counting.formats.ballot_export import read_export
from votes.counting.lot import lot_order
from votes.counting.result import Result, plain
from votes.counting.rules import count
from votes.counting.thresholds import Base, Threshold, standing

SHORT = 16  # hexadecimal digits kept of the digest of each line
VOTES = ("votes", "approvals")
SEAL = "palabre ballot seal"  # the first line of what a seal signs
BOX = "palabre-box"
ED25519 = "cryptography.hazmat.primitives.asymmetric.ed25519"


def written(value: Any) -> str:
    """JSON in one way only, so that equal values are equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def line_mark(line: str) -> str:
    """The short digest of one line."""
    return hashlib.sha256(line.encode()).hexdigest()[:SHORT]


def ballots_mark(lines: list[str]) -> str:
    """The digest of all the ballots, as a seal holds it."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


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
        found = counted(head, lines)
        yield from _differences("", head.get("result"), found)
        yield from _unlike_the_seal(head, lines, found)
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


def sealed(head: Mapping[str, Any]) -> dict[str, Any]:
    """What the seal of a file says, whether or not its signature holds."""
    kind, _, told = head["seal"]["statement"].partition("\n")
    if kind != SEAL:
        raise ValueError("the seal does not speak of a ballot box")
    said: dict[str, Any] = json.loads(told)
    return said


def _unlike_the_seal(
    head: Mapping[str, Any], lines: list[str], found: Mapping[str, Any]
) -> Iterator[str]:
    if "seal" not in head:
        yield "line 1: the signed seal is missing"
        return
    said = sealed(head)
    here = {
        "ballots": ballots_mark(lines), "cast": found["counts"]["votants"], "roll": head["roll"],
        "rule": found["rule"]["name"], "rule_version": found["rule"]["version"],
        "paper": head.get("paper", 0), "question": head["title"],
        "root": head["lot"]["digest"] if "lot" in head else said.get("root"),
    }  # fmt: skip
    for name, value in here.items():
        if said.get(name) != value:
            yield f"seal: {name} is {written(said.get(name))} there, {written(value)} here"


def box_faults(head: Mapping[str, Any], text: str) -> Iterator[str]:
    """What does not fit between the list of leaves and receipts and the seal."""
    try:
        box, said = json.loads(text), sealed(head)
        leaves = [leaf for leaf, _receipt in box["leaves"]]
        if box.get("format") != BOX:
            yield "box: this is not the list of a ballot box"
        if merkle_root(leaves) != said["root"]:
            yield "box: its leaves do not give the root that was sealed"
        if len({receipt for _leaf, receipt in box["leaves"]}) != said["cast"]:
            yield f"box: {said['cast']} different receipts were sealed"
    except (KeyError, TypeError, ValueError) as error:
        yield f"box: it cannot be read: {error}"


def signature_faults(seal: Mapping[str, str], key: str | None) -> Iterator[str]:
    """Whether the seal is signed, and by the key that is expected.

    Raises
    ------
    ImportError
        Where signatures cannot be verified on this machine.
    """
    if key is not None and seal["public_key"] != key.replace(" ", "").lower():
        yield "seal: it is signed with another key"
    ed25519 = importlib.import_module(ED25519)
    invalid = importlib.import_module("cryptography.exceptions").InvalidSignature
    try:
        public = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(seal["public_key"]))
        public.verify(bytes.fromhex(seal["signature"]), seal["statement"].encode())
    except (invalid, ValueError):
        yield "seal: the signature does not hold"


def _said_of_signature(seal: Mapping[str, str], key: str | None) -> tuple[list[str], str]:
    """Faults of the signature, and a note on how far it was verified."""
    try:
        found = list(signature_faults(seal, key))
    except ImportError:
        other = [] if key in (None, seal["public_key"]) else ["seal: it is signed with another key"]
        return other, "The signature of the seal is not verified: cryptography is not installed."
    note = f"The seal is signed with the key {seal['public_key']}."
    if key is None:
        note += " Compare it with the one that the town published before the vote."
    return found, "" if found else note


def main(arguments: list[str]) -> int:
    """Print the recount on the output, faults on the error output; 0 if nothing differs."""
    reader = argparse.ArgumentParser("python -m votes.recount", description="Recount a ballot.")
    reader.add_argument("file", help="the published ballots (ballots.jsonl)")
    reader.add_argument("box", nargs="?", help="the published leaves and receipts (box.json)")
    reader.add_argument("--key", help="the public key of the town, as noted before the vote")
    given = reader.parse_args(arguments)
    try:
        text = Path(given.file).read_text(encoding="utf-8")
        box = Path(given.box).read_text(encoding="utf-8") if given.box else None
    except (OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"A file cannot be read: {error}\n")
        return 2
    found = list(faults(text))
    if not found:
        found = _beyond_the_count(text, box, given.key)
    for fault in found:
        sys.stderr.write(fault + "\n")
    if not found:
        first, *rest = text.splitlines()
        sys.stdout.write(written(counted(json.loads(first), rest)) + "\n")
        sys.stderr.write("The recount gives the published result.\n")
    return 1 if found else 0


def _beyond_the_count(text: str, box: str | None, key: str | None) -> list[str]:
    """Faults of the signature and of the box; tells what was verified."""
    head = json.loads(text.splitlines()[0])
    found, note = _said_of_signature(head["seal"], key)
    if note:
        sys.stderr.write(note + "\n")
    if box is not None:
        found += box_faults(head, box)
        if not found:
            sys.stderr.write("The leaves give the root that was sealed.\n")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
