"""What is kept of opinion groups for the public: figures of groups and statements, no person.

Takes what `synthesis.opinions.engine.find_groups` answers and leaves plain JSON. Whoever voted is
in none of it; the map keeps places where at least five people of one group meet.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from synthesis.rules import FEWEST_PEOPLE

SQUARES = 14  # the map is drawn on a grid of so many squares a side
AT_MOST = 5  # statements of one kind that are shown
Point = tuple[float, float]


def summary(result: Any) -> dict[str, Any]:
    """The public part of a result.

    Parameters
    ----------
    result : OpinionsResult
        See `synthesis.opinions.result`.
    """
    return {
        "groups": [_group(result, group) for group in result.groups],
        "statements": {name: _statement(result, name) for name in sorted(result.statements)},
        "common": _of_category(result, "common ground"),
        "refused": _of_category(result, "shared refusal"),
        "bridging": list(result.bridging)[:AT_MOST],
        "divisive": [seen.statement for seen in result.divisive][:AT_MOST],
        "uncertain": [seen.statement for seen in result.uncertain][:AT_MOST],
        "quality": {
            "placed": result.quality.placed,
            "not_placed": result.quality.not_placed,
            "silhouette": result.quality.silhouette,
            "because": result.quality.because,
        },
        "extremity": {name: round(far, 4) for name, far in sorted(result.extremity.items())},
        "map": _map(result),
        "parameters": dict(result.parameters),
        "digest": result.digest,
    }


def _group(result: Any, group: Any) -> dict[str, Any]:
    chosen = result.representative.get(group.letter, [])
    return {
        "letter": group.letter,
        "size": group.size,
        "statements": [{"id": item.statement, "stance": item.stance} for item in chosen],
    }


def _statement(result: Any, name: str) -> dict[str, Any]:
    # All groups or none: one missing cell could be had by taking the others from the whole.
    seen = result.statements[name]
    is_shown = all(count.n >= FEWEST_PEOPLE for count in seen.groups.values())
    groups = {letter: _count(count) for letter, count in seen.groups.items()}
    return {"overall": _count(seen.overall), "groups": groups if is_shown else {}}


def _count(count: Any) -> list[int]:
    return [count.agree, count.disagree, count.passed]


def _of_category(result: Any, category: str) -> list[str]:
    found = [name for name, kind in result.categories.items() if kind == category]
    return sorted(found, key=lambda name: (-result.statements[name].overall.n, name))


# --- The map ----------------------------------------------------------------------------------


def _map(result: Any) -> dict[str, Any]:
    letters = {person: group.letter for group in result.groups for person in group.members}
    places = {p: at for p, at in result.positions.persons.items() if p in letters}
    if not places:
        return {}
    frame = _frame(places.values())
    squares = Counter((letters[p], *_square(at, frame)) for p, at in places.items())
    shown = {key: n for key, n in squares.items() if n >= FEWEST_PEOPLE}
    return {
        "squares": SQUARES,
        "cells": [[letter, x, y, n] for (letter, x, y), n in sorted(shown.items())],
        "centres": _centres(result.groups, places),
        "not_drawn": len(places) - sum(shown.values()),
    }


def _frame(points: Any) -> tuple[float, float, float]:
    found = list(points)
    xs, ys = [x for x, _y in found], [y for _x, y in found]
    side = max(max(xs) - min(xs), max(ys) - min(ys)) or 1.0
    return min(xs), min(ys), side


def _square(at: Point, frame: tuple[float, float, float]) -> tuple[int, int]:
    left, bottom, side = frame
    x, y = (at[0] - left) / side, (at[1] - bottom) / side
    return min(math.floor(x * SQUARES), SQUARES - 1), min(math.floor(y * SQUARES), SQUARES - 1)


def _centres(groups: Sequence[Any], places: Mapping[str, Point]) -> dict[str, list[float]]:
    frame = _frame(places.values())
    centres = {}
    for group in groups:
        points = [places[person] for person in group.members if person in places]
        if len(points) >= FEWEST_PEOPLE:
            x = sum(x for x, _y in points) / len(points)
            y = sum(y for _x, y in points) / len(points)
            centres[group.letter] = [
                round((x - frame[0]) / frame[2], 3), round((y - frame[1]) / frame[2], 3),
            ]  # fmt: skip
    return centres
