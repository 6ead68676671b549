"""Opinion groups of real conversations: published clusters are found again, counts are exact."""

from __future__ import annotations

import random

import pytest
from sklearn.metrics import adjusted_rand_score

from benchmarks.opinions import DATA, folders
from synthesis.opinions.engine import find_groups
from synthesis.opinions.reading import read_export
from synthesis.opinions.result import OpinionsResult

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not (DATA / "polis").exists(), reason=f"no Polis exports in {DATA}"),
]
FLOORS = {"bg2050-volunteers": 0.85, "scoop-hivemind.biodiversity": 0.85, "vtaiwan.uberx": 0.75}


def groups_of(result: OpinionsResult) -> dict[str, str]:
    return {member: group.letter for group in result.groups for member in group.members}


@pytest.mark.parametrize("name", FLOORS)
def test_the_groups_of_the_export_are_found_again(name: str) -> None:
    folder = next(path for path in folders() if path.name == name)
    said = read_export(folder)
    result = find_groups(said.votes, statements=said.statements, removed=said.removed)
    found = groups_of(result)
    both = [person for person in said.reference_groups if person in found]
    agreement = adjusted_rand_score(
        [said.reference_groups[person] for person in both], [found[person] for person in both]
    )
    assert agreement >= FLOORS[name]
    assert min(group.size for group in result.groups) >= 5


def test_figures_are_counts_of_votes_and_order_changes_nothing() -> None:
    folder = next(path for path in folders() if path.name == "bg2050-volunteers")
    said = read_export(folder)
    result = find_groups(said.votes, statements=said.statements, removed=said.removed)
    shuffled = random.Random(4).sample(said.votes, len(said.votes))
    again = find_groups(shuffled, statements=said.statements, removed=said.removed)
    assert again.digest == result.digest
    last = {(vote.person, vote.statement): vote.value for vote in said.votes}
    for statement, contrast in list(result.statements.items())[:60]:
        values = [value for (_who, what), value in last.items() if what == statement]
        assert contrast.overall.agree == values.count(1)
        assert contrast.overall.disagree == values.count(-1)
        assert contrast.overall.passed == values.count(0)
