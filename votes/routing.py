"""Routing: which statement a person is asked about next.

A draw, never a ranking: every open statement keeps a chance. It favours statements that are
new, that separate people, that people have an opinion on, and that find agreement. It needs
current tallies only; extremities from the last computed groups sharpen it, when there are any.
Pure numpy, so that a web process may import it.

References
----------
.. [1] Small, C. et al. (2021). Polis: scaling deliberation by mapping high dimensional opinion
   spaces. Recerca 26(2), and the priorities its published outputs carry.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

META_PRIORITY = 49.0
META_AT_MOST = 1 / 3  # of the chances, together
META_NOT_BEFORE = 5  # answers of this person
SEED_VOTES = 10  # a seed comes first until it has this many

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Candidate:
    """A statement this person may be asked about: open, and not answered yet.

    Tallies are current and count everybody. `extremity` is `OpinionsResult.extremity`, 0
    before the first computation. A meta statement is about the person ("I live in the
    centre"); a seed was written by the organisers to start with.
    """

    statement: str
    agree: int = 0
    disagree: int = 0
    passed: int = 0
    extremity: float = 0.0
    is_meta: bool = False
    is_seed: bool = False

    @property
    def votes(self) -> int:
        """All who answered, passes included."""
        return self.agree + self.disagree + self.passed


def priority(
    agree: Floats, passed: Floats, votes: Floats, extremity: Floats, meta: NDArray[np.bool_]
) -> Floats:
    """Weight of each statement in the draw.

    (importance * novelty) ** 2, where importance = (1 - smoothed share of passes) * (extremity
    + 1) * smoothed share of agreement, and novelty = 1 + 8 * 2 ** (-votes / 5): 9 for a
    statement without votes, 5 after five, 1.25 after twenty-five.

    Parameters
    ----------
    agree, passed, votes : ndarray of shape (n_statements,)
    extremity : ndarray of shape (n_statements,)
    meta : ndarray of shape (n_statements,)
        Statements about the person weigh 49 whatever their votes.

    Returns
    -------
    ndarray of shape (n_statements,)
        Positive weights.

    Examples
    --------
    >>> nothing = np.zeros(1)
    >>> priority(nothing, nothing, nothing, nothing, np.array([False]))
    array([5.0625])
    """
    importance = (1 - (passed + 1) / (votes + 2)) * (extremity + 1) * (agree + 1) / (votes + 2)
    novelty = 1 + 8 * np.exp2(-votes / 5)
    return np.where(meta, META_PRIORITY, (importance * novelty) ** 2)


def next_statement_probabilities(
    candidates: Sequence[Candidate], *, answered: int
) -> dict[str, float]:
    """Chance of each candidate to be the next one shown; they sum to 1.

    Seeds come first until each has about ten votes. Meta statements wait until the person has
    answered five others, and then have one chance in three together at most. Both rules give
    way when nothing else is left.

    Parameters
    ----------
    candidates : sequence of Candidate
    answered : int
        How many statements this person has answered in this conversation.
    """
    if not candidates:
        return {}
    meta = np.array([each.is_meta for each in candidates])
    weights = priority(
        np.array([each.agree for each in candidates], float),
        np.array([each.passed for each in candidates], float),
        np.array([each.votes for each in candidates], float),
        np.array([each.extremity for each in candidates], float),
        meta,
    )
    weights = _seeds_first(weights, candidates)
    weights = _meta_capped(weights, meta, answered)
    chances = weights / weights.sum()
    return {each.statement: float(c) for each, c in zip(candidates, chances, strict=True)}


def _seeds_first(weights: Floats, candidates: Sequence[Candidate]) -> Floats:
    young = [each.is_seed and not each.is_meta and each.votes < SEED_VOTES for each in candidates]
    return np.where(young, weights, 0.0) if any(young) else weights


def _meta_capped(weights: Floats, meta: NDArray[np.bool_], answered: int) -> Floats:
    others, theirs = weights[~meta].sum(), weights[meta].sum()
    if others == 0 or theirs == 0:
        return weights
    if answered < META_NOT_BEFORE:
        return np.where(meta, 0.0, weights)
    allowed = others * META_AT_MOST / (1 - META_AT_MOST)
    return np.where(meta, weights * min(1.0, allowed / theirs), weights)


def draw(chances: dict[str, float], at: float) -> str | None:
    """The statement at a point from 0 to 1 (a uniform random number); None when none is left.

    Examples
    --------
    >>> draw({"a": 0.25, "b": 0.75}, at=0.3)
    'b'
    """
    heap = 0.0
    chosen = None
    for statement, chance in chances.items():
        if chance > 0:
            chosen = statement
            heap += chance
            if at < heap:
                break
    return chosen
