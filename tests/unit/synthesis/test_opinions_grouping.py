"""Cutting a cloud: the best cut, never a tiny group, and an honest measure of its clearness."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from synthesis.opinions import grouping
from synthesis.opinions.grouping import cloud, cut, from_start, gathered, lloyd, nearest, silhouette
from synthesis.opinions.search import preferred


def blobs(seed, *sizes, apart=6.0):
    rng = np.random.default_rng(seed)
    angle = 2 * np.pi * np.arange(len(sizes)) / len(sizes)
    middles = apart * np.column_stack([np.cos(angle), np.sin(angle)])
    return np.concatenate([
        rng.normal(middle, 1.0, (size, 2)) for middle, size in zip(middles, sizes, strict=True)
    ])  # fmt: skip


def inertia(data, found):
    return ((data.points - found.centres[found.labels]) ** 2).sum()


@settings(max_examples=15)
@given(st.integers(0, 1000), st.sampled_from([2, 3, 4]))
def test_the_cut_is_as_good_as_the_reference_implementation_finds(seed, k):
    points = blobs(seed, *[40] * k, apart=3.0)
    data = cloud(points)
    found = cut(data, k, np.random.default_rng(0), minimum=1)
    reference = KMeans(k, n_init=10, random_state=0).fit(points)
    assert inertia(data, found) <= reference.inertia_ * 1.02


@settings(max_examples=15)
@given(st.integers(0, 1000))
def test_clearness_is_the_silhouette_of_the_textbook(seed):
    points = blobs(seed, 20, 15, 10, apart=2.0)
    data = cloud(points)
    found = cut(data, 3, np.random.default_rng(0), minimum=1)
    assert found.silhouette == pytest.approx(silhouette_score(points, found.labels))


def test_somebody_alone_counts_nothing_for_clearness():
    distances = np.array([[0, 1, 9], [1, 0, 9], [9, 9, 0]], float)
    assert silhouette(distances, np.array([0, 0, 1]), 2) == pytest.approx(2 / 3 * (1 - 1 / 9))


def test_a_few_far_out_do_not_make_a_group():
    points = np.concatenate([blobs(1, 40, 40), [[90, 90], [91, 90], [90, 91]]])
    found = cut(cloud(points), 2, np.random.default_rng(0), minimum=5)
    sizes = np.bincount(found.labels)
    assert sorted(sizes) in ([40, 43], [41, 42])


def test_no_cut_is_better_than_a_tiny_group():
    # Four in twenty-four are too many to set aside and too few to be shown.
    points = np.concatenate([np.zeros((20, 2)), np.full((4, 2), 9.0)])
    assert cut(cloud(points), 2, np.random.default_rng(0), minimum=5) is None


def test_a_second_start_wins_only_when_clearly_better():
    data = cloud(blobs(2, 30, 30, 30))
    found = cut(data, 3, np.random.default_rng(0), minimum=5)
    kept = cut(data, 3, np.random.default_rng(0), minimum=5, first=found.centres + 0.1)
    assert kept.silhouette == found.silhouette


def test_many_people_are_cut_as_few_are(monkeypatch):
    points = blobs(3, 900, 700, 400)
    exact = cut(cloud(points), 3, np.random.default_rng(0), minimum=40)
    monkeypatch.setattr(grouping, "DIRECT_LIMIT", 500)
    data = cloud(points)
    assert len(data.cells) < 1600
    assert data.weights.sum() == 2000
    coarse = cut(data, 3, np.random.default_rng(0), minimum=40)
    assert inertia(data, coarse) <= inertia(data, exact) * 1.01


def test_a_grid_keeps_mass_and_middle():
    points = np.random.default_rng(0).normal(0, 1, (5000, 2))
    cells, weights = gathered(points)
    assert weights.sum() == 5000
    assert np.allclose((cells * weights[:, None]).sum(axis=0), points.sum(axis=0))


def test_people_at_one_place_end_in_one_group():
    points = np.repeat([[0.0, 0.0], [1.0, 0.0], [0.0, 5.0]], 10, axis=0)
    labels = cut(cloud(points), 2, np.random.default_rng(4), minimum=5).labels
    assert all(len(set(labels[at : at + 10])) == 1 for at in (0, 10, 20))


def test_a_start_given_leads_to_the_cut_next_to_it():
    points = blobs(5, 30, 30)
    found = from_start(cloud(points), np.array([[5.0, 0.0], [-5.0, 0.0]]), minimum=5)
    assert found.labels.tolist() == [0] * 30 + [1] * 30


def test_a_centre_without_people_stays_where_it_is():
    labels, centres, _ = lloyd(np.zeros((3, 2)), np.ones(3), np.array([[0.0, 0.0], [9.0, 9.0]]))
    assert labels.tolist() == [0, 0, 0]
    assert centres[1].tolist() == [9.0, 9.0]
    assert nearest(np.array([[8.0, 8.0]]), centres).tolist() == [1]


def test_fewer_groups_are_preferred_when_nearly_as_clear():
    cuts = {k: grouping.Partition(k, np.zeros(0, int), np.zeros((k, 2)), s)
            for k, s in ((2, 0.50), (3, 0.54), (4, 0.30))}  # fmt: skip
    assert preferred(cuts).k == 2
    cuts[3] = grouping.Partition(3, np.zeros(0, int), np.zeros((3, 2)), 0.60)
    assert preferred(cuts).k == 3
    assert preferred({}) is None
