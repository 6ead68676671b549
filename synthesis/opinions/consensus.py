"""What all share and what divides: consensus, bridging, and four plain categories.

Categories are decided with whole numbers, so that a reader can check them by hand:

- common ground: in every group at least 60 % of those who voted agree (70 % overall when
  there are no groups);
- shared refusal: the same with disagreeing;
- divided: the agreement of two groups lies 30 points or more apart, or overall at least 40 %
  agree and at least 40 % disagree;
- uncertain: more than 20 % pass, and more than on three statements out of four.

The thresholds are those of the statistics once published with Jigsaw's Sensemaking tools.
A statement needs votes first: 5, and a tenth of the group, in each group.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import exp, log

import numpy as np

from synthesis.opinions.matrix import VoteMatrix
from synthesis.opinions.representative import AT_MOST, SIGNIFICANT, against_half, probability
from synthesis.opinions.result import Consensus, Contrast, Count
from synthesis.opinions.tallies import Tally

VOTES_NEEDED = 5
SHARED = Fraction(3, 5)
SHARED_WITHOUT_GROUPS = Fraction(7, 10)
APART = Fraction(3, 10)
SPLIT = Fraction(2, 5)
UNSURE = Fraction(1, 5)

COMMON_GROUND = "common ground"
SHARED_REFUSAL = "shared refusal"
DIVIDED = "divided"
UNCERTAIN = "uncertain"


def contrasts(
    matrix: VoteMatrix, counts: Tally, letters: Sequence[str]
) -> dict[str, tuple[Count, dict[str, Count]]]:
    """Counts of every kept statement: overall, and by group letter."""
    return {
        matrix.statements[col]: (
            counts.overall(col),
            {letter: counts.count(group, col) for group, letter in enumerate(letters)},
        )
        for col in np.flatnonzero(~matrix.removed).tolist()
    }


def has_enough(groups: dict[str, Count], sizes: dict[str, int], overall: Count) -> bool:
    """Tell whether every group voted enough on a statement to speak of it."""
    return overall.n >= VOTES_NEEDED and all(
        seen.n >= VOTES_NEEDED and 10 * seen.n >= sizes[letter] for letter, seen in groups.items()
    )


def category(overall: Count, groups: dict[str, Count], unsure_from: Fraction) -> str | None:
    """The plain category of a statement with enough votes, or None when on no clear side."""
    parts = list(groups.values()) or [overall]
    needed = SHARED if groups else SHARED_WITHOUT_GROUPS
    if all(Fraction(part.agree, part.n) >= needed for part in parts):
        return COMMON_GROUND
    if all(Fraction(part.disagree, part.n) >= needed for part in parts):
        return SHARED_REFUSAL
    if gap(groups) >= APART or min(overall.agree, overall.disagree) >= SPLIT * overall.n:
        return DIVIDED
    if Fraction(overall.passed, overall.n) > max(UNSURE, unsure_from):
        return UNCERTAIN
    return None


def gap(groups: dict[str, Count]) -> Fraction:
    """Widest difference between the agreement of two groups; 0 with fewer than two."""
    shares = [Fraction(part.agree, part.n) for part in groups.values() if part.n]
    return max(shares) - min(shares) if len(shares) > 1 else Fraction(0)


def upper_quartile(shares: Sequence[Fraction]) -> Fraction:
    """The smallest value that three quarters of the values do not exceed; 0 of none."""
    return sorted(shares)[-(-3 * len(shares) // 4) - 1] if shares else Fraction(0)


def bridging_score(groups: dict[str, Count]) -> float:
    """Geometric mean over groups of smoothed agreement.

    Unlike a plain product it does not shrink as groups become more numerous.
    """
    logs = [log((part.agree + 1) / (part.n + 2)) for part in groups.values()]
    return exp(sum(logs) / len(logs))


class Findings:
    """Categories and ranked lists, from counts by group."""

    def __init__(self, matrix: VoteMatrix, counts: Tally, letters: Sequence[str]):
        seen = contrasts(matrix, counts, letters)
        sizes = {letter: int(counts.sizes[group]) for group, letter in enumerate(letters)}
        self.enough = {
            name: pair for name, pair in seen.items() if has_enough(pair[1], sizes, pair[0])
        }
        self.statements = {
            name: Contrast(name, float(gap(groups)), overall, groups)
            for name, (overall, groups) in seen.items()
        }
        self.categories = self._categories()

    def _categories(self) -> dict[str, str]:
        passes = [Fraction(overall.passed, overall.n) for overall, _ in self.enough.values()]
        unsure_from = upper_quartile(passes)
        found = {
            name: category(overall, groups, unsure_from)
            for name, (overall, groups) in self.enough.items()
        }
        return {name: kind for name, kind in found.items() if kind}

    def bridging(self) -> dict[str, Contrast]:
        """Statements with which most of every group agrees, the most shared first."""
        found = [
            Contrast(name, bridging_score(groups), overall, groups)
            for name, (overall, groups) in self.enough.items()
            if len(groups) > 1 and all(2 * part.agree > part.n for part in groups.values())
        ]
        return {item.statement: item for item in sorted(found, key=lambda item: -item.score)}

    def divisive(self) -> list[Contrast]:
        """Divided statements, the widest gap first; without groups, the most even first."""
        return sorted(self._of(DIVIDED), key=lambda item: (-item.score, _unevenness(item)))

    def uncertain(self) -> list[Contrast]:
        """Uncertain statements, the most passes first."""
        found = [
            Contrast(item.statement, item.overall.share_passed, item.overall, item.groups)
            for item in self._of(UNCERTAIN)
        ]
        return sorted(found, key=lambda item: -item.score)

    def _of(self, kind: str) -> list[Contrast]:
        return [self.statements[name] for name, found in self.categories.items() if found == kind]


def _unevenness(item: Contrast) -> float:
    return abs(item.overall.agree - item.overall.disagree) / max(item.overall.n, 1)


def consensus(matrix: VoteMatrix, counts: Tally, votes_needed: int) -> list[Consensus]:
    """Up to five statements most agree with, then up to five most disagree with.

    Everybody counts here, grouped or not; a majority significantly above one half.
    """
    return [
        *_one_way(matrix, counts, counts.all_agree, "agree", votes_needed),
        *_one_way(matrix, counts, counts.all_disagree, "disagree", votes_needed),
    ]


def _one_way(
    matrix: VoteMatrix, counts: Tally, side: np.ndarray, stance: str, votes_needed: int
) -> list[Consensus]:
    p, z = probability(side, counts.all_total), against_half(side, counts.all_total)
    fits = (p > 0.5) & (z > SIGNIFICANT) & ~matrix.removed & (counts.all_total >= votes_needed)
    best = sorted(np.flatnonzero(fits).tolist(), key=lambda col: -p[col] * z[col])[:AT_MOST]
    return [
        Consensus(
            matrix.statements[col],
            stance,
            share=int(side[col]) / int(counts.all_total[col]),
            n=int(counts.all_total[col]),
            figures={
                "agree": int(counts.all_agree[col]),
                "disagree": int(counts.all_disagree[col]),
                "passed": counts.overall(col).passed,
                "p": float(p[col]),
                "z": float(z[col]),
            },
        )
        for col in best
    ]


def group_aware_consensus(counts: Tally) -> np.ndarray:
    """Product over groups of smoothed agreement, as Polis exports it; removed ones included."""
    return probability(counts.agree, counts.total).prod(axis=0)
