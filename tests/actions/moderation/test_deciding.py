"""Reports, cases and decisions: fair to authors, reporters and readers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from civic import clock
from civic.checking import faults
from civic.contributions.models import State
from civic.contributions.queries import count_of, search
from civic.db import begin_write, commit
from civic.errors import Conflict, NotAllowed, TooMany
from civic.notifications.models import Notice
from civic.outbox.models import Mail
from moderation import actions, queries, rules
from moderation.models import CaseState, Decision, Outcome, Reason
from proposals.models import Proposal
from tests.factories import Factories


@pytest.fixture
def scene(make: Factories) -> Any:
    """A space with two moderators and one text that two people reported."""

    class Scene:
        space = make.space()
        author = make.account("Auteur")
        moderator = make.moderator(space)
        other = make.moderator(space)
        reporter, second_reporter, stranger = (make.account() for _n in range(3))
        official = make.official(space)
        from_elsewhere = make.moderator(make.space())
        proposal = make.proposal(space, author, title="Une idée rude")
        own = make.proposal(space, moderator)

    begin_write()
    assert actions.report(Scene.proposal, Scene.reporter, Reason.INSULT, "« idiot »")
    assert actions.report(Scene.proposal, Scene.second_reporter, Reason.HATE)
    commit()
    begin_write()
    Scene.case = queries.case_of(Scene.proposal)
    return Scene


def hide(scene: Any, by: Any = None) -> Decision:
    return actions.decide(
        scene.case, by or scene.moderator, Outcome.HIDE, scene.case.turn, Reason.INSULT,
        "« idiot » vise une personne.",
    )  # fmt: skip


def verbs_for(db: Any, account: Any) -> list[str]:
    statement = select(Notice.verb).where(Notice.account_id == account.id)
    return [verb for verb in db.scalars(statement) if verb.startswith("moderation.")]


def test_reports_on_one_version_are_one_case(scene: Any) -> None:
    assert scene.case.report_count == 2
    assert scene.case.urgency == 1, "one of the reasons is urgent"
    assert [r.words for r in queries.reports_of(scene.case)] == ["« idiot »", ""]


def test_the_moderators_are_told_once_per_case(scene: Any, db: Any) -> None:
    assert verbs_for(db, scene.moderator) == ["moderation.reported"]


def test_a_person_reports_a_version_once(scene: Any) -> None:
    assert not actions.report(scene.proposal, scene.reporter, Reason.SPAM)
    assert scene.case.report_count == 2


def test_nobody_reports_their_own_text(scene: Any) -> None:
    with pytest.raises(NotAllowed):
        actions.report(scene.proposal, scene.author, Reason.SPAM)


def test_reporting_everything_in_sight_is_slowed_down(scene: Any, make: Factories) -> None:
    angry = make.account()
    texts = [make.proposal(scene.space) for _n in range(rules.REPORTS_PER_HOUR + 1)]
    begin_write()
    for text in texts[:-1]:
        actions.report(text, angry, Reason.SPAM)
    with pytest.raises(TooMany):
        actions.report(texts[-1], angry, Reason.SPAM)


def test_a_hidden_text_leaves_every_count_and_list_at_once(scene: Any, db: Any) -> None:
    before = count_of(scene.space, Proposal)
    hide(scene)
    assert scene.proposal.state is State.HIDDEN
    assert count_of(scene.space, Proposal) == before - 1
    found = search("rude")
    assert found is not None
    assert scene.proposal not in db.scalars(found).all()


def test_the_author_is_told_why_by_notice_and_by_mail(scene: Any, db: Any) -> None:
    hide(scene)
    assert verbs_for(db, scene.author) == ["moderation.decided"]
    mail = db.scalars(select(Mail).where(Mail.to == scene.author.email)).one()
    assert "« idiot » vise une personne." in mail.body
    assert f"/contributions/{scene.proposal.id}/decision" in mail.body


def test_the_author_never_learns_who_reported(scene: Any, db: Any) -> None:
    hide(scene)
    notice = db.scalars(select(Notice).where(Notice.account_id == scene.author.id)).all()[-1]
    assert str(scene.reporter.id) not in {str(value) for value in notice.details.values()}
    assert notice.by_id is None


def test_those_who_reported_are_told_the_outcome(scene: Any, db: Any) -> None:
    hide(scene)
    assert verbs_for(db, scene.reporter) == ["moderation.settled"]


def test_restoring_brings_back_exactly_what_was_hidden(scene: Any) -> None:
    before = count_of(scene.space, Proposal)
    hide(scene)
    actions.decide(scene.case, scene.other, Outcome.RESTORE, scene.case.turn)
    assert scene.proposal.is_visible
    assert count_of(scene.space, Proposal) == before
    assert [d.outcome for d in queries.decisions_on(scene.proposal)] == ["restore", "hide"]


@pytest.mark.parametrize("reason", rules.EXPLAINED)
def test_some_reasons_must_be_explained_to_the_author(scene: Any, reason: Reason) -> None:
    with pytest.raises(NotAllowed):
        actions.decide(scene.case, scene.moderator, Outcome.HIDE, 0, reason, "  ")


def test_nobody_decides_on_their_own_text_or_on_what_they_reported(scene: Any) -> None:
    case = actions.open_case(scene.own)
    with pytest.raises(NotAllowed):
        actions.decide(case, scene.moderator, Outcome.KEEP, case.turn)
    actions.report(scene.proposal, scene.other, Reason.HATE)
    with pytest.raises(NotAllowed):
        hide(scene, by=scene.other)


def test_officials_and_moderators_of_elsewhere_decide_nothing(scene: Any) -> None:
    for stranger in (scene.official, scene.from_elsewhere, scene.stranger):
        with pytest.raises(NotAllowed):
            hide(scene, by=stranger)


def test_of_two_moderators_at_once_one_decides(scene: Any, db: Any) -> None:
    seen = scene.case.turn
    hide(scene)
    with pytest.raises(Conflict):
        actions.decide(scene.case, scene.other, Outcome.KEEP, seen)
    assert len(queries.decisions_on(scene.proposal)) == 1


def test_a_decision_is_about_the_version_that_was_read(scene: Any, db: Any) -> None:
    scene.proposal.version += 1
    db.flush()
    with pytest.raises(Conflict):
        hide(scene)


def test_an_author_contests_once_and_another_moderator_reads_it_again(scene: Any, db: Any) -> None:
    hide(scene)
    actions.contest(scene.case, scene.author, "Je parlais de l’idée.")
    assert scene.case.state is CaseState.CONTESTED
    assert verbs_for(db, scene.other)[-1] == "moderation.contested"
    with pytest.raises(NotAllowed):
        actions.decide(scene.case, scene.moderator, Outcome.RESTORE, scene.case.turn)
    actions.decide(scene.case, scene.other, Outcome.RESTORE, scene.case.turn, words="En effet.")
    assert scene.proposal.is_visible
    with pytest.raises(NotAllowed):
        actions.contest(scene.case, scene.author, "Encore.")


def test_a_decision_can_be_contested_for_six_months(scene: Any) -> None:
    hide(scene)
    late = clock.now() + rules.CONTEST_WITHIN + timedelta(days=1)
    with clock.at(late), pytest.raises(NotAllowed):
        actions.contest(scene.case, scene.author, "Trop tard ?")


def test_every_invariant_holds_after_hiding_and_restoring(scene: Any) -> None:
    hide(scene)
    commit()
    assert not list(faults())
    begin_write()
    actions.decide(scene.case, scene.other, Outcome.RESTORE, scene.case.turn)
    commit()
    assert not list(faults())


def test_a_text_hidden_without_a_decision_is_found(scene: Any) -> None:
    scene.proposal.state = State.HIDDEN
    commit()
    assert "hidden texts have a decision" in {title for title, _fault in faults()}
