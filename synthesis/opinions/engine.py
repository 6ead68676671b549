"""From votes to opinion groups: the whole computation, as a pure function.

The result depends on the votes, the settings, the seed and the previously published result,
and on nothing else: not on the order of votes, not on how people or statements are called.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthesis.opinions.chance import strength_over_chance
from synthesis.opinions.consensus import VOTES_NEEDED, Findings, consensus, group_aware_consensus
from synthesis.opinions.continuity import aligned, earlier_centres, earlier_labels, lettered
from synthesis.opinions.grouping import Cloud, Partition, cloud, cut, from_start
from synthesis.opinions.matrix import Vote, VoteMatrix, from_votes
from synthesis.opinions.projection import Projection, project
from synthesis.opinions.representative import Chosen, Tests, choose, tests
from synthesis.opinions.result import (
    Group,
    OpinionsResult,
    Positions,
    Previous,
    Quality,
    Representative,
)
from synthesis.opinions.tallies import Tally, tally

VERSION = 1
ENGINES = ("compatible", "robust")
VOTES_TO_BE_PLACED = 7
PLACED_AT_LEAST = 15
GROUPS_FROM = 10
SMALLEST_GROUP = 5
SILHOUETTE_FROM = 0.25
SILHOUETTE_KEPT = 0.20
K_MARGIN = 0.05
FRESH_MARGIN = 0.03
K_WISHED_TIMES = 2
OVER_CHANCE = 1.15  # chance alone passes 1.0 in one to five of twenty conversations
OVER_CHANCE_KEPT = 1.0

NO_GROUPS = "no distinct groups: "
REASONS = {
    "no votes": "nobody has voted yet",
    "few people": f"fewer than {GROUPS_FROM} people have voted on enough statements",
    "no direction": "people did not vote differently from one another in any one direction",
    "chance": "people vote no more alike than chance would make them",
    "no cut": f"any cut would leave a group of fewer than {SMALLEST_GROUP} people, or of one in 50",
    "blurred": "people spread evenly, without a gap between one side and another",
}

Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Search:
    """What the search for groups ended with; `cut` is None when there are none."""

    cut: Partition | None
    because: str = ""
    silhouette: float | None = None
    pattern: float | None = None
    wished_k: int = 0
    wished_times: int = 0


def find_groups(
    votes: Iterable[Vote] | VoteMatrix,
    *,
    statements: Sequence[str] | None = None,
    previous: Previous | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    engine: str = "compatible",
    removed: Collection[str] = (),
    cold: bool = False,
) -> OpinionsResult:
    """Find the opinion groups of a conversation, and what each and all of them say.

    Parameters
    ----------
    votes : iterable of Vote, or VoteMatrix
        The last vote of a person on a statement counts.
    statements : sequence of str, optional
        The statements that exist for the public; votes on others are left out.
    previous : Previous, optional
        `result.as_previous()` of the last published result.
    seed : int
        Start of everything random; the same seed gives the same result.
    progress : callable, optional
        Told the share of work done, from 0 to 1.
    engine : {"compatible", "robust"}
        How positions are found (see `projection`).
    removed : collection of str
        Moderated or "about me" statements: shown nowhere, but they steady positions.
    cold : bool
        Look for groups afresh, keeping letters and axes: for the final result.
    """
    if engine not in ENGINES:
        raise ValueError(f"Unknown engine {engine!r}; it is one of: {', '.join(ENGINES)}.")
    tell = progress or (lambda share: None)
    matrix = votes if isinstance(votes, VoteMatrix) else from_votes(
        votes, statements=statements, removed=removed
    )  # fmt: skip
    tell(0.2)
    where = aligned(_projected(matrix, engine), matrix.persons, previous)
    tell(0.4)
    placed = placed_people(matrix, previous)
    search = _search(matrix, where, placed, previous, seed, engine, cold)
    tell(0.9)
    result = _described(matrix, where, placed, search, previous, seed, engine)
    tell(1.0)
    return result


def _projected(matrix: VoteMatrix, engine: str) -> Projection:
    if not len(matrix.values):
        empty = np.zeros((0, 2))
        return Projection(empty, empty, empty, np.zeros(2))
    return project(matrix, engine, shrinkage=int(matrix.removed.sum()))


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


def _search(matrix, where, placed, previous, seed, engine, cold) -> Search:
    """Look for groups, giving up early, and saying why, where there cannot be any."""
    if not len(matrix.values):
        return Search(None, "no votes")
    if placed.sum() < GROUPS_FROM:
        return Search(None, "few people")
    if where.dimensions == 0:
        return Search(None, "no direction")
    had_groups = previous is not None and bool(previous.groups)
    pattern = strength_over_chance(matrix, where, engine, seed)
    if pattern <= (OVER_CHANCE_KEPT if had_groups else OVER_CHANCE):
        return Search(None, "chance", pattern=pattern)
    data = cloud(where.persons[placed])
    first = _first_voters(matrix, data, placed)
    fresh = _cuts(data, seed, first)
    members = [matrix.persons[row] for row in np.flatnonzero(placed)]
    found = _with_memory(fresh, data, members, None if cold else previous)
    return _judged(found, pattern, SILHOUETTE_KEPT if had_groups else SILHOUETTE_FROM)


def _first_voters(matrix: VoteMatrix, data: Cloud, placed: NDArray[np.bool_]) -> NDArray:
    """Distinct places of those with most votes: a second start, the one nearest to Polis'."""
    count = matrix.votes_by_person()[placed]
    order = np.lexsort((data.points[:, 1], data.points[:, 0], -count))
    _, at = np.unique(data.points[order], axis=0, return_index=True)
    return data.points[order][np.sort(at)]


def _cuts(data: Cloud, seed: int, first: NDArray) -> dict[int, Partition]:
    """The best cut for each number of groups that the number of people allows."""
    people = len(data.points)
    minimum = max(SMALLEST_GROUP, -(-people // 50))
    largest = min(5, 2 + min(people, 100) // 12)
    found = {
        k: cut(data, k, np.random.default_rng([seed, k]), minimum, first)
        for k in range(2, largest + 1)
    }
    return {k: each for k, each in found.items() if each is not None}


def preferred(cuts: dict[int, Partition]) -> Partition | None:
    """The smallest number of groups whose silhouette is within 0.05 of the best."""
    if not cuts:
        return None
    best = max(each.silhouette for each in cuts.values())
    return min((c for c in cuts.values() if c.silhouette >= best - K_MARGIN), key=lambda c: c.k)


def _with_memory(fresh, data: Cloud, members, previous: Previous | None) -> Search:
    """Stay with the previous groups unless fresh ones are clearly, or repeatedly, better."""
    wish = preferred(fresh)
    if wish is None:
        return Search(None, "no cut")
    k = len(previous.groups) if previous else 0
    stay = _stayed(fresh, data, members, previous, k) if previous and k else None
    if stay is None or previous is None:
        return Search(wish)
    if wish.k == k or wish.silhouette <= stay.silhouette + K_MARGIN:
        return Search(stay)
    times = previous.wished_times + 1 if previous.wished_k == wish.k else 1
    if times >= K_WISHED_TIMES:
        return Search(wish)
    return Search(stay, wished_k=wish.k, wished_times=times)


def _stayed(fresh, data: Cloud, members, previous: Previous, k: int) -> Partition | None:
    """The previous groups on today's positions, or fresh ones when better by 0.03."""
    centres = earlier_centres(data.points, earlier_labels(members, previous), k)
    minimum = max(SMALLEST_GROUP, -(-len(members) // 50))
    warm = None if centres is None else from_start(data, centres, minimum)
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


def _described(matrix, where, placed, search, previous, seed, engine) -> OpinionsResult:
    """Say everything that follows from the groups found."""
    members = [matrix.persons[row] for row in np.flatnonzero(placed)]
    labels = np.full(len(matrix.persons), -1)
    letters: list[str] = []
    used = previous.letters_used if previous else ()
    if search.cut is not None:
        named, letters, used = lettered(search.cut, members, previous)
        labels[placed] = named.labels
    counts = tally(matrix, labels, len(letters))
    findings = Findings(matrix, counts, letters)
    groups = _groups(matrix, labels, letters)
    positions = Positions(
        _points(matrix.persons, where.persons), _points(matrix.statements, where.statements)
    )
    return OpinionsResult(
        groups=groups,
        positions=positions,
        representative=_representative(matrix, counts, letters),
        consensus=consensus(matrix, counts, VOTES_NEEDED),
        bridging=findings.bridging(),
        divisive=findings.divisive(),
        uncertain=findings.uncertain(),
        categories=findings.categories,
        statements=findings.statements,
        extremity=dict(zip(matrix.statements, where.extremity.tolist(), strict=True)),
        group_aware_consensus=_named(matrix, group_aware_consensus(counts)) if letters else {},
        quality=_quality(search, placed, letters),
        parameters=_parameters(seed, engine, matrix),
        memory=Previous(
            {group.letter: group.members for group in groups},
            positions.persons,
            frozenset(members),
            search.wished_k,
            search.wished_times,
            tuple(used),
        ),
    )


def _groups(matrix: VoteMatrix, labels: NDArray, letters: Sequence[str]) -> list[Group]:
    found = []
    for at, letter in enumerate(letters):
        members = tuple(matrix.persons[row] for row in np.flatnonzero(labels == at))
        found.append(Group(letter, len(members), members))
    return found


def _points(names: Sequence[str], places: NDArray) -> dict[str, tuple[float, float]]:
    rounded = (np.round(places, 6) + 0.0).tolist()
    return {name: (x, y) for name, (x, y) in zip(names, rounded, strict=True)}


def _named(matrix: VoteMatrix, values: NDArray) -> dict[str, float]:
    return dict(zip(matrix.statements, values.tolist(), strict=True))


def _representative(
    matrix: VoteMatrix, counts: Tally, letters: Sequence[str]
) -> dict[str, list[Representative]]:
    measured = tests(counts)
    shown = ~matrix.removed & (counts.total >= SMALLEST_GROUP)
    return {
        letter: [
            _represented(matrix, counts, measured, at, chosen)
            for chosen in choose(measured, counts, at, np.flatnonzero(shown[at]).tolist())
        ]
        for at, letter in enumerate(letters)
    }


def _represented(
    matrix: VoteMatrix, counts: Tally, measured: Tests, group: int, chosen: Chosen
) -> Representative:
    own = counts.count(group, chosen.col)
    others_n = int(counts.total[:, chosen.col].sum()) - own.n
    p, pt, r, rt = measured.of(group, chosen.col, chosen.agree)
    return Representative(
        statement=matrix.statements[chosen.col],
        stance="agree" if chosen.agree else "disagree",
        share=own.share_agree if chosen.agree else own.share_disagree,
        n=own.n,
        figures={
            "agree": own.agree,
            "disagree": own.disagree,
            "passed": own.passed,
            "others_agree": int(counts.agree[:, chosen.col].sum()) - own.agree,
            "others_disagree": int(counts.disagree[:, chosen.col].sum()) - own.disagree,
            "others_n": others_n,
            "p": p,
            "z_half": pt,
            "ratio": r,
            "z_others": rt,
            "best_agree": chosen.best_agree,
        },
    )


def _quality(search: Search, placed: NDArray[np.bool_], letters: Sequence[str]) -> Quality:
    finite = search.pattern is not None and np.isfinite(search.pattern)
    return Quality(
        k=len(letters),
        silhouette=None if search.silhouette is None else round(search.silhouette, 4),
        placed=int(placed.sum()),
        not_placed=int((~placed).sum()),
        pattern=round(float(search.pattern), 4) if finite else None,
        reason=NO_GROUPS + REASONS[search.because] if search.because else "",
        because=search.because,
    )


def _parameters(seed: int, engine: str, matrix: VoteMatrix) -> dict[str, object]:
    """All that was set, so that anyone can compute the same again."""
    return {
        "version": VERSION,
        "engine": engine,
        "seed": seed,
        "persons": matrix.shape[0],
        "statements": matrix.shape[1],
        "removed": sorted(np.array(matrix.statements, object)[matrix.removed].tolist()),
        "votes": len(matrix.values),
        "votes_to_be_placed": VOTES_TO_BE_PLACED,
        "smallest_group": SMALLEST_GROUP,
        "silhouette_from": SILHOUETTE_FROM,
        "k_margin": K_MARGIN,
    }
