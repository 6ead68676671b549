"""Identity of themes from one computation to the next, and what people fixed."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

SAME = 1 / 3  # share of the smaller of two themes that both must hold to be the same theme
NEW_SHARE = 2 / 3  # share of texts never seen before that makes a group of them a new theme
FAR = 0.5  # affinity with every earlier theme under which texts can make a new one


@dataclass(frozen=True)
class Previous:
    """The themes of an earlier result: what each held."""

    themes: Mapping[str, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Fixed:
    """What people decided, which no computation changes.

    Attributes
    ----------
    moved : mapping
        Theme of each contribution that a person placed.
    set_aside : collection of str
        Contributions that are in no theme and are not read.
    locked : mapping
        Themes whose members stay as they are; nothing joins them.
    names : mapping
        Names given by people.
    """

    moved: Mapping[str, str] = field(default_factory=dict)
    set_aside: Collection[str] = ()
    locked: Mapping[str, Collection[str]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def held(self) -> frozenset[str]:
        """Ids of everything in a locked theme."""
        return frozenset(one for members in self.locked.values() for one in members)


def themes_of(themes: Mapping[str, Collection[str]]) -> dict[str, str]:
    """The theme of each contribution."""
    return {one: key for key, members in themes.items() for one in members}


def recognised(
    labels: NDArray[np.int64], groups: int, before: NDArray[np.int64], themes: int
) -> list[int]:
    """For each group the earlier theme that it continues, or -1.

    Pairs are chosen together so that they hold as many common texts as possible; a pair counts
    when both hold `SAME` of the smaller of the two.

    Parameters
    ----------
    labels, before : ndarray of shape (n_texts,)
        Group and earlier theme of each text, -1 for none.
    """
    table = np.zeros((groups, themes))
    both = (labels >= 0) & (before >= 0)
    np.add.at(table, (labels[both], before[both]), 1)
    sizes = np.bincount(labels[both], minlength=groups)
    earlier = np.bincount(before[both], minlength=themes)
    found = [-1] * groups
    for group, theme in zip(*linear_sum_assignment(-table), strict=True):
        smaller = min(sizes[group], earlier[theme])
        if table[group, theme] > 0 and table[group, theme] >= SAME * smaller:
            found[group] = int(theme)
    return found


def unheard(
    labels: NDArray[np.int64],
    groups: int,
    before: NDArray[np.int64],
    affinity: NDArray[np.float32],
    fewest: int,
) -> list[NDArray[np.int64]]:
    """Texts of groups that talk about something no earlier theme talks about.

    A distance to the known themes does not tell a new subject from an old one; a group in which
    most texts are new and far from every earlier theme does.

    Parameters
    ----------
    affinity : ndarray of shape (n_texts, n_earlier_themes)
    fewest : int
        Texts that make a theme.
    """
    found = []
    for group in range(groups):
        inside = labels == group
        new = np.flatnonzero(inside & (before < 0))
        is_new = len(new) >= fewest and len(new) >= NEW_SHARE * inside.sum()
        if is_new and affinity[new].max(axis=1, initial=0).mean() < FAR:
            found.append(new)
    return found


def fresh_key(members: Iterable[str], taken: Collection[str]) -> str:
    """An id for a new theme, from what it holds: the same input gives the same id."""
    digest = hashlib.sha256("\n".join(sorted(members)).encode()).hexdigest()
    for end in range(6, len(digest)):
        if (key := f"t{digest[:end]}") not in taken:
            return key
    raise ValueError("No id is left.")
