"""Thresholds, quorum and assembly votes: whole numbers, a named base, no percentage."""

import doctest

import pytest

from votes.counting import assembly, thresholds
from votes.counting.assembly import Side, assembly_vote, quorum_met
from votes.counting.errors import CountError
from votes.counting.result import Counts
from votes.counting.thresholds import Base, Threshold, standing, threshold


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(thresholds).failed == doctest.testmod(assembly).failed == 0


@pytest.mark.parametrize(
    ("written", "base", "least"),
    [
        ("1/2", 7, 4), ("> 1/2", 8, 5), ("2/3", 8, 6), ("60 %", 5, 3), ("> 60 %", 5, 4),
        ("1/3", 10, 4), ("1/4", 9, 3), (">= 50%", 8, 4), ("> 1/2", 1, 1),
    ],
)  # fmt: skip
def test_the_least_number_that_reaches_a_share(written, base, least):
    rule = threshold(written)
    assert rule.minimum(base) == least
    assert rule.reached(least, base)
    assert not rule.reached(least - 1, base)


def test_four_of_eight_is_no_majority_and_fifty_point_nine_percent_is_more_than_half():
    assert not Threshold(1, 2, strict=True).reached(4, 8)
    assert Threshold(1, 2, strict=True).reached(509, 1000)
    assert not Threshold(51, 100).reached(509, 1000)


def test_a_share_of_nobody_is_never_reached():
    assert not Threshold(0, 1).reached(0, 0)
    assert Threshold(1, 2).minimum(0) is None


def test_a_threshold_names_its_base_with_or_without_accents():
    assert threshold("1/4 inscrits").base is Base.INSCRITS
    assert threshold("> 1/2 of exprimes").base is Base.EXPRIMES
    assert str(threshold("> 1/2 exprimés")) == "more than 1/2 of exprimés"
    with pytest.raises(CountError, match="habitants is not a base"):
        threshold("1/2 habitants")


@pytest.mark.parametrize("written", ["half", "3/2", "1/0", "", "-1/2"])
def test_what_is_no_share_is_refused(written):
    with pytest.raises(CountError):
        threshold(written)


def test_without_quorum_there_is_no_decision_rather_than_a_rejection():
    counts = Counts(votants=9, blancs=1, inscrits=40)
    stood = standing(8, counts, quorum=threshold("1/4 inscrits"), majority=threshold("> 1/2"))
    assert stood.decision == "no decision"


def test_blank_ballots_count_for_the_quorum_but_not_for_the_majority():
    counts = Counts(votants=10, blancs=4, inscrits=40)
    quorum, majority = threshold("1/4 inscrits"), threshold("> 1/2 exprimés")
    assert standing(4, counts, quorum=quorum, majority=majority).decision == "adopted"
    assert standing(3, counts, quorum=quorum, majority=majority).decision == "rejected"
    by_votants = threshold("> 1/2 votants")
    assert standing(4, counts, quorum=quorum, majority=by_votants).decision == "rejected"


def test_a_base_that_is_not_known_is_never_guessed():
    with pytest.raises(CountError, match="the number of inscrits is not known"):
        standing(1, Counts(votants=3), quorum=threshold("1/2 inscrits"))
    present = threshold("> 1/2 présents")
    assert standing(4, Counts(votants=5), majority=present, present=7).threshold_met


def test_abstentions_are_no_votes_cast():
    assert assembly_vote(10, 9).adopted
    assert assembly_vote(1, 0).adopted
    assert not assembly_vote(0, 0).adopted


def test_the_presidents_vote_prevails_on_equality_except_in_a_secret_vote():
    assert assembly_vote(9, 9, president=Side.FOR).adopted
    assert not assembly_vote(9, 9, president=Side.AGAINST).adopted
    assert not assembly_vote(9, 9, president=Side.ABSTAINS).adopted
    assert not assembly_vote(9, 9, president=Side.FOR, secret=True).adopted
    assert not assembly_vote(8, 9, president=Side.FOR).casting_vote


def test_a_council_deliberates_with_more_than_half_of_its_members_present():
    assert [quorum_met(27, n) for n in (13, 14)] == [False, True]
    assert [quorum_met(8, n) for n in (4, 5)] == [False, True]
