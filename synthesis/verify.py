"""Check a published synthesis from its bundle: `python -m synthesis.verify BUNDLE.zip`.

Standard library alone, no database, no network: anyone can run this file on a bundle and see
whether every figure follows from the rows that stand in it. It tells nothing of whether the rows
themselves are true; the pages they lead to do.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

MANIFEST, DOCUMENT, TEXTS = "manifest.json", "synthesis.json", "contributions.jsonl"
FORMAT = 1
SHARED, SHARED_WITHOUT_GROUPS = Fraction(3, 5), Fraction(7, 10)  # see docs/methods
Row = dict[str, Any]


class Unreadable(Exception):
    """This is not a bundle; the message says why."""


class Bundle:
    """The parts of a bundle, read once."""

    def __init__(self, path: Path) -> None:
        try:
            with zipfile.ZipFile(path) as archive:
                self.files = {name: archive.read(name) for name in archive.namelist()}
            self.manifest: Row = json.loads(self.files[MANIFEST])
            self.document: Row = json.loads(self.files[DOCUMENT])
            lines = self.files[TEXTS].decode().splitlines()
            self.texts: dict[int, Row] = {row["id"]: row for row in map(json.loads, lines)}
        except FileNotFoundError as error:
            raise Unreadable(f"{path}: there is no such file.") from error
        except (zipfile.BadZipFile, KeyError, ValueError) as error:
            raise Unreadable(f"{path} is not a bundle of a synthesis: {error}") from error
        if self.manifest.get("format") != FORMAT:
            raise Unreadable(f"{path}: this program reads bundles of format {FORMAT}.")

    @property
    def placements(self) -> list[Row]:
        """Where each contribution is."""
        rows: list[Row] = self.document["placements"]
        return rows


def faults(bundle: Bundle) -> Iterator[tuple[str, list[str]]]:
    """Each check by name, with what differs; an empty list means that it holds."""
    for name, check in CHECKS.items():
        yield name, list(check(bundle))


def _files(bundle: Bundle) -> Iterator[str]:
    listed: dict[str, str] = bundle.manifest["sha256"]
    for name in sorted({*listed, *bundle.files} - {MANIFEST}):
        found = hashlib.sha256(bundle.files.get(name, b"")).hexdigest()
        if listed.get(name) != found:
            yield f"{name}: {found[:12]}… where the manifest has {str(listed.get(name))[:12]}…"


def _places(bundle: Bundle) -> Iterator[str]:
    seen = Counter(row["contribution"] for row in bundle.placements)
    yield from (f"contribution {key} has {n} places" for key, n in seen.items() if n > 1)
    yield from (f"contribution {key} has a place and no text" for key in seen.keys() - bundle.texts)
    yield from (f"contribution {key} has a text and no place" for key in bundle.texts.keys() - seen)
    themes = {theme["id"] for theme in bundle.document["themes"]}
    for row in bundle.placements:
        if (row["place"] == "theme") != (row["theme"] in themes):
            yield f"contribution {row['contribution']} is in theme {row['theme']!r}"


def _coverage(bundle: Bundle) -> Iterator[str]:
    told = bundle.document["coverage"]
    places = Counter(row["place"] for row in bundle.placements)
    counted = {
        "in_themes": places["theme"], "alone": places["alone"], "set_aside": places["set aside"],
        "people": _people(bundle.placements),
        "received": len(bundle.placements) + told["not_public"],
    }  # fmt: skip
    yield from _different("coverage", told, counted)


def _people(rows: Iterable[Row]) -> int:
    """An author counts once, a text that speaks for several people all of them."""
    spoken = [(row["person"], row.get("speaks_for", 1)) for row in rows]
    return len({person for person, n in spoken if n == 1}) + sum(n for _p, n in spoken if n > 1)


def _themes(bundle: Bundle) -> Iterator[str]:
    for theme in bundle.document["themes"]:
        rows = [row for row in bundle.placements if row["theme"] == theme["id"]]
        counted = {
            "contributions": len(rows), "people": _people(rows),
            "texts": len({row["copy_of"] or row["contribution"] for row in rows}),
        }  # fmt: skip
        yield from _different(f"theme “{theme['name']}”", theme, counted)


def _quotes(bundle: Bundle) -> Iterator[str]:
    place = {row["contribution"]: row["theme"] for row in bundle.placements}
    for theme in bundle.document["themes"]:
        for quote in theme["quotes"]:
            text = bundle.texts.get(quote["contribution"])
            if text is None or quote["passage"] not in f"{text['title']}\n{text['body']}":
                yield f"“{quote['passage'][:60]}” is not in contribution {quote['contribution']}"
            elif place[quote["contribution"]] != theme["id"]:
                yield f"contribution {quote['contribution']} is quoted for another theme"


def _citations(bundle: Bundle) -> Iterator[str]:
    """A citation of what is no longer public leads nowhere and is none."""
    place = {row["contribution"]: row["theme"] for row in bundle.placements}
    for theme in bundle.document["themes"]:
        for number in re.findall(r"\[(\d{1,18})\]", theme["summary"] + theme["dissent"]):
            if place.get(int(number), theme["id"]) != theme["id"]:
                yield f"theme “{theme['name']}” cites {number}, which is in another theme"


def _opinions(bundle: Bundle) -> Iterator[str]:
    opinions = bundle.document["opinions"]
    for name, seen in (opinions or {}).get("statements", {}).items():
        for choice, part in enumerate(seen["overall"]):
            if sum(group[choice] for group in seen["groups"].values()) > part:
                yield f"statement {name}: the groups hold more votes than everyone"
    for column, kind in ((0, "common"), (1, "refused")):
        for name in (opinions or {}).get(kind, []):
            seen = opinions["statements"][name]
            parts = list(seen["groups"].values())
            needed = SHARED if parts else SHARED_WITHOUT_GROUPS
            if any(
                Fraction(p[column], max(sum(p), 1)) < needed for p in parts or [seen["overall"]]
            ):
                yield f"statement {name} is listed as {kind} and its figures do not say so"


def _different(where: str, told: Row, counted: Row) -> Iterator[str]:
    for name, value in counted.items():
        if told[name] != value:
            yield f"{where}: {name} is {told[name]}, the rows give {value}"


CHECKS: dict[str, Callable[[Bundle], Iterator[str]]] = {
    "files are those of the manifest": _files,
    "each contribution has one place and one text": _places,
    "the coverage is that of the rows": _coverage,
    "the figures of each theme are those of its rows": _themes,
    "each quote stands in its contribution": _quotes,
    "each citation stands in its theme": _citations,
    "the figures of the votes agree with each other": _opinions,
}


def main(arguments: list[str]) -> int:
    """Say what holds and what differs; 1 when something does, 2 when this is no bundle."""
    if len(arguments) != 1:
        print("usage: python -m synthesis.verify BUNDLE.zip", file=sys.stderr)
        return 2
    try:
        bundle = Bundle(Path(arguments[0]))
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 2
    found = list(faults(bundle))
    for name, differences in found:
        print(f"{'✗' if differences else '✓'} {name}")
        for line in differences[:20]:
            print(f"    {line}")
    return int(any(differences for _name, differences in found))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
