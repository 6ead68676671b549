"""Continuity: people recognise their group from one result to the next.

Groups start from where their members stood, the number of groups changes only when preferred
twice, letters follow the members, and axes keep their side.
"""

from collections.abc import Mapping, Sequence
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from synthesis.opinions.grouping import Partition
from synthesis.opinions.projection import Projection
from synthesis.opinions.result import LETTERS, Previous

Floats = NDArray[np.float64]


def aligned(found: Projection, persons: Sequence[str], previous: Previous | None) -> Projection:
    """Mirror the picture so that people stand on the side where they stood before."""
    known = [row for row, person in enumerate(persons) if _stood(person, previous)]
    if not known or previous is None:
        return found
    before = np.array([previous.positions[persons[row]] for row in known])
    likeness = (found.persons[known] * before).sum(axis=0)
    return found.flipped(np.where(likeness < 0, -1.0, 1.0))


def _stood(person: str, previous: Previous | None) -> bool:
    return previous is not None and person in previous.positions


def earlier_labels(persons: Sequence[str], previous: Previous) -> NDArray[np.intp]:
    """Each person's place in the list of earlier groups; -1 for none."""
    group_of = {
        person: at for at, members in enumerate(previous.groups.values()) for person in members
    }
    return np.array([group_of.get(person, -1) for person in persons], dtype=np.intp)


def earlier_centres(points: Floats, labels: NDArray[np.intp], k: int) -> Floats | None:
    """Where the members of the earlier groups stand today; None if a group has none left."""
    inside = labels >= 0
    size = np.bincount(labels[inside], minlength=k)
    if k == 0 or (size == 0).any():
        return None
    sums = [np.bincount(labels[inside], points[inside, axis], k) for axis in (0, 1)]
    return np.column_stack(sums) / size[:, None]


def lettered(
    cut: Partition, members: Sequence[str], previous: Previous | None
) -> tuple[Partition, list[str], tuple[str, ...]]:
    """Name groups: the letter of the earlier group they share most members with, or a new one.

    Returns
    -------
    cut : Partition
        With groups renumbered in the order of their letters.
    letters : list of str
    used : tuple of str
        Every letter ever given, so that none comes to mean other people.
    """
    old = list(previous.groups) if previous else []
    used = list(previous.letters_used or old) if previous else []
    letters = _inherited(cut, members, previous.groups) if previous and old else {}
    for group in _by_size(cut):
        if group not in letters:
            letters[group] = _next_letter(used)
            used.append(letters[group])
    order = sorted(letters, key=lambda group: (len(letters[group]), letters[group]))
    place = np.empty(cut.k, np.intp)
    place[order] = np.arange(cut.k)
    renumbered = Partition(cut.k, place[cut.labels], cut.centres[order], cut.silhouette)
    return renumbered, [letters[group] for group in order], tuple(used)


def _by_size(cut: Partition) -> list[int]:
    size = np.bincount(cut.labels, minlength=cut.k)
    return sorted(range(cut.k), key=lambda group: (-size[group], *cut.centres[group]))


def _next_letter(used: Sequence[str]) -> str:
    """A, B, … Z, then A2, B2 …"""
    at = len(used)
    while (letter := _letter(at)) in used:
        at += 1
    return letter


def _letter(at: int) -> str:
    turn, place = divmod(at, len(LETTERS))
    return LETTERS[place] + (str(turn + 1) if turn else "")


def _inherited(
    cut: Partition, members: Sequence[str], groups: Mapping[str, tuple[str, ...]]
) -> dict[int, str]:
    """Pair new and old groups so that as many people as possible keep their letter."""
    names = list(groups)
    old_of = {person: at for at, name in enumerate(names) for person in groups[name]}
    width = max(cut.k, len(names))
    shared = np.zeros((width, width), int)
    for person, label in zip(members, cut.labels, strict=True):
        if person in old_of:
            shared[label, old_of[person]] += 1
    best = max(
        permutations(range(width)), key=lambda to: sum(shared[new, to[new]] for new in range(width))
    )
    return {
        new: names[best[new]]
        for new in range(cut.k)
        if best[new] < len(names) and shared[new, best[new]] > 0
    }
