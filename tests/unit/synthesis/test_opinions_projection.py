"""Positions: compared with the textbook computation on the full matrix, missing votes filled in."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from synthesis.opinions import projection
from synthesis.opinions.matrix import Vote, from_arrays, from_votes, natural_key
from synthesis.opinions.projection import (
    Projection,
    centred,
    leading_components,
    leading_pairwise,
    project,
)


def random_matrix(seed, people=40, statements=12, seen=0.5, removed=()):
    rng = np.random.default_rng(seed)
    rows, cols = np.nonzero(rng.random((people, statements)) < seen)
    names = [str(at) for at in range(max(people, statements))]
    values = rng.integers(-1, 2, len(rows))
    return from_arrays(
        rows, cols, values, persons=names[:people], statements=names[:statements], removed=removed
    )


def filled(matrix):
    """The dense matrix, removed columns all zero, missing votes at their column's mean."""
    full = np.full(matrix.shape, np.nan)
    full[matrix.rows, matrix.cols] = matrix.values
    full[:, matrix.removed] = 0.0
    return np.where(np.isnan(full), np.nanmean(full, axis=0), full)


def same_but_for_sign(found, expected):
    assert np.allclose(np.abs((found * expected).sum(axis=0)), (expected**2).sum(axis=0), atol=1e-8)
    assert np.allclose(np.abs(found), np.abs(expected), atol=1e-8)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.sampled_from([(), ("1", "4", "7")]))
def test_positions_are_those_of_the_textbook(seed, removed):
    matrix = random_matrix(seed, removed=removed)
    full = filled(matrix)
    full -= full.mean(axis=0)
    _, _, right = np.linalg.svd(full)
    found = project(matrix, "compatible")
    same_but_for_sign(found.loadings, right[:2].T)
    # Polis' own scale: all columns over the non-missing cells, removed columns never missing.
    votes = np.bincount(matrix.rows, weights=matrix.kept()) + matrix.removed.sum()
    scale = np.sqrt(matrix.shape[1] / np.maximum(votes, 1))
    same_but_for_sign(found.persons, scale[:, None] * (full @ right[:2].T))


def test_a_statement_stands_where_somebody_would_who_only_agreed_with_it():
    matrix = random_matrix(3)
    found = project(matrix, "compatible")
    means = filled(matrix).mean(axis=0)
    expected = np.sqrt(12) * (1 - means)[:, None] * found.loadings
    assert np.allclose(found.statements, expected)
    assert np.allclose(found.extremity, np.linalg.norm(expected, axis=1))


@pytest.mark.parametrize(("people", "statements"), [(40, 12), (12, 40), (40, 40)])
def test_every_way_of_solving_gives_the_same_axes(people, statements, monkeypatch):
    cells = centred(random_matrix(5, people, statements, seen=0.8))
    exact, values = leading_components(cells)
    pairs, pair_values = leading_pairwise(cells)
    # Too large for the exact solver, from now on.
    monkeypatch.setattr(projection, "DENSE_LIMIT", 5)
    other, other_values = leading_components(cells)
    assert np.allclose(values, other_values)
    same_but_for_sign(other, exact)
    other, other_values = leading_pairwise(cells)
    assert np.allclose(pair_values, other_values)
    same_but_for_sign(other, pairs)


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_the_robust_positions_are_those_of_the_definition(seed):
    matrix = random_matrix(seed, people=15, statements=6)
    found = project(matrix, "robust")
    cells = centred(matrix).toarray()
    voted = np.zeros(matrix.shape)
    voted[matrix.rows, matrix.cols] = 1
    pairs = (cells.T @ cells) / (voted.T @ voted + 10)
    np.fill_diagonal(pairs, 0)
    values, vectors = np.linalg.eigh(pairs)
    same_but_for_sign(found.loadings, vectors[:, [-1, -2]] * (values[[-1, -2]] > 0))
    for person in range(len(matrix.persons)):
        mine = found.loadings[voted[person] == 1]
        said = cells[person, voted[person] == 1]
        system = mine.T @ mine + 2 / matrix.shape[1] * np.eye(2)
        assert np.allclose(found.persons[person], np.linalg.solve(system, mine.T @ said))


def test_a_direction_that_the_votes_do_not_single_out_is_left_out():
    # Three independent questions, perfectly balanced: any plane would do as well.
    answers = [(a, b, c) for a in (1, -1) for b in (1, -1) for c in (1, -1)]
    votes = [
        Vote(str(p), str(s), said) for p, row in enumerate(answers) for s, said in enumerate(row)
    ]
    assert project(from_votes(votes), "compatible").dimensions == 0


def test_axes_point_where_their_largest_loading_is():
    found = project(random_matrix(9), "compatible")
    largest = np.abs(found.loadings).argmax(axis=0)
    assert (found.loadings[largest, [0, 1]] > 0).all()


def test_a_picture_can_be_mirrored():
    found = project(random_matrix(9), "compatible")
    turned = found.flipped(np.array([-1.0, 1.0]))
    assert isinstance(turned, Projection)
    assert np.array_equal(turned.persons[:, 0], -found.persons[:, 0])
    assert np.array_equal(turned.extremity, found.extremity)


def test_ids_are_sorted_as_people_count():
    assert sorted(["10", "2", "b", "a10", "a2", ""], key=natural_key) == (
        ["", "2", "10", "a2", "a10", "b"]
    )


def test_arrays_and_votes_make_the_same_matrix():
    votes = [Vote("b", "2", 1), Vote("a", "10", -1), Vote("b", "2", 0), Vote("a", "2", 1)]
    one = from_votes(votes, removed={"10"})
    other = from_arrays(
        np.array([1, 0, 1, 0]), np.array([0, 1, 0, 0]), np.array([1, -1, 0, 1]),
        persons=["a", "b", "nobody"], statements=["2", "10", "unseen"], removed={"10"},
    )  # fmt: skip
    assert one.persons == other.persons == ("a", "b")
    assert one.statements == other.statements == ("2", "10")
    for name in ("rows", "cols", "values", "removed"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert one.values.tolist() == [1, -1, 0]
