"""Published results: sentences, table, picture; and what a small box keeps to itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import Factories
from tests.views.ballots.test_pages import GIVEN, address, finish
from votes.ballots.models import Ballot

GRADED = [{"o1": "Bien", "o2": "Passable", "o3": "À rejeter"},
          {"o1": "Passable", "o2": "Passable", "o3": "Bien"}]  # fmt: skip
CAST: dict[str, list[Any]] = {
    "plurality": [["o1"], ["o1"], ["o2"]],
    "two-rounds": [["o1"], ["o2"], ["o3"]],
    "approval": [["o1", "o2"], ["o2"], ["o3"]],
    "points": [{"o1": 6, "o2": 4}, {"o2": 10}],
    "borda": [["o1", "o2"], ["o2", "o1", "o3"], ["o1"]],
    "irv": [["o1"], ["o2", "o1"], ["o3", "o2"], ["o2"], ["o1", "o3"]],
    "stv-scottish": [["o1", "o2"], ["o2", "o1"], ["o3", "o2"], ["o1", "o3"]],
    "schulze": [["o1", "o2", "o3"], ["o2", "o3", "o1"], ["o1", "o3"]],
    "ranked-pairs": [["o1", "o2", "o3"], ["o2", "o3", "o1"], ["o1", "o3"]],
    "majority-judgment": GRADED,
    "usual-judgment": GRADED,
    "budget-greedy": [["o1"], ["o1", "o3"], ["o2"]],
    "equal-shares": [["o1"], ["o1", "o3"], ["o2"]],
}
PICTURES = {
    "irv": "sankey", "stv-scottish": "sankey", "schulze": "duels", "ranked-pairs": "duels",
    "majority-judgment": "profile", "usual-judgment": "profile", "budget-greedy": "spent",
    "equal-shares": "spent",
}  # fmt: skip


def published(make: Factories, rule: str, voters: int) -> Ballot:
    given = GIVEN.get(rule, {}) | ({"seats": 2} if rule == "stv-scottish" else {})
    ballot = make.ballot(rule=rule, **given)
    for n in range(voters):
        make.vote(ballot, CAST[rule][n % len(CAST[rule])])
    finish(make, ballot)
    return ballot


@pytest.mark.parametrize("rule", CAST)
def test_each_rule_shows_its_picture_after_the_table(
    make: Factories, client: Any, rule: str
) -> None:
    ballot = published(make, rule, 13)
    soup = client.get(address(ballot)).page.soup
    section = soup.find(attrs={"aria-labelledby": "result"})
    figure = section.find("figure", class_="picture")
    assert figure.find("figcaption").get_text(strip=True)
    assert figure.find(class_=PICTURES.get(rule, "bar__drawing"))
    assert figure in section.find("table").find_all_next("figure")
    drawn = figure.find("svg", role="img")
    assert drawn is None or drawn.find("title").get_text(strip=True)
    assert len(section.find("tbody").find_all("tr")) == 3
    assert ("Pourquoi" in section.get_text()) == (rule in ("budget-greedy", "equal-shares"))


@pytest.mark.parametrize("rule", ["irv", "stv-scottish", "schulze", "majority-judgment",
                                  "equal-shares"])  # fmt: skip
def test_fewer_than_ten_ballots_show_no_cross_tables_and_no_ballots(
    make: Factories, client: Any, rule: str
) -> None:
    ballot = published(make, rule, 9)
    page = client.get(address(ballot)).page
    section = page.soup.find(attrs={"aria-labelledby": "result"})
    assert not section.find(class_=["sankey", "duels", "profile"])
    assert not section.find("details")
    assert "Moins de dix personnes" in page.text
    assert client.get(f"{address(ballot)}/ballots.jsonl").status_code in (403, 409)
    told = client.get(f"{address(ballot)}/result.json").json
    assert "stages" not in told
    assert not {"pairwise", "profiles", "purchases", "not_funded", "locked", "strongest_paths"} & (
        told["trace"].keys()
    )
    assert told["ranking"]
    assert told["counts"]["votants"] == 9


def test_a_budget_says_why_each_project_is_in_or_out(make: Factories, client: Any) -> None:
    ballot = published(make, "budget-greedy", 12)
    text = client.get(address(ballot)).page.text
    assert "Pourquoi celui-ci, pourquoi pas celui-là" in text
    assert "8 voix ; il coûte 60 €, et il restait 100 € du budget." in text.replace("\u202f", " ")
    assert "quand son tour est venu" in text


def test_quorum_and_threshold_are_told_with_what_they_ask_for(make: Factories, client: Any) -> None:
    share = {"quorum_top": 1, "quorum_bottom": 2, "quorum_base": "inscrits",
             "threshold_top": 1, "threshold_bottom": 2, "threshold_base": "exprimés",
             "threshold_strict": True}  # fmt: skip
    ballot = make.ballot(**share)
    for n in range(10):
        make.vote(ballot, ["o1"] if n < 6 else [])
    finish(make, ballot)
    text = client.get(address(ballot)).page.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Quorum : il fallait" in text
    assert "Seuil : il fallait 4 voix ; il est atteint." in text, "more than half of six exprimés"
    assert "4 bulletins blancs" in text
