"""Themes on real consultations: as people labelled them, the same again, copies found.

The floors with five seeds are in `make bench`; here fewer seeds, and a margin of .02 where the
figure measured stands on its floor, since mathematics libraries differ in the last digit.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from itertools import combinations

import pytest
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from benchmarks import corpora
from benchmarks.corpora import Labelled
from benchmarks.planted import KINDS, plant, score
from synthesis.themes.engine import Previous, find_themes

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(
        not (corpora.DATA / "contributions").exists(),
        reason=f"the real contributions are not in {corpora.DATA}",
    ),
]


@pytest.mark.parametrize(
    ("make", "floor", "seeds"),
    [(corpora.vrai_debat, 0.48, 1), (corpora.lille, 0.43, 2), (corpora.grande_annotation, 0.27, 2),
     (corpora.decide_madrid, 0.38, 1), (corpora.paris, 0.16, 1)],
)  # fmt: skip
def test_themes_agree_with_the_labels_of_people_and_with_another_start(
    make: Callable[[], Labelled], floor: float, seeds: int
) -> None:
    corpus = make()
    runs = []
    for seed in range(seeds):
        result = find_themes(corpus.documents, themes=corpus.themes, seed=seed)
        found = result.assignments
        runs.append([found[d.id].theme if d.id in found else "" for d in corpus.documents])
        assert result.coverage.received == len(corpus.documents)
        assert result.coverage.received == result.coverage.in_themes + result.coverage.alone
    assert statistics.mean(adjusted_mutual_info_score(corpus.labels, r) for r in runs) >= floor
    for one, other in combinations(runs, 2):
        assert adjusted_rand_score(one, other) >= 0.5


def test_planted_copies_are_found_and_nothing_else() -> None:
    recall, wrong = score(*plant(corpora.vrai_debat(4_000).documents, 100, seed=3))
    assert sum(recall.values()) / len(KINDS) >= 0.97, recall
    assert wrong == 0


def test_later_contributions_leave_the_earlier_ones_where_they_are() -> None:
    corpus = corpora.lille()
    half = len(corpus.documents) // 2
    first = find_themes(corpus.documents[:half])
    before = Previous({theme.id: first.members(theme.id) for theme in first.themes})
    after = find_themes(corpus.documents, previous=before)
    moved = [
        key
        for key, place in first.assignments.items()
        if key in after.assignments and after.assignments[key].theme != place.theme
    ]
    assert not moved
    assert set(before.themes) <= {theme.id for theme in after.themes}
