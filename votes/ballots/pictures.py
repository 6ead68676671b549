"""The geometry of the pictures of a result, and the transfers that they show. Pure: no words here.

Votes of a round that leave an option go, whole or in part, to others or to nobody. What left and
what arrived is the difference between two rounds, exact. Who sent what to whom is known where one
option alone lost votes; options that are dropped together are drawn through one knot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

NOBODY = ""  # the key of papers that name nobody who is still in
LEFT, COLUMN, BAR = 170.0, 168.0, 14.0  # pixels: room for names, from round to round, a bar's width
HEIGHT, GAP, TOP = 260.0, 26.0, 34.0  # of all votes, between two options, above the first
HUES = 8


@dataclass(frozen=True)
class Transfer:
    """What happened between a round and the next one."""

    round: int
    losers: tuple[str, ...]
    lost: Fraction
    gains: Mapping[str, Fraction]  # by option, and `NOBODY` for papers that are exhausted
    stays: bool  # whether the loser stays in (a surplus) rather than leaves


@dataclass(frozen=True)
class Node:
    """The votes of one option in one round."""

    key: str
    x: float
    y: float
    height: float
    votes: Fraction
    hue: int
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class Band:
    """Votes that stay with an option, or go from one to another."""

    path: str
    hue: int
    moves: bool


@dataclass(frozen=True)
class Flows:
    """A whole picture of transfers."""

    nodes: tuple[Node, ...]
    bands: tuple[Band, ...]
    rounds: tuple[float, ...]  # where the heading of each round stands
    width: float
    height: float


def held(stage: Mapping[str, Any]) -> dict[str, Fraction]:
    """Votes by option in a round, and papers that name nobody still in."""
    votes = stage.get("votes") or stage.get("totals") or {}
    found = {key: Fraction(value) for key, value in votes.items()}
    return found | {NOBODY: Fraction(stage.get("exhausted") or 0)}


def transfers(stages: Sequence[Mapping[str, Any]]) -> list[Transfer]:
    """What moved from each round to the next."""
    found = []
    for number, (one, other) in enumerate(zip(stages, stages[1:], strict=False), 2):
        before, after = held(one), held(other)
        change = {key: after.get(key, Fraction(0)) - n for key, n in before.items()}
        losers = tuple(key for key, n in change.items() if n < 0)
        found.append(
            Transfer(
                round=number, losers=losers, lost=-sum((change[k] for k in losers), Fraction(0)),
                gains={key: n for key, n in change.items() if n > 0},
                stays=any(key in after for key in losers),
            )
        )  # fmt: skip
    return found


def flows(stages: Sequence[Mapping[str, Any]], order: Sequence[str]) -> Flows | None:
    """Rounds from left to right, the votes of each option as a bar; None where nothing moved.

    Parameters
    ----------
    stages : sequence of mapping
    order : sequence of str
        The options from top to bottom.
    """
    if len(stages) < 2:
        return None
    rows = [*order, NOBODY]
    total = sum(held(stages[0]).values()) or Fraction(1)
    columns = [_column(stages, n, rows, float(total)) for n in range(len(stages))]
    bands = [
        band
        for n, moved in enumerate(transfers(stages))
        for band in _between(columns[n], columns[n + 1], moved, HEIGHT / float(total))
    ]
    bottom = max(node.y + node.height for column in columns for node in column.values())
    return Flows(
        nodes=tuple(node for column in columns for node in column.values()),
        bands=tuple(sorted(bands, key=lambda band: band.moves)),
        rounds=tuple(LEFT + n * COLUMN for n in range(len(stages))),
        width=LEFT + (len(stages) - 1) * COLUMN + BAR + LEFT,
        height=bottom + 12,
    )


def _column(
    stages: Sequence[Mapping[str, Any]], number: int, rows: Sequence[str], total: float
) -> dict[str, Node]:
    votes, y, found = held(stages[number]), TOP, {}
    for row, key in enumerate(rows):
        if not votes.get(key):
            continue
        height = float(votes[key]) * HEIGHT / total
        found[key] = Node(
            key, LEFT + number * COLUMN, y, height, votes[key],
            row % HUES + 1 if key else 0, number == 0, number == len(stages) - 1,
        )  # fmt: skip
        y += height + GAP
    return found


def _between(
    left: Mapping[str, Node], right: Mapping[str, Node], moved: Transfer, scale: float
) -> list[Band]:
    found, arrived = [], {}
    for key, node in left.items():
        if key not in right:
            continue
        kept = float(min(node.votes, right[key].votes)) * scale
        found.append(_band(node, right[key], 0, 0, kept, moves=False))
        arrived[key] = kept
    if moved.losers:
        found += _moving(left, right, moved, arrived, scale)
    return found


def _moving(
    left: Mapping[str, Node], right: Mapping[str, Node], moved: Transfer,
    arrived: Mapping[str, float], scale: float,
) -> list[Band]:  # fmt: skip
    """Bands from one loser to the others; from several, through a knot, since nobody knows which
    of them sent what."""
    found, source = [], left[moved.losers[0]]
    leaving = arrived.get(source.key, 0.0)
    if len(moved.losers) > 1:
        knot = replace(source, x=source.x + COLUMN / 2, hue=0, height=float(moved.lost) * scale)
        down = 0.0
        for loser in (left[key] for key in moved.losers):
            into = replace(knot, x=knot.x + BAR)  # no gap between what arrives and what leaves
            found.append(_band(loser, into, 0, down, loser.height, moves=True))
            down += loser.height
        source, leaving = knot, 0.0
    for key in [k for k in right if k in moved.gains]:
        height = float(moved.gains[key]) * scale
        found.append(_band(source, right[key], leaving, arrived.get(key, 0.0), height, moves=True))
        leaving += height
    return found


def _band(
    one: Node, other: Node, down: float, other_down: float, height: float, moves: bool
) -> Band:
    x1, x2 = one.x + BAR, other.x
    middle = (x1 + x2) / 2
    y1, y2 = one.y + down, other.y + other_down
    path = (
        f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        f"V{y2 + height:.1f}C{middle:.1f} {y2 + height:.1f} {middle:.1f} {y1 + height:.1f}"
        f" {x1:.1f} {y1 + height:.1f}Z"
    )
    return Band(path, one.hue, moves)


def shade(won: int, lost: int) -> int:
    """How dark a duel is drawn: 1 to 5 for the share of the winner, 0 where nobody won."""
    if won <= lost:
        return 0
    return min(5, 1 + 10 * (won - lost) // (2 * (won + lost)))
