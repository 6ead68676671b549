"""From scores to ordered groups, and from ordered groups to seats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from votes.counting.errors import CountError
from votes.counting.lot import Draw
from votes.counting.result import Counts, Groups, Result, Rule

Score = int | Fraction


def groups_by(options: Sequence[str], scores: Sequence[Score]) -> Groups:
    """Options by falling score; equal scores share a group, in which names are sorted."""
    by_score: dict[Score, list[str]] = {}
    for option, score in zip(options, scores, strict=True):
        by_score.setdefault(score, []).append(option)
    return tuple(tuple(sorted(by_score[score])) for score in sorted(by_score, reverse=True))


def fill(groups: Groups, seats: int, draw: Draw) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    """Give the seats to the groups in order.

    Where the seats run out inside a group, the group is the tie, unless the lot was drawn.
    """
    if seats < 1:
        raise CountError("there must be at least one seat")
    elected: list[str] = []
    for group in groups:
        left = seats - len(elected)
        if left <= 0:
            break
        if len(group) <= left:
            elected += group
        elif draw.order is None:
            return tuple(elected), group
        else:
            elected += draw.rank(group)[:left]
    return tuple(elected), None


def seat(
    rule: Rule,
    counts: Counts,
    groups: Groups,
    *,
    seats: int,
    lot: Sequence[str] | None,
    trace: Mapping[str, Any],
) -> Result:
    """The result of a rule that elects the first of an order; nobody, if nobody was chosen."""
    draw = Draw(lot)
    if counts.exprimes == 0:
        return Result(rule, counts, (tuple(sorted(sum(groups, ()))),), elected=(), trace=trace)
    elected, tie = fill(groups, seats, draw)
    return Result(rule, counts, groups, elected=elected, tie=tie, trace=trace, lots=tuple(draw.log))


def common_groups(rankings: Sequence[Groups]) -> Groups:
    """The finest ordered groups on which several rankings agree.

    A limit between two groups is kept where every ranking has the same options above it.
    """
    limits = [dict(_options_above_each_limit(ranking)) for ranking in rankings]
    shared = [
        size
        for size, above in limits[0].items()
        if all(other.get(size) == above for other in limits)
    ]
    groups, before = [], frozenset[str]()
    for size in sorted(shared):
        groups.append(tuple(sorted(limits[0][size] - before)))
        before = limits[0][size]
    return tuple(groups)


def _options_above_each_limit(ranking: Groups) -> Iterable[tuple[int, frozenset[str]]]:
    above: frozenset[str] = frozenset()
    for group in ranking:
        above |= set(group)
        yield len(above), above


def certain(outcomes: Sequence[Iterable[str]]) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    """What all outcomes share, and what only some of them hold (None if they are all alike)."""
    sets = [frozenset(outcome) for outcome in outcomes]
    shared, some = frozenset.intersection(*sets), frozenset.union(*sets)
    return tuple(sorted(shared)), tuple(sorted(some - shared)) or None
