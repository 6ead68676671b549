"""From votes to opinion groups: the whole computation, as a pure function.

The result depends on the votes, the settings, the seed and the previously published result,
and on nothing else: not on the order of votes, not on how people or statements are called.
"""

from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from synthesis.opinions.consensus import VOTES_NEEDED, Findings, consensus, group_aware_consensus
from synthesis.opinions.continuity import aligned, lettered
from synthesis.opinions.holdout import better_engine
from synthesis.opinions.matrix import Vote, VoteMatrix, from_votes
from synthesis.opinions.projection import Projection, project
from synthesis.opinions.representative import Chosen, Tests, choose, measure, strongest_first
from synthesis.opinions.result import (
    Group,
    OpinionsResult,
    Positions,
    Previous,
    Quality,
    Representative,
)
from synthesis.opinions.search import (
    K_MARGIN,
    OVER_CHANCE,
    REASONS,
    SILHOUETTE_FROM,
    SMALLEST_GROUP,
    VOTES_TO_BE_PLACED,
    Search,
    Settings,
    placed_people,
    search,
)
from synthesis.opinions.tallies import Tally, tally

VERSION = 1
ENGINES = ("compatible", "robust", "auto")
NO_GROUPS = "no distinct groups: "

Progress = Callable[[float], None]
Placed = NDArray[np.bool_]


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
    engine : {"compatible", "robust", "auto"}
        How positions are found (see `projection`); "auto" takes the one that predicts hidden
        votes better (see `holdout`), at ten times the cost.
    removed : collection of str
        Moderated or "about me" statements: shown nowhere, but they steady positions.
    cold : bool
        Look for groups afresh, keeping letters and axes: for the final result.
    """
    if engine not in ENGINES:
        raise ValueError(f"Unknown engine {engine!r}; it is one of: {', '.join(ENGINES)}.")
    tell = progress or (lambda share: None)
    matrix = _arranged(votes, statements, removed)
    engine = better_engine(matrix, seed=seed)[0] if engine == "auto" else engine
    given = Settings(engine, seed, previous, cold)
    tell(0.2)
    where = aligned(project(matrix, engine), matrix.persons, previous)
    tell(0.4)
    placed = placed_people(matrix, previous)
    found = search(matrix, where, placed, given)
    tell(0.9)
    result = _described(matrix, where, placed, found, given)
    tell(1.0)
    return result


def _arranged(
    votes: Iterable[Vote] | VoteMatrix, statements: Sequence[str] | None, removed: Collection[str]
) -> VoteMatrix:
    if isinstance(votes, VoteMatrix):
        return votes
    return from_votes(votes, statements=statements, removed=removed)


def _described(
    matrix: VoteMatrix, where: Projection, placed: Placed, found: Search, given: Settings
) -> OpinionsResult:
    """Say everything that follows from the groups found."""
    members = [matrix.persons[row] for row in np.flatnonzero(placed)]
    labels = np.full(len(matrix.persons), -1)
    letters: list[str] = []
    used = given.previous.letters_used if given.previous else ()
    if found.cut is not None:
        named, letters, used = lettered(found.cut, members, given.previous)
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
        extremity=_named(matrix, where.extremity),
        group_aware_consensus=_named(matrix, group_aware_consensus(counts)) if letters else {},
        quality=_quality(found, placed, letters),
        parameters=_parameters(given, matrix),
        memory=Previous(
            {group.letter: group.members for group in groups},
            positions.persons,
            frozenset(members),
            found.wished_k,
            found.wished_times,
            tuple(used),
        ),
    )


def _groups(matrix: VoteMatrix, labels: NDArray[np.intp], letters: Sequence[str]) -> list[Group]:
    found = []
    for at, letter in enumerate(letters):
        members = tuple(matrix.persons[row] for row in np.flatnonzero(labels == at))
        found.append(Group(letter, len(members), members))
    return found


def _points(names: Sequence[str], places: NDArray[np.float64]) -> dict[str, tuple[float, float]]:
    rounded = (np.round(places, 6) + 0.0).tolist()
    return {name: (x, y) for name, (x, y) in zip(names, rounded, strict=True)}


def _named(matrix: VoteMatrix, values: NDArray[np.float64]) -> dict[str, float]:
    return dict(zip(matrix.statements, values.tolist(), strict=True))


def _representative(
    matrix: VoteMatrix, counts: Tally, letters: Sequence[str]
) -> dict[str, list[Representative]]:
    measured = measure(counts)
    shown = ~matrix.removed & (counts.total >= SMALLEST_GROUP)
    chosen = {}
    for at, letter in enumerate(letters):
        cols = strongest_first(measured, at, np.flatnonzero(shown[at]).tolist())
        found = choose(measured, counts, at, cols)
        chosen[letter] = [_represented(matrix, counts, measured, at, item) for item in found]
    return chosen


def _represented(
    matrix: VoteMatrix, counts: Tally, measured: Tests, group: int, chosen: Chosen
) -> Representative:
    own, everyone = counts.count(group, chosen.col), counts.grouped(chosen.col)
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
            "others_agree": everyone.agree - own.agree,
            "others_disagree": everyone.disagree - own.disagree,
            "others_n": everyone.n - own.n,
            "p": p,
            "z_half": pt,
            "ratio": r,
            "z_others": rt,
            "best_agree": chosen.best_agree,
        },
    )


def _quality(found: Search, placed: Placed, letters: Sequence[str]) -> Quality:
    # Infinite when chance votes have no direction at all: nothing to compare with.
    pattern = found.pattern if found.pattern is not None and np.isfinite(found.pattern) else None
    return Quality(
        k=len(letters),
        silhouette=None if found.silhouette is None else round(found.silhouette, 4),
        placed=int(placed.sum()),
        not_placed=int((~placed).sum()),
        pattern=None if pattern is None else round(pattern, 4),
        reason=NO_GROUPS + REASONS[found.because] if found.because else "",
        because=found.because,
    )


def _parameters(given: Settings, matrix: VoteMatrix) -> dict[str, object]:
    """All that was set, so that anyone can compute the same again."""
    return {
        "version": VERSION,
        "engine": given.engine,
        "seed": given.seed,
        "afresh": given.cold or given.previous is None,
        "persons": matrix.shape[0],
        "statements": matrix.shape[1],
        "removed": sorted(np.array(matrix.statements, object)[matrix.removed].tolist()),
        "votes": len(matrix.values),
        "votes_to_be_placed": VOTES_TO_BE_PLACED,
        "smallest_group": SMALLEST_GROUP,
        "silhouette_from": SILHOUETTE_FROM,
        "over_chance": OVER_CHANCE,
        "k_margin": K_MARGIN,
    }
