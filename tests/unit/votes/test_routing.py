"""Which statement comes next: a draw whose chances can be stated, and are kept."""

import doctest
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, strategies as st

from votes import routing
from votes.routing import Candidate, draw, next_statement_probabilities

candidates = st.lists(
    st.builds(
        Candidate,
        statement=st.uuids().map(str),
        agree=st.integers(0, 500),
        disagree=st.integers(0, 500),
        passed=st.integers(0, 500),
        extremity=st.floats(0, 20),
        is_meta=st.booleans(),
        is_seed=st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(routing).failed == 0


@given(candidates, st.integers(0, 30))
def test_chances_sum_to_one(listed, answered):
    chances = next_statement_probabilities(listed, answered=answered)
    assert sum(chances.values()) == pytest.approx(1)
    assert all(chance >= 0 for chance in chances.values())


def test_the_formula_gives_the_figures_worked_out_by_hand():
    # 8 agree, 1 disagrees, 1 passes: (1 - 2/12) * 3 * 9/12 = 1.875, novelty 1 + 8/4 = 3.
    seen = Candidate("seen", agree=8, disagree=1, passed=1, extremity=2.0)
    # Nobody yet: 1/2 * 1 * 1/2 = 0.25, novelty 9.
    new = Candidate("new")
    chances = next_statement_probabilities([seen, new], answered=0)
    weight, other = (1.875 * 3) ** 2, (0.25 * 9) ** 2
    assert chances["seen"] == pytest.approx(weight / (weight + other))


def test_different_statements_get_different_chances():
    # Polis served all statements alike for over a year because every weight had become equal.
    listed = [Candidate(str(votes), agree=votes, extremity=1.0) for votes in (0, 3, 10, 100)]
    chances = next_statement_probabilities(listed, answered=0)
    assert len({round(chance, 6) for chance in chances.values()}) == 4


def test_what_is_served_follows_the_chances():
    listed = [
        Candidate("dividing", agree=30, disagree=30, extremity=3.0),
        Candidate("new"),
        Candidate("passed over", agree=1, passed=60),
        Candidate("about me", agree=5, is_meta=True),
    ]
    chances = next_statement_probabilities(listed, answered=6)
    rng = np.random.default_rng(3)
    served = [draw(chances, rng.random()) for _ in range(20_000)]
    for statement, chance in chances.items():
        # Four standard errors: one false alarm in 15,000.
        margin = 4 * (chance * (1 - chance) / 20_000) ** 0.5
        assert served.count(statement) / 20_000 == pytest.approx(chance, abs=margin)


def test_nobody_is_asked_about_themselves_in_the_first_five():
    listed = [Candidate("idea"), Candidate("about me", is_meta=True)]
    assert next_statement_probabilities(listed, answered=4)["about me"] == 0
    assert next_statement_probabilities(listed, answered=5)["about me"] > 0


@given(candidates, st.integers(5, 30))
def test_questions_about_oneself_are_at_most_one_in_three(listed, answered):
    chances = next_statement_probabilities(listed, answered=answered)
    mine = sum(chances[each.statement] for each in listed if each.is_meta)
    if not all(each.is_meta for each in listed):
        assert mine <= 1 / 3 + 1e-9


def test_questions_about_oneself_come_when_nothing_else_is_left():
    assert next_statement_probabilities([Candidate("me", is_meta=True)], answered=0) == {"me": 1.0}


def test_the_first_statements_come_first_until_ten_have_voted_on_each():
    seed, other = Candidate("seed", agree=9, is_seed=True), Candidate("later")
    assert next_statement_probabilities([seed, other], answered=0)["later"] == 0
    grown = Candidate("seed", agree=10, is_seed=True)
    assert next_statement_probabilities([grown, other], answered=0)["later"] > 0


def test_nothing_is_drawn_from_nothing():
    assert next_statement_probabilities([], answered=3) == {}
    assert draw({}, at=0.5) is None


def test_a_draw_at_the_very_end_never_serves_a_statement_without_a_chance():
    assert draw({"a": 0.5, "b": 0.5, "c": 0.0}, at=1.0) == "b"


def test_a_web_process_can_import_it_without_scipy():
    program = (
        "import sys, votes.routing; "
        "print(any(m.split('.')[0] in ('scipy', 'sklearn') for m in sys.modules))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "False"
