"""A theme's answer given to all its proposals: previewed, given, corrected, taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from civic import clock
from civic.db import begin_write, commit, db
from civic.notifications.models import Notice
from proposals import actions as proposals
from proposals.models import OfficialAnswer, Proposal, Stage
from synthesis import actions
from synthesis.answering import jobs
from synthesis.answering.queries import batches_of
from synthesis.figures import theme_lines
from synthesis.models import Decision
from tests.conftest import CheckedClient
from tests.factories import Factories


class Desk:
    """A published synthesis of one theme: four proposals, one answered and one withdrawn."""

    def __init__(self, make: Factories, signed_in: Callable[..., CheckedClient]) -> None:
        self.space, self.author = make.space(), make.account()
        self.held = [make.proposal(self.space, self.author, f"Vélo {n}") for n in range(4)]
        self.official = make.official(self.space)
        self.synthesis = make.synthesis(self.space, {"Vélos": self.held}, published=True)
        self.theme = theme_lines(self.synthesis)[0].theme
        begin_write()
        proposals.answer(self.held[0], self.official, Stage.REJECTED, "Déjà dit.", True)
        proposals.withdraw(self.held[1], self.author, "Je change d’avis.")
        commit()
        root = f"/spaces/{self.space.slug}/synthesis"
        self.url = f"{root}/workshop/1/themes/{self.theme.id}/answers"
        self.browser = signed_in(self.official)

    def decide(self, decision: Decision = Decision.PARTIAL) -> None:
        begin_write()
        actions.answer(
            self.theme, self.official, decision, "Cet hiver.", self.synthesis.turn
        )  # fmt: skip
        commit()

    def give(self, *left_out: Proposal) -> Any:
        form = self.browser.get(self.url).page.form(self.url)
        return self.browser.post(self.url, data=form | {"left_out": [p.id for p in left_out]})

    def undo(self) -> Any:
        page = self.browser.get(self.url).page
        (form,) = page.soup.select("form[action$='/undo']")
        return self.browser.post(form["action"], data=page.form(form["action"]))

    def stages(self) -> list[Stage]:
        db.session.expire_all()
        return [p.stage for p in self.held]


@pytest.fixture
def desk(make: Factories, signed_in: Callable[..., CheckedClient]) -> Desk:
    return Desk(make, signed_in)


def told(verb: str) -> list[int | None]:
    return sorted(db.session.scalars(select(Notice.about_id).where(Notice.verb == verb)))


def test_each_waiting_proposal_gets_the_answer_and_the_others_keep_theirs(desk: Desk) -> None:
    desk.decide()
    page = desk.browser.get(desk.url).page
    assert "Cet hiver." in page.text
    assert len(page.soup.select("input[name='left_out']")) == 2
    assert desk.give().status_code == 303
    assert desk.stages() == [Stage.REJECTED, Stage.WITHDRAWN, Stage.ACCEPTED, Stage.ACCEPTED]
    page = desk.browser.get(f"/spaces/{desk.space.slug}/proposals/{desk.held[2].id}").page
    assert "Acceptée en partie." in page.text
    assert any(f"/themes/{desk.theme.id}" in link for link in page.links()), "it leads back"
    assert told("proposals.answered") == [p.id for p in (desk.held[0], *desk.held[2:])]


def test_what_is_left_out_waits_and_an_empty_batch_is_refused(desk: Desk) -> None:
    desk.decide(Decision.EVALUATING)
    assert desk.give(desk.held[3]).status_code == 303
    assert desk.stages()[2:] == [Stage.EVALUATING, Stage.NOT_ANSWERED]
    refused = desk.give(desk.held[3])
    assert refused.status_code == 422
    assert refused.page.soup.find(id=f"out-{desk.held[3].id}").has_attr("checked")


def test_undoing_gives_back_what_was_there_and_spares_what_was_corrected_since(
    desk: Desk,
) -> None:
    desk.decide()
    desk.give()
    begin_write()
    proposals.answer(desk.held[3], desk.official, Stage.REJECTED, "Pas celle-ci.", True)
    commit()
    assert desk.undo().status_code == 303
    assert desk.stages() == [
        Stage.REJECTED, Stage.WITHDRAWN, Stage.NOT_ANSWERED, Stage.REJECTED,
    ]  # fmt: skip
    assert desk.held[2].answer is None
    assert desk.held[2].id not in told("proposals.answered"), "nobody had read it"
    assert not desk.browser.get(desk.url).page.soup.select("form[action$='/undo']")


def test_whoever_had_read_the_answer_is_told_that_it_is_taken_back(desk: Desk) -> None:
    desk.decide()
    desk.give()
    begin_write()
    for notice in db.session.scalars(select(Notice).where(Notice.about_id == desk.held[2].id)):
        notice.read_at = clock.now()
    commit()
    desk.undo()
    assert told("proposals.answer_taken_back") == [desk.held[2].id]


def test_after_a_day_answers_are_corrected_one_by_one(desk: Desk) -> None:
    desk.decide()
    desk.give()
    begin_write()
    (line,) = batches_of(desk.theme)
    assert (line.chosen, line.answered) == (2, 2)
    line.batch.done_at = clock.now() - timedelta(days=2)
    commit()
    assert not desk.browser.get(desk.url).page.soup.select("form[action$='/undo']")
    late = desk.browser.submit(f"{desk.url}/{line.batch.id}/undo", {})
    assert late.status_code == 403
    assert desk.stages()[2] is Stage.ACCEPTED


def test_the_job_run_twice_answers_once(desk: Desk) -> None:
    desk.decide()
    desk.give()
    (line,) = batches_of(desk.theme)
    number = line.batch.job_id
    assert number
    before = db.session.scalars(select(OfficialAnswer.at)).all()
    jobs.give(number, line.batch.id)
    assert db.session.scalars(select(OfficialAnswer.at)).all() == before


def test_without_a_decision_or_for_another_theme_nothing_is_given(
    desk: Desk, make: Factories, signed_in: Callable[..., CheckedClient]
) -> None:
    page = desk.browser.get(desk.url).page
    assert not page.soup.select("main form[method='post']")
    assert desk.browser.submit(desk.url, {"turn": desk.synthesis.turn}).status_code == 403
    assert signed_in(desk.author).get(desk.url).status_code == 404
