"""The works of a funded project: stages with dates, a history, and each person told once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from civic import clock
from civic.db import begin_write, commit
from civic.errors import Invalid, NotAllowed
from civic.notifications.models import Notice
from tests.actions.budgets.test_budgets import finished
from tests.factories import Factories
from votes.actions import support
from votes.budgets import actions, queries, rules
from votes.budgets.models import Project, Stage, Study
from votes.budgets.works.actions import tell, today

DAY = date(2027, 3, 1)


@pytest.fixture
def funded(make: Factories) -> tuple[Project, list[int]]:
    """A funded project of two proposals, and those to tell: two authors, three supporters."""
    budget = make.budget(opened=False)
    proposals = [make.proposal(budget.space), make.proposal(budget.space)]
    supporters = [make.account() for _n in range(3)]
    official = make.official(budget.space)
    begin_write()
    for person in supporters:
        support(proposals[0], person)
    support(proposals[1], supporters[0])
    project = actions.add_project(
        budget, official, budget.town[0], "Une fontaine", "", [p.id for p in proposals]
    )
    actions.study(project, official, Study.FEASIBLE, 30, "")
    actions.open_vote(budget, official)
    commit()
    finished(make, budget, {"Toute la ville": [["o4"]] * 3})
    people = {p.author_id for p in proposals} | {person.id for person in supporters}
    return project, sorted(people)


def told(db: Any) -> list[tuple[int, str]]:
    rows = db.scalars(select(Notice).where(Notice.verb == "votes.works")).all()
    return sorted((row.account_id, row.details["stage"]) for row in rows)


def news(make: Factories, project: Project, stage: Stage, words: str = "", **given: Any) -> None:
    by = make.official(project.budget.space)
    begin_write()
    tell(project, by, stage, given.get("since", today()), given.get("delivery"), words)
    commit()


def test_authors_and_supporters_are_told_once_for_each_stage(
    make: Factories, db: Any, funded: tuple[Project, list[int]]
) -> None:
    project, people = funded
    news(make, project, Stage.PLANNED)
    assert told(db) == [(who, "planned") for who in people], "once, though two proposals meet"
    news(make, project, Stage.PLANNED, "Le conseil a voté le crédit.")
    assert len(told(db)) == len(people)
    news(make, project, Stage.WORKS)
    news(make, project, Stage.STUDIES, "Le sol doit être étudié de nouveau.")
    news(make, project, Stage.WORKS, "")
    assert told(db) == sorted(
        (who, stage) for who in people for stage in ("planned", "studies", "works")
    )
    assert [step.stage for step in project.steps] == [
        Stage.PLANNED, Stage.PLANNED, Stage.WORKS, Stage.STUDIES, Stage.WORKS,
    ]  # fmt: skip
    assert project.stage is Stage.WORKS


def test_a_project_is_abandoned_with_a_reason_and_may_come_back_with_one(
    make: Factories, funded: tuple[Project, list[int]]
) -> None:
    project, _people = funded
    news(make, project, Stage.STUDIES)
    with pytest.raises(Invalid):
        news(make, project, Stage.ABANDONED)
    news(make, project, Stage.ABANDONED, "Le sol est pollué.")
    with pytest.raises(Invalid):
        news(make, project, Stage.STUDIES)
    news(make, project, Stage.STUDIES, "Un autre terrain est trouvé.")
    assert project.stage is Stage.STUDIES


@pytest.mark.parametrize(
    ("before", "stage", "words", "allowed"),
    [
        (None, Stage.PLANNED, "", True),
        (None, Stage.DELIVERED, "", True),
        (None, Stage.ABANDONED, "", False),
        (None, Stage.ABANDONED, "Trop cher.", True),
        (Stage.PLANNED, Stage.PLANNED, "", False),
        (Stage.PLANNED, Stage.PLANNED, "Du nouveau.", True),
        (Stage.PLANNED, Stage.WORKS, "", True),
        (Stage.WORKS, Stage.STUDIES, "", False),
        (Stage.WORKS, Stage.STUDIES, "Une fouille.", True),
        (Stage.ABANDONED, Stage.PLANNED, "", False),
        (Stage.DELIVERED, Stage.WORKS, "", False),
        (Stage.DELIVERED, Stage.WORKS, "Une malfaçon.", True),
    ],
)
def test_news_need_words_where_people_would_ask_why(
    before: Stage | None, stage: Stage, words: str, allowed: bool
) -> None:
    assert bool(rules.may_step(before, stage, DAY, None, words, DAY)) is allowed


def test_days_are_held_against_the_calendar() -> None:
    later = DAY + timedelta(days=1)
    assert not rules.may_step(None, Stage.WORKS, later, None, "", DAY)
    assert not rules.may_step(None, Stage.WORKS, DAY, DAY - timedelta(days=1), "", DAY)
    assert rules.may_step(None, Stage.WORKS, DAY, later, "", DAY)


def test_works_are_told_of_funded_projects_alone_and_after_the_publication(
    make: Factories, funded: tuple[Project, list[int]]
) -> None:
    project, _people = funded
    missed = next(p for p in queries.projects_of(project.budget) if p.outcome == "missed")
    with pytest.raises(NotAllowed):
        news(make, missed, Stage.PLANNED)
    waiting = queries.projects_of(make.budget())[0]
    with pytest.raises(NotAllowed):
        news(make, waiting, Stage.PLANNED)


def test_the_history_cannot_be_rewritten(
    make: Factories, db: Any, funded: tuple[Project, list[int]]
) -> None:
    news(make, funded[0], Stage.PLANNED)
    for tampering in ("UPDATE works_step SET stage = 'delivered'", "DELETE FROM works_step"):
        with pytest.raises(DatabaseError):
            db.execute(text(tampering))
        db.rollback()


def test_a_hidden_proposal_is_in_no_notice(
    make: Factories, db: Any, funded: tuple[Project, list[int]]
) -> None:
    project, _people = funded
    sources = queries.sources_of([project])[project.id]
    make.hidden(sources[0])
    with clock.at(clock.now()):
        news(make, project, Stage.PLANNED)
    rows = db.scalars(select(Notice).where(Notice.verb == "votes.works")).all()
    assert {row.about_id for row in rows} == {sources[1].id}
