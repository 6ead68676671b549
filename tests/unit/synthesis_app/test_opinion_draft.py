"""What is kept of opinion groups names nobody, and says when there are no groups."""

from __future__ import annotations

import json
import random

from synthesis.opinion_draft import summary
from synthesis.opinion_groups import Answers
from synthesis.opinions.engine import Vote, find_groups
from synthesis.rules import FEWEST_PEOPLE


def two_camps(people: int = 60, statements: int = 12, seed: int = 1) -> list[Vote]:
    """Half agree with the even statements and reject the odd ones, half the other way round."""
    draw = random.Random(seed)
    return [
        Vote(f"person-{p}", str(s), 1 if ((p + s) % 2 == 0) ^ (draw.random() < 0.05) else -1)
        for p in range(people)
        for s in range(statements)
    ]


def test_groups_are_kept_with_their_figures_and_without_anybody_s_number() -> None:
    result = find_groups(two_camps())
    kept = summary(result)
    assert [group["size"] for group in kept["groups"]] == [30, 30]
    assert "person-" not in json.dumps(kept)
    for seen in kept["statements"].values():
        assert sum(seen["overall"]) == sum(sum(count) for count in seen["groups"].values()) == 60


def test_a_statement_that_few_of_a_group_answered_shows_no_group_figures_at_all() -> None:
    votes = [v for v in two_camps() if v.statement != "0" or int(v.person[7:]) < 6]
    kept = summary(find_groups(votes))
    assert kept["groups"]
    assert kept["statements"]["0"]["groups"] == {}


def test_the_map_shows_no_place_of_fewer_than_five_people() -> None:
    drawn = summary(find_groups(two_camps()))["map"]
    assert all(n >= FEWEST_PEOPLE for _letter, _x, _y, n in drawn["cells"])
    shown = sum(n for *_where, n in drawn["cells"])
    assert shown + drawn["not_drawn"] == 60
    for at in drawn["centres"].values():
        assert all(0 <= share <= 1 for share in at)


def test_votes_without_camps_give_no_groups_and_the_reason() -> None:
    draw = random.Random(4)
    votes = [Vote(f"p{p}", str(s), draw.choice([1, -1])) for p in range(40) for s in range(10)]
    kept = summary(find_groups(votes))
    assert kept["groups"] == []
    assert kept["quality"]["because"]
    assert kept["map"] == {}


def test_a_share_comes_with_the_range_that_its_number_of_answers_allows() -> None:
    # Wilson's interval for 5 of 10, worked by hand: .2366 to .7634.
    low, high = Answers(5, 5, 0).between("agree")
    assert (round(low, 4), round(high, 4)) == (0.2366, 0.7634)
    assert Answers(0, 0, 0).between("agree") == (0.0, 1.0)
    wide = Answers(3, 2, 0).between("agree")
    narrow = Answers(300, 200, 0).between("agree")
    assert narrow[1] - narrow[0] < wide[1] - wide[0]
