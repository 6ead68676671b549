"""How many papers there could be, and what is said of it before the opening."""

from __future__ import annotations

from typing import Any

import pytest

from votes.ballots import rules
from votes.ballots.models import Ballot, BallotOption, Electorate


def drafted(rule: str, options: int = 3, **given: Any) -> Ballot:
    ballot = Ballot(rule=rule, shares_ballots=True, electorate=Electorate.CONFIRMED, **given)
    ballot.options = [BallotOption(key=f"o{n}", position=n, name=f"{n}") for n in range(options)]
    return ballot


@pytest.mark.parametrize(
    ("rule", "given", "ways"),
    [("plurality", {}, 3), ("approval", {}, 8), ("irv", {}, 3 + 6 + 6),
     ("majority-judgment", {"grades": ["a", "b"]}, 8), ("points", {"most_points": 2}, 10)],
)  # fmt: skip
def test_the_different_papers_are_counted(rule: str, given: dict[str, Any], ways: int) -> None:
    assert rules.ways_to_fill(drafted(rule, **given)) == ways


def test_papers_that_could_serve_as_signatures_are_told_of() -> None:
    assert len(list(rules.remarks(drafted("irv", options=8), roll=500))) == 1
    assert list(rules.remarks(drafted("plurality", options=8), roll=500)) == []
    kept = drafted("irv", options=8)
    kept.shares_ballots = False
    assert list(rules.remarks(kept, roll=500)) == []


@pytest.mark.parametrize("electorate", [Electorate.LISTED, Electorate.TEAM])
def test_a_very_small_roll_is_told_of(electorate: Electorate) -> None:
    ballot = drafted("plurality")
    ballot.electorate = electorate
    assert len(list(rules.remarks(ballot, roll=9))) == 1
    assert list(rules.remarks(ballot, roll=10)) == []
