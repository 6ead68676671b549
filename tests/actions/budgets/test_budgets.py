"""Projects, their study, the opening, the count of each envelope, and its recount."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from civic import clock
from civic.db import begin_write, commit
from civic.errors import Invalid, NotAllowed
from civic.notifications.models import Notice
from civic.settings import ROOT
from tests.factories import Factories
from votes import recount_budget
from votes.ballots.casting import BallotRefusedError, read
from votes.ballots.models import Act, State as BallotState
from votes.budgets import actions, checks, queries, rules, telling
from votes.budgets.bundle import bundle_of
from votes.budgets.models import Budget, Project, State, Study

Votes = dict[str, list[list[str]]]


def faults() -> list[str]:
    every = (checks._definitions, checks._places, checks._spending)
    return [fault for check in every for fault in check()]


def finished(make: Factories, budget: Budget, votes: Votes) -> Budget:
    """People vote in the named envelopes; everything is sealed and published."""
    for envelope in budget.envelopes:
        for content in votes.get(envelope.name, []):
            make.vote(envelope.ballot, content)
    first, second = make.official(budget.space), make.official(budget.space)
    with clock.at(budget.closes_at + timedelta(seconds=1)):
        begin_write()
        assert actions.seal(budget, first) == len(budget.envelopes)
        assert actions.ask(budget, first, Act.PUBLISH, "Le bureau a signé.") == len(
            budget.envelopes
        )
        assert actions.confirm(budget, first, Act.PUBLISH) == 0, "not what one asked oneself"
        assert actions.confirm(budget, second, Act.PUBLISH) == len(budget.envelopes)
        commit()
    return budget


def chosen(budget: Budget) -> dict[str, list[str]]:
    return {e.name: e.ballot.result["selected"] for e in budget.envelopes}


def test_each_envelope_is_counted_by_itself(make: Factories) -> None:
    budget = finished(make, make.budget(), {
        "Toute la ville": [["o1"], ["o1"], ["o2"]],
        "Nord": [["o3"]] * 2 + [["o2", "o3"]],
        "Sud": [],
    })  # fmt: skip
    assert chosen(budget) == {"Toute la ville": ["o1"], "Nord": ["o2", "o3"], "Sud": []}
    outcomes = {p.name: p.outcome for p in queries.projects_of(budget)}
    assert outcomes["Toute la ville 1"] == "funded"
    assert outcomes["Toute la ville 2"] == "missed"
    assert outcomes["Nord 3"] == "funded"
    assert faults() == []


@pytest.mark.parametrize("rule", ["budget-greedy", "equal-shares"])
def test_every_project_has_a_sentence_that_says_why(make: Factories, rule: str) -> None:
    budget = finished(make, make.budget(rule=rule), {
        "Toute la ville": [["o1"]] * 5 + [["o2"]] * 4 + [["o2", "o3"], []],
    })  # fmt: skip
    ballot = budget.town[0].ballot
    said = telling.reasons(ballot)
    assert set(said) == {"o1", "o2", "o3"}
    for key, sentence in said.items():
        is_funded = sentence.startswith(("Funded", "Financé"))
        assert is_funded == (key in ballot.result["selected"]), sentence
    spent, left = telling.spent(budget.town[0].ballot.result)
    assert spent + left == 100


def test_what_is_left_over_is_spent_too_under_equal_shares(make: Factories) -> None:
    # Two voters of five hold 40: o1 costs 60. Alone, Equal Shares would fund nothing.
    budget = finished(make, make.budget(rule="equal-shares"), {
        "Toute la ville": [["o1"], ["o1"], [], [], ["o2"], ["o3"], ["o3"]],
    })  # fmt: skip
    assert budget.town[0].ballot.result["selected"]
    assert budget.town[0].ballot.result["rule"]["options"]["completion"] == "utilitarian"


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    costs=st.lists(st.integers(1, 100), min_size=2, max_size=4),
    rule=st.sampled_from(["budget-greedy", "equal-shares"]),
    data=st.data(),
)
def test_no_envelope_is_ever_overspent_and_districts_do_not_mix(
    make: Factories, costs: list[int], rule: str, data: st.DataObject
) -> None:
    budget = make.budget(rule=rule, costs=tuple(costs))
    keys = [f"o{n}" for n in range(1, len(costs) + 1)]
    basket = st.lists(st.sampled_from(keys), unique=True, max_size=len(keys)).filter(
        lambda found: sum(costs[int(key[1:]) - 1] for key in found) <= 100
    )
    votes = {
        name: data.draw(st.lists(basket, max_size=5), label=name)
        for name in ("Toute la ville", "Nord")
    }
    finished(make, budget, votes)
    for envelope in budget.envelopes:
        result = envelope.ballot.result
        assert sum(costs[int(key[1:]) - 1] for key in result["selected"]) <= envelope.amount
        assert result["counts"]["votants"] == len(votes.get(envelope.name, []))
    assert chosen(budget)["Sud"] == [], "votes of the north fund nothing in the south"
    assert faults() == []


def test_a_basket_above_its_own_envelope_is_refused(make: Factories) -> None:
    budget = make.budget()
    ballot = budget.districts[0].ballot
    with pytest.raises(BallotRefusedError):
        read(ballot.sheet, MultiDict([("tick", "o1"), ("tick", "o2")]))
    assert read(ballot.sheet, MultiDict([("tick", "o1"), ("tick", "o3")])) == ["o1", "o3"]


def test_only_feasible_projects_are_offered(make: Factories) -> None:
    budget = make.budget(opened=False)
    official = make.official(budget.space)
    first = queries.projects_of(budget)[0]
    begin_write()
    with pytest.raises(Invalid):
        actions.study(first, official, Study.INFEASIBLE, None, "  ")
    actions.study(first, official, Study.INFEASIBLE, None, "Le terrain est inondable.")
    actions.open_vote(budget, official)
    commit()
    assert [o.name for o in budget.town[0].ballot.options] == [
        "Toute la ville 2",
        "Toute la ville 3",
    ]
    assert budget.state is State.VOTE
    assert all(envelope.ballot.state is BallotState.OPEN for envelope in budget.envelopes)
    with pytest.raises(NotAllowed):
        actions.study(first, official, Study.FEASIBLE, 10, "")


def test_what_stands_in_the_way_of_the_vote_is_said(make: Factories) -> None:
    budget = make.budget(opened=False)
    official = make.official(budget.space)
    projects = queries.projects_of(budget)
    begin_write()
    actions.study(projects[0], official, Study.WAITING, None, "")
    actions.study(projects[3], official, Study.INFEASIBLE, None, "Non.")
    actions.study(projects[4], official, Study.INFEASIBLE, None, "Non.")
    commit()
    found = " ".join(rules.obstacles(budget, queries.projects_of(budget), 5, clock.now()))
    assert "Toute la ville 1" in found
    assert "Nord" in found
    assert "Sud" not in found
    with pytest.raises(NotAllowed):
        actions.open_vote(budget, official)


def test_a_project_that_costs_more_than_its_envelope_is_not_feasible(make: Factories) -> None:
    budget = make.budget(opened=False)
    project = queries.projects_of(budget)[0]
    official = make.official(budget.space)
    for cost in (None, 0, 101):
        with pytest.raises(Invalid):
            actions.study(project, official, Study.FEASIBLE, cost, "")


def with_sources(make: Factories, **given: Any) -> tuple[Budget, Project, list[Any]]:
    """A budget with one project from two proposals; supporters of both overlap."""
    budget = make.budget(opened=False, **given)
    proposals = [make.proposal(budget.space), make.proposal(budget.space)]
    official = make.official(budget.space)
    begin_write()
    project = actions.add_project(
        budget, official, budget.town[0], "Une fontaine", "De l’eau.", [p.id for p in proposals]
    )
    commit()
    return budget, project, proposals


def test_a_project_comes_from_public_proposals_of_its_space_once_each(
    make: Factories, db: Any
) -> None:
    budget, project, proposals = with_sources(make)
    official = make.official(budget.space)
    elsewhere, draft = make.proposal(), make.proposal(budget.space, published=False)
    comment = make.comment(proposals[0])
    for number in (elsewhere.id, draft.id, comment.id, proposals[0].id, 999_999):
        begin_write()
        with pytest.raises(Invalid):
            actions.add_project(budget, official, budget.town[0], "Autre projet", "", [number])
        db.rollback()
    assert queries.source_ids(project) == sorted(p.id for p in proposals)
    assert not set(proposals) & set(db.scalars(queries.candidates(budget)).all())
    make.hidden(proposals[1])
    assert queries.sources_of([project]) == {project.id: [proposals[0]]}


def test_authors_are_told_what_the_study_found_once(make: Factories, db: Any) -> None:
    budget, project, proposals = with_sources(make)
    official = make.official(budget.space)
    for reason in ("Le sol est pollué.", "Le sol est très pollué."):
        begin_write()
        actions.study(project, official, Study.INFEASIBLE, None, reason)
        commit()
    told = db.scalars(select(Notice).where(Notice.verb == "votes.studied")).all()
    assert sorted(n.account_id for n in told) == sorted(p.author_id for p in proposals)
    assert project.reason == "Le sol est très pollué."


def test_a_project_that_was_studied_is_not_removed(make: Factories, db: Any) -> None:
    budget, project, _proposals = with_sources(make)
    official = make.official(budget.space)
    studied = queries.projects_of(budget)[0]
    begin_write()
    with pytest.raises(NotAllowed):
        actions.remove_project(studied, official)
    actions.remove_project(project, official)
    commit()
    assert project.id not in {p.id for p in queries.projects_of(budget)}


def test_an_envelope_with_projects_is_not_dropped_and_the_others_change(make: Factories) -> None:
    budget = make.budget(opened=False)
    official = make.official(budget.space)
    plans = [actions.EnvelopePlan("Nord", 70), actions.EnvelopePlan("Est", 10)]
    begin_write()
    with pytest.raises(Invalid):
        actions.redraft(budget, official, budget.title, budget.rule, plans)
    plans += [actions.EnvelopePlan("Sud", 80), actions.EnvelopePlan("Toute la ville", 90, True)]
    actions.redraft(budget, official, "Un autre titre", budget.rule, plans)
    commit()
    assert [(e.name, e.amount) for e in budget.envelopes] == [
        ("Nord", 70), ("Est", 10), ("Sud", 80), ("Toute la ville", 90),
    ]  # fmt: skip
    assert len(queries.projects_of(budget)) == 9


def test_a_project_stays_in_its_budget(make: Factories, db: Any) -> None:
    one, other = make.budget(opened=False), make.budget(opened=False)
    db.add(Project(budget_id=one.id, envelope_id=other.town[0].id, name="Ailleurs",
                   created_at=clock.now()))  # fmt: skip
    with pytest.raises(IntegrityError):
        db.flush()
    db.rollback()


def test_a_changed_definition_is_found(make: Factories, db: Any) -> None:
    budget = make.budget()
    assert faults() == []
    budget.envelopes[0].name = "Ailleurs"
    with db.no_autoflush:
        assert list(checks._definitions()) == [
            f"budget {budget.id}: its definition has changed since the opening"
        ]
    db.rollback()


@pytest.fixture
def bundle(make: Factories, tmp_path: Path) -> Path:
    """The bundle of a budget: eleven voted in the town, two in the north, nobody in the south."""
    budget = finished(make, make.budget(), {
        "Toute la ville": [["o1"]] * 6 + [["o2"]] * 5, "Nord": [["o1"]] * 2,
    })  # fmt: skip
    path = tmp_path / "budget.zip"
    path.write_bytes(bundle_of(budget))
    assert path.read_bytes() == bundle_of(budget), "always the same bytes"
    return path


def test_a_stranger_counts_every_envelope_again(bundle: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "votes.recount_budget", str(bundle)], cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Toute la ville (100): Toute la ville 1" in done.stdout
    assert "Nord: these ballots are not published" in done.stdout
    assert "Sud: these ballots are not published" in done.stdout


@pytest.mark.parametrize(
    ("file", "before", "after", "fault"),
    [
        ("urne-1.jsonl", '["o1"]', '["o2"]', "not the file that the bundle names"),
        ("urne-1.jsonl", '["o1"]', '["o2"]', "line 2"),
        ("budget.json", '"amount": 100', '"amount": 50', "the sum is 100, not 50"),
        ("budget.json", "Toute la ville 1", "Toute la ville 2", "names other projects"),
    ],
)
def test_what_was_changed_in_a_bundle_is_named(
    bundle: Path, file: str, before: str, after: str, fault: str
) -> None:
    with zipfile.ZipFile(bundle) as read_from:
        files = {name: read_from.read(name).decode() for name in read_from.namelist()}
    assert before in files[file]
    files[file] = files[file].replace(before, after)
    with zipfile.ZipFile(bundle, "w") as written_to:
        for name, text in files.items():
            written_to.writestr(name, text)
    assert any(fault in found for found in recount_budget.faults(bundle))


def test_a_bundle_without_an_envelope_or_of_another_kind_is_refused(
    bundle: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(bundle) as read_from:
        manifest = json.loads(read_from.read("budget.json"))
        assert manifest["envelopes"][0]["file"] == "urne-1.jsonl"
    empty = tmp_path / "other.zip"
    with zipfile.ZipFile(empty, "w") as written_to:
        written_to.writestr("budget.json", json.dumps(manifest))
    assert list(recount_budget.faults(empty))
    (tmp_path / "text.zip").write_text("not a zip")
    assert list(recount_budget.faults(tmp_path / "text.zip"))
    assert recount_budget.main([]) == 2
