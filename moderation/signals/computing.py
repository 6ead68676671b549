"""The figures behind each signal. Pure: acts in, figures out.

A signal is raised when its figure passes its threshold; that says "look", and nothing else. Most of
what raises one is legitimate: an evening on television, a class, a petition.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

BURST_WINDOW, BURST_TIMES, BURST_LEAST = timedelta(minutes=10), 8, 30
BASE_DAYS = 7
YOUNG_AGE, YOUNG_LAST, YOUNG_SHARE, YOUNG_LEAST = timedelta(hours=48), 50, 0.6, 30
SINGLE_SHARE, SINGLE_LEAST = 0.7, 30
ORIGIN_SHARE, ORIGIN_LEAST = 0.25, 10
TWIN_VOTES, TWIN_WINDOW, TWIN_LEAST = 5, timedelta(minutes=15), 5
RAID_WINDOW, RAID_LEAST, RAID_SHARED = timedelta(minutes=30), 10, 0.5
VENUE = "venue:"  # begins the mark of an announced place


@dataclass(frozen=True)
class Act:
    """A vote: who, on what, which way, when."""

    account: int
    target: int
    value: int
    at: datetime


@dataclass(frozen=True)
class Signal:
    """One figure beside its threshold, and the accounts that it is about."""

    name: str
    value: float
    threshold: float
    size: int = 0
    accounts: tuple[int, ...] = field(default=())
    is_raised: bool = False


def burst(acts: Sequence[Act]) -> Signal:
    """The busiest ten minutes of the last day, beside the median of that hour in the week before.

    The baseline is at least one vote in ten minutes, so that a quiet night raises nothing.
    """
    times = [act.at for act in acts]
    if not times:
        return Signal("burst", 0, BURST_TIMES)
    lately = [at for at in times if at > times[-1] - timedelta(days=1)]
    size, last = max((_size(lately, at), at) for at in lately)
    base = max(1.0, _usual(times, last))
    within = _accounts(a for a in acts if last - BURST_WINDOW < a.at <= last)
    times_usual = size / base
    raised = size >= BURST_LEAST and times_usual > BURST_TIMES
    return Signal("burst", round(times_usual, 1), BURST_TIMES, size, within, raised)


def _size(times: Sequence[datetime], last: datetime) -> int:
    return sum(last - BURST_WINDOW < at <= last for at in times)


def _usual(times: Sequence[datetime], last: datetime) -> float:
    """Votes in ten minutes, in the same hour of each of the seven days before: their median."""
    windows = timedelta(hours=1) / BURST_WINDOW
    counts = []
    for back in range(1, BASE_DAYS + 1):
        middle = last - timedelta(days=back)
        near = (abs(at - middle) <= timedelta(minutes=30) for at in times)
        counts.append(sum(near) / windows)
    return median(counts)


def young(acts: Sequence[Act], born: Mapping[int, datetime]) -> Signal:
    """The share of accounts younger than two days among the last votes.

    The threshold is six in ten, or what is usual here and three standard deviations above.
    """
    last, before = acts[-YOUNG_LAST:], acts[:-YOUNG_LAST]
    fresh = [act for act in last if act.at - born[act.account] < YOUNG_AGE]
    usual = sum(a.at - born[a.account] < YOUNG_AGE for a in before) / max(len(before), 1)
    deviation = (usual * (1 - usual) / YOUNG_LAST) ** 0.5
    threshold = max(YOUNG_SHARE, usual + 3 * deviation) if before else YOUNG_SHARE
    share = len(fresh) / max(len(last), 1)
    raised = len(last) >= YOUNG_LEAST and share > threshold
    return Signal(
        "young", round(share, 3), round(threshold, 3), len(fresh), _accounts(fresh), raised
    )


def single(acts: Sequence[Act], done: Mapping[int, int]) -> Signal:
    """The share of voters who did exactly one thing on the whole site.

    Parameters
    ----------
    done : mapping of account to int
        How many votes and texts each of them has.
    """
    voters = _accounts(acts)
    once = tuple(account for account in voters if done.get(account, 1) == 1)
    share = len(once) / max(len(voters), 1)
    raised = len(voters) >= SINGLE_LEAST and share > SINGLE_SHARE
    return Signal("single", round(share, 3), SINGLE_SHARE, len(once), once, raised)


def origin(marks: Mapping[int, Collection[str]]) -> Signal:
    """The share of voters from the commonest network of a day; announced venues are left out.

    Parameters
    ----------
    marks : mapping of account to marks
        Of the voters of the last week; without any for those whose origin is not known.
    """
    counted: Counter[str] = Counter()
    for some in marks.values():
        counted.update(set(some))
    known = [account for account, some in marks.items() if some]
    common = [(size, mark) for mark, size in counted.items() if not mark.startswith(VENUE)]
    size, mark = max(common, default=(0, ""))
    share = size / max(len(known), 1)
    there = tuple(sorted(account for account, some in marks.items() if mark in some))
    raised = size >= ORIGIN_LEAST and share > ORIGIN_SHARE
    return Signal("origin", round(share, 3), ORIGIN_SHARE, size, there if mark else (), raised)


def twins(acts: Sequence[Act]) -> Signal:
    """The most accounts that cast five votes alike, in one order, within a quarter of an hour."""
    by_account: dict[int, list[Act]] = defaultdict(list)
    for act in acts:
        by_account[act.account].append(act)
    runs: dict[tuple[tuple[int, int], ...], list[tuple[datetime, int]]] = defaultdict(list)
    for account, mine in by_account.items():
        for start in range(len(mine) - TWIN_VOTES + 1):
            run = mine[start : start + TWIN_VOTES]
            runs[tuple((act.target, act.value) for act in run)].append((run[-1].at, account))
    most: tuple[int, ...] = ()
    for ends in runs.values():
        together = _together(sorted(ends))
        most = together if len(together) > len(most) else most
    return Signal("twins", len(most), TWIN_LEAST, len(most), most, len(most) >= TWIN_LEAST)


def _together(ends: Sequence[tuple[datetime, int]]) -> tuple[int, ...]:
    most: set[int] = set()
    for first, _account in ends:
        group = {account for at, account in ends if first <= at <= first + TWIN_WINDOW}
        most = group if len(group) > len(most) else most
    return tuple(sorted(most))


def raid(reports: Sequence[Act]) -> Signal:
    """The most people who reported one text within half an hour, half of whom had reported the
    same other texts before.

    Parameters
    ----------
    reports : sequence of Act
        `target` is the text; `value` says nothing.
    """
    by_target: dict[int, list[Act]] = defaultdict(list)
    for report in reports:
        by_target[report.target].append(report)
    most: tuple[int, ...] = ()
    for target, some in by_target.items():
        for first in some:
            group = {r.account for r in some if first.at <= r.at <= first.at + RAID_WINDOW}
            if len(group) > len(most) and _share_targets(group, target, first.at, reports):
                most = tuple(sorted(group))
    return Signal("raid", len(most), RAID_LEAST, len(most), most, len(most) >= RAID_LEAST)


def _share_targets(
    group: Collection[int], target: int, before: datetime, reports: Sequence[Act]
) -> bool:
    earlier: dict[int, set[int]] = defaultdict(set)
    for report in reports:
        if report.account in group and report.target != target and report.at < before:
            earlier[report.target].add(report.account)
    sharing = set().union(*(some for some in earlier.values() if len(some) > 1))
    return len(sharing) >= RAID_SHARED * len(group)


def _accounts(acts: Iterable[Act]) -> tuple[int, ...]:
    return tuple(sorted({act.account for act in acts}))
