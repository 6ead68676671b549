"""Searching for groups: who is placed, which cut is best, and when to say there are none."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthesis.opinions.chance import strength_over_chance
from synthesis.opinions.continuity import earlier_centres, earlier_labels
from synthesis.opinions.grouping import Cloud, Partition, cloud, cut, from_start
from synthesis.opinions.matrix import VoteMatrix
from synthesis.opinions.projection import Projection
from synthesis.opinions.result import Previous

VOTES_TO_BE_PLACED = 7
PLACED_AT_LEAST = 15
GROUPS_FROM = 10
SMALLEST_GROUP = 5
SMALLEST_SHARE = 50  # one person in so many
SILHOUETTE_FROM = 0.25
SILHOUETTE_KEPT = 0.20
OVER_CHANCE = 1.15  # chance alone passes 1.0 in one to five of twenty conversations
OVER_CHANCE_KEPT = 1.0
K_MARGIN = 0.05
FRESH_MARGIN = 0.03
K_WISHED_TIMES = 2

REASONS = {
    "no votes": "nobody has voted yet",
    "few people": f"fewer than {GROUPS_FROM} people have voted on enough statements",
    "no direction": "people did not vote differently from one another in any one direction",
    "chance": "people vote no more alike than chance would make them",
    "no cut": f"any cut would leave a group of fewer than {SMALLEST_GROUP} people, or of one in 50",
    "blurred": "people spread evenly, without a gap between one side and another",
}


@dataclass(frozen=True)
class Settings:
    """What was asked for, beyond the votes.

    `cold` looks for groups afresh; letters and axes are kept all the same.
    """

    engine: str = "compatible"
    seed: int = 0
    previous: Previous | None = None
    cold: bool = False

    @property
    def had_groups(self) -> bool:
        """Whether groups were published before: what is known needs less to be kept."""
        return self.previous is not None and bool(self.previous.groups)


@dataclass(frozen=True, eq=False)
class Search:
    """What the search ended with; `cut` is None when there are no groups, `because` says why."""

    cut: Partition | None
    because: str = ""
    silhouette: float | None = None
    pattern: float | None = None
    wished_k: int = 0
    wished_times: int = 0


def placed_people(matrix: VoteMatrix, previous: Previous | None) -> NDArray[np.bool_]:
    """Who has voted enough to be in a group; once in, always in.

    At least 7 votes (all statements, when there are fewer); if under 15 people have, those
    with most votes come in, all who tie at the limit together, unless that doubles the number.
    """
    count = matrix.votes_by_person()
    if not len(count):
        return np.zeros(0, bool)
    enough = count >= min(VOTES_TO_BE_PLACED, int((~matrix.removed).sum()) or 1)
    if previous and previous.placed:
        enough |= np.fromiter((person in previous.placed for person in matrix.persons), bool)
    if enough.sum() < min(PLACED_AT_LEAST, len(count)):
        limit = np.sort(count)[-min(PLACED_AT_LEAST, len(count))]
        topped = enough | (count >= limit)
        enough = topped if topped.sum() <= 2 * PLACED_AT_LEAST else enough | (count > limit)
    return enough


def search(
    matrix: VoteMatrix, where: Projection, placed: NDArray[np.bool_], given: Settings
) -> Search:
    """Look for groups, giving up early where there cannot be any."""
    if not len(matrix.values):
        return Search(None, "no votes")
    if placed.sum() < GROUPS_FROM:
        return Search(None, "few people")
    if where.dimensions == 0:
        return Search(None, "no direction")
    pattern = strength_over_chance(matrix, where, given.engine, given.seed)
    if pattern <= (OVER_CHANCE_KEPT if given.had_groups else OVER_CHANCE):
        return Search(None, "chance", pattern=pattern)
    data = cloud(where.persons[placed])
    fresh = _cuts(data, given.seed, _first_voters(matrix, data, placed))
    members = [matrix.persons[row] for row in np.flatnonzero(placed)]
    found = _with_memory(fresh, data, members, None if given.cold else given.previous)
    return _judged(found, pattern, SILHOUETTE_KEPT if given.had_groups else SILHOUETTE_FROM)


def _first_voters(
    matrix: VoteMatrix, data: Cloud, placed: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Distinct places of those with most votes: a second start, the one nearest to Polis'."""
    count = matrix.votes_by_person()[placed]
    order = np.lexsort((data.points[:, 1], data.points[:, 0], -count))
    _, at = np.unique(data.points[order], axis=0, return_index=True)
    return data.points[order][np.sort(at)]


def smallest_group(people: int) -> int:
    """How many people a group needs: five, and one in fifty of those placed."""
    return max(SMALLEST_GROUP, -(-people // SMALLEST_SHARE))


def _cuts(data: Cloud, seed: int, first: NDArray[np.float64]) -> dict[int, Partition]:
    """The best cut for each number of groups that the number of people allows."""
    people = len(data.points)
    largest = min(5, 2 + min(people, 100) // 12)
    found = {
        k: cut(data, k, np.random.default_rng([seed, k]), smallest_group(people), first)
        for k in range(2, largest + 1)
    }
    return {k: each for k, each in found.items() if each is not None}


def preferred(cuts: dict[int, Partition]) -> Partition | None:
    """The smallest number of groups whose silhouette is within 0.05 of the best."""
    if not cuts:
        return None
    best = max(each.silhouette for each in cuts.values())
    return min((c for c in cuts.values() if c.silhouette >= best - K_MARGIN), key=lambda c: c.k)


def _with_memory(
    fresh: dict[int, Partition], data: Cloud, members: list[str], previous: Previous | None
) -> Search:
    """Stay with the previous groups unless fresh ones are clearly, or repeatedly, better."""
    wish = preferred(fresh)
    stay = _stayed(fresh, data, members, previous) if previous and previous.groups else None
    if stay is None or previous is None:
        return Search(wish, "" if wish else "no cut")
    if wish is None or wish.k == stay.k or wish.silhouette <= stay.silhouette + K_MARGIN:
        return Search(stay)
    times = previous.wished_times + 1 if previous.wished_k == wish.k else 1
    if times >= K_WISHED_TIMES:
        return Search(wish)
    return Search(stay, wished_k=wish.k, wished_times=times)


def _stayed(
    fresh: dict[int, Partition], data: Cloud, members: list[str], previous: Previous
) -> Partition | None:
    """The previous groups on today's positions, or as many fresh ones when better by 0.03."""
    k = len(previous.groups)
    centres = earlier_centres(data.points, earlier_labels(members, previous), k)
    warm = None if centres is None else from_start(data, centres, smallest_group(len(members)))
    anew = fresh.get(k)
    if warm is None or anew is None:
        return warm or anew
    return anew if anew.silhouette > warm.silhouette + FRESH_MARGIN else warm


def _judged(found: Search, pattern: float, needed: float) -> Search:
    """Refuse a cut too blurred to be called groups."""
    if found.cut is None:
        return Search(None, found.because, pattern=pattern)
    measured = found.cut.silhouette
    if measured < needed:
        return Search(None, "blurred", measured, pattern)
    return Search(found.cut, "", measured, pattern, found.wished_k, found.wished_times)
