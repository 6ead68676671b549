"""Representative statements: what sets one group apart from the others.

The tests and the selection are those of Polis, restated from its published formulas, so that
a result can be compared with a Polis report line by line.

References
----------
.. [1] Small, C. et al. (2021). Polis: scaling deliberation by mapping high dimensional opinion
   spaces. Recerca 26(2).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from synthesis.opinions.tallies import Tally

SIGNIFICANT = 1.2816  # one-sided 90 %
AT_MOST = 5

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Tests:
    """How likely (p), against a half (pt), ratio to others (r), against others (rt).

    Each of shape (n_groups, n_statements), for agreeing (a) and for disagreeing (d).
    """

    pa: Floats
    pd: Floats
    pat: Floats
    pdt: Floats
    ra: Floats
    rd: Floats
    rat: Floats
    rdt: Floats

    def of(self, group: int, col: int, agree: bool) -> tuple[float, float, float, float]:
        """The four figures (p, pt, r, rt) of one stance."""
        names = ("pa", "pat", "ra", "rat") if agree else ("pd", "pdt", "rd", "rdt")
        p, pt, r, rt = (float(getattr(self, name)[group, col]) for name in names)
        return p, pt, r, rt


@dataclass(frozen=True)
class Chosen:
    """A statement chosen for a group; `best_agree` marks the one kept for its agreement."""

    col: int
    agree: bool
    best_agree: bool = False


def probability(successes: NDArray, votes: NDArray) -> Floats:
    """Smoothed share: one pseudo-count out of two, so that nobody's votes give a half."""
    return (successes + 1) / (votes + 2)


def against_half(successes: NDArray, votes: NDArray) -> Floats:
    """z of a share against one half, with one pseudo-success."""
    return 2 * np.sqrt(votes + 1) * ((successes + 1) / (votes + 1) - 0.5)


def against_others(own: NDArray, votes: NDArray, others: NDArray, their_votes: NDArray) -> Floats:
    """z of the difference of two shares, one pseudo-success each; 0 when all say the same."""
    a, b, u, w = own + 1, others + 1, votes + 1, their_votes + 1
    pooled = (a + b) / (u + w)
    variance = pooled * (1 - pooled) * (1 / u + 1 / w)
    safe = np.where(variance > 0, variance, 1.0)
    return np.where(variance > 0, (a / u - b / w) / np.sqrt(safe), 0.0)


def measure(counts: Tally) -> Tests:
    """All tests of all groups and statements; "others" are the members of other groups."""
    other_agree = counts.agree.sum(axis=0) - counts.agree
    other_disagree = counts.disagree.sum(axis=0) - counts.disagree
    other_total = counts.total.sum(axis=0) - counts.total
    pa, pd = (probability(sheet, counts.total) for sheet in (counts.agree, counts.disagree))
    return Tests(
        pa=pa,
        pd=pd,
        pat=against_half(counts.agree, counts.total),
        pdt=against_half(counts.disagree, counts.total),
        ra=pa / probability(other_agree, other_total),
        rd=pd / probability(other_disagree, other_total),
        rat=against_others(counts.agree, counts.total, other_agree, other_total),
        rdt=against_others(counts.disagree, counts.total, other_disagree, other_total),
    )


def strongest_first(measured: Tests, group: int, cols: Iterable[int]) -> list[int]:
    """Statements by how strongly a group's agreement sets it apart.

    Polis goes through statements in the order of their ids, and its choice of the best
    agreement depends on it. In this order the choice no longer depends on names; on the three
    real conversations tested it comes out the same for the groups Polis found.
    """
    return sorted(cols, key=lambda col: -prod(measured.of(group, col, agree=True)))


def choose(measured: Tests, counts: Tally, group: int, cols: Iterable[int]) -> list[Chosen]:
    """Up to five statements for a group, agreements first.

    Those on which it differs significantly from the others and from a half, by strength; in
    front of them the one it agrees with most. When none differs enough, one alone.
    """
    cols = list(cols)
    strong = [col for col in cols if _is_sufficient(measured, group, col)]
    best_agree = _best_agree(measured, counts, group, cols)
    if not strong:
        return _one_alone(measured, group, cols, best_agree)
    ranked = sorted(strong, key=lambda col: -_metric(measured, group, col))
    chosen = [Chosen(col, _leans_to_agree(measured, group, col)) for col in ranked]
    if best_agree is not None:
        chosen = [item for item in chosen if item.col != best_agree]
        chosen.insert(0, Chosen(best_agree, True, best_agree=True))
    return sorted(chosen[:AT_MOST], key=lambda item: not item.agree)


def _leans_to_agree(measured: Tests, group: int, col: int) -> bool:
    return bool(measured.rat[group, col] > measured.rdt[group, col])


def _metric(measured: Tests, group: int, col: int) -> float:
    p, pt, r, rt = measured.of(group, col, _leans_to_agree(measured, group, col))
    return r * rt * p * pt


def _is_sufficient(measured: Tests, group: int, col: int) -> bool:
    stances = (measured.of(group, col, agree) for agree in (True, False))
    return any(rt > SIGNIFICANT and pt > SIGNIFICANT for _, pt, _, rt in stances)


def _one_alone(
    measured: Tests, group: int, cols: list[int], best_agree: int | None
) -> list[Chosen]:
    if best_agree is not None:
        return [Chosen(best_agree, True, best_agree=True)]
    if not cols:
        return []
    best = max(cols, key=lambda col: max(measured.rat[group, col], measured.rdt[group, col]))
    return [Chosen(best, _leans_to_agree(measured, group, best))]


def _best_agree(measured: Tests, counts: Tally, group: int, cols: list[int]) -> int | None:
    """The statement a group agrees with most, going through them in order.

    The rule for giving way to a later one depends on the holder, hence the order matters: see
    `strongest_first`.
    """
    holder = None
    for col in cols:
        if counts.agree[group, col] + counts.disagree[group, col] == 0:
            continue
        if holder is None:
            holder = col if _may_hold(measured, group, col) else None
        elif _agreement(measured, group, col, holder) > _agreement(measured, group, holder, holder):
            holder = col
    return holder


def _may_hold(measured: Tests, group: int, col: int) -> bool:
    p, pt, r, _ = measured.of(group, col, agree=True)
    return pt > SIGNIFICANT or (r > 1 and p > 0.5)


def _agreement(measured: Tests, group: int, col: int, holder: int) -> float:
    p, pt, r, rt = measured.of(group, col, agree=True)
    return r * rt * p * pt if measured.ra[group, holder] > 1 else p * pt
