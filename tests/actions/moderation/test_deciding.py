"""Reports, cases and decisions: fair to authors, reporters and readers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from civic import clock
from civic.audit import AuditEntry
from civic.checking import faults
from civic.contributions.actions import revise, take_back
from civic.contributions.models import State
from civic.contributions.queries import count_of, search
from civic.db import begin_write, commit
from civic.errors import Conflict, NotAllowed, TooMany
from civic.notifications.models import Notice
from civic.outbox.models import Mail
from deliberations.actions import take_back_comment
from moderation import actions, queries, rules
from moderation.models import Case, CaseState, Decision, Outcome, Reason
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
    assert [r.words for r in queries.reports_on([scene.case])] == ["« idiot »", ""]


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
    texts = [make.proposal(scene.space) for _n in range(rules.REPORTS_PER_DAY + 1)]
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
    actions.restore(scene.case, scene.other, scene.case.turn)
    assert scene.proposal.is_visible
    assert count_of(scene.space, Proposal) == before
    assert [d.outcome for d in queries.decisions_on(scene.proposal)] == ["restore", "hide"]


@pytest.mark.parametrize("reason", [None, *Reason])
def test_a_text_is_not_hidden_without_a_rule_and_words_for_its_author(
    scene: Any, reason: Reason | None
) -> None:
    with pytest.raises(NotAllowed):
        actions.decide(scene.case, scene.moderator, Outcome.HIDE, 0, reason, "  ")
    with pytest.raises(NotAllowed):
        actions.decide(scene.case, scene.moderator, Outcome.HIDE, 0, None, "Parce que.")
    assert scene.proposal.is_visible


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


def test_an_author_contests_once_and_somebody_else_reads_it_again(scene: Any, db: Any) -> None:
    hide(scene)
    actions.contest(scene.proposal, scene.author, "Je parlais de l’idée.")
    assert scene.case.state is CaseState.CONTESTED
    assert verbs_for(db, scene.other)[-1] == "moderation.contested"
    assert verbs_for(db, scene.moderator) == ["moderation.reported"]
    with pytest.raises(NotAllowed):
        actions.restore(scene.case, scene.moderator, scene.case.turn)
    with pytest.raises(NotAllowed, match="Tell the author|Dites"):
        actions.decide(scene.case, scene.other, Outcome.CONFIRM, scene.case.turn)
    actions.decide(
        scene.case, scene.other, Outcome.CONFIRM, scene.case.turn, words="Le mot vise quelqu’un."
    )
    assert scene.proposal.state is State.HIDDEN
    assert scene.case.state is CaseState.DECIDED
    with pytest.raises(NotAllowed):
        actions.contest(scene.proposal, scene.author, "Encore.")


def test_a_new_decision_can_be_contested_anew(scene: Any) -> None:
    hide(scene)
    actions.contest(scene.proposal, scene.author, "Je parlais de l’idée.")
    actions.restore(scene.case, scene.other, scene.case.turn, "En effet.")
    assert scene.proposal.is_visible
    hide(scene, by=scene.other)
    actions.contest(scene.proposal, scene.author, "Vous disiez le contraire hier.")
    pleas = [d.plea.words for d in queries.decisions_on(scene.proposal) if d.plea]
    assert pleas == ["Vous disiez le contraire hier.", "Je parlais de l’idée."]


def test_where_one_moderator_stands_alone_the_administrators_read_it_again(
    make: Factories, db: Any
) -> None:
    space = make.space()
    moderator, administrator = make.moderator(space), make.administrator()
    decision = make.hidden(make.proposal(space), moderator)
    text = decision.case.contribution
    begin_write()
    actions.contest(text, text.author, "Relisez-moi.")
    assert verbs_for(db, administrator)[-1] == "moderation.contested"
    case = db.get(Case, decision.case_id)
    with pytest.raises(NotAllowed, match="Answer|Répondez"):
        actions.restore(case, administrator, case.turn)
    actions.restore(case, administrator, case.turn, "Ce mot ne vise personne.")
    assert text.is_visible


def test_a_decision_can_be_contested_for_six_months(scene: Any) -> None:
    hide(scene)
    late = clock.now() + rules.CONTEST_WITHIN + timedelta(days=1)
    with clock.at(late), pytest.raises(NotAllowed):
        actions.contest(scene.proposal, scene.author, "Trop tard ?")


def test_a_kept_text_comes_back_to_the_queue_for_a_new_reason_alone(
    scene: Any, make: Factories
) -> None:
    third, fourth = make.account(), make.account()
    begin_write()
    actions.decide(scene.case, scene.moderator, Outcome.KEEP, scene.case.turn)
    actions.report(scene.proposal, third, Reason.HATE)
    assert scene.case.state is CaseState.DECIDED, "the same reason was judged already"
    actions.report(scene.proposal, fourth, Reason.PRIVACY, "Un numéro de téléphone.")
    assert scene.case.state is CaseState.OPEN
    assert scene.case.report_count == 4


def edit(scene: Any, body: str = "Une idée dite autrement.") -> None:
    revise(scene.proposal, scene.author, "Une idée", body, scene.proposal.version)


def test_an_edit_does_not_take_a_reported_text_out_of_the_queue(scene: Any, db: Any) -> None:
    edit(scene)
    assert scene.case in db.scalars(queries.queue(scene.space, waiting=True)).all()
    with pytest.raises(Conflict):
        hide(scene)
    decision = actions.decide(
        scene.case, scene.moderator, Outcome.HIDE, scene.case.turn, Reason.INSULT,
        "Le même mot.", version=scene.proposal.version,
    )  # fmt: skip
    assert decision.case.version == scene.proposal.version == 2
    assert scene.case.state is CaseState.DECIDED, "the reports on version 1 are answered too"
    assert verbs_for(db, scene.reporter) == ["moderation.settled"]
    commit()
    assert not list(faults())


def test_what_its_author_took_back_waits_for_nobody(scene: Any, db: Any) -> None:
    take_back(scene.proposal, scene.author)
    assert not db.scalars(queries.queue(scene.space, waiting=True)).all()
    with pytest.raises(NotAllowed):
        hide(scene)


def notice(text: Any, email: str = "passante@example.org", origin: str = "o1") -> str:
    return actions.report_as_visitor(
        text, "Une passante", email, Reason.PRIVACY, "Mon adresse y est.", "fr", origin
    )


def test_a_visitor_gives_notice_and_gets_a_receipt_then_the_answer_by_mail(
    scene: Any, db: Any
) -> None:
    token = notice(scene.own)
    report = queries.visitor_report(token)
    case = report.case
    assert case.urgency == 1
    assert case.report_count == 0, "somebody who is not known counts for no one"
    assert verbs_for(db, scene.other)[-1] == "moderation.reported"
    actions.decide(case, scene.other, Outcome.HIDE, case.turn, Reason.PRIVACY, "Une adresse.")
    letters = db.scalars(select(Mail).where(Mail.to == report.email).order_by(Mail.id)).all()
    assert token in letters[0].body
    assert [report.number in letter.subject for letter in letters] == [True, True]


def test_nobody_floods_the_queue_or_a_mailbox_without_an_account(make: Factories, db: Any) -> None:
    texts = [make.proposal() for _n in range(rules.VISITOR_REPORTS_PER_DAY)]
    begin_write()
    for text in texts:
        notice(text)
    with pytest.raises(TooMany):
        notice(texts[0])
    notice(texts[0], origin="o2")
    sent = db.scalars(select(Mail).where(Mail.to == "passante@example.org")).all()
    assert len(sent) == rules.RECEIPTS_PER_DAY


def test_every_invariant_holds_after_hiding_and_restoring(scene: Any) -> None:
    hide(scene)
    commit()
    assert not list(faults())
    begin_write()
    actions.contest(scene.proposal, scene.author, "Relisez-moi.")
    commit()
    assert not list(faults())
    begin_write()
    actions.restore(scene.case, scene.other, scene.case.turn, "En effet.")
    commit()
    assert not list(faults())


def test_a_text_hidden_without_a_decision_is_found(scene: Any) -> None:
    scene.proposal.state = State.HIDDEN
    commit()
    assert "hidden texts have a decision" in {title for title, _fault in faults()}


def test_a_case_that_says_decided_without_a_decision_is_found(scene: Any) -> None:
    scene.case.state = CaseState.DECIDED
    commit()
    titles = {title for title, _fault in faults()}
    assert titles == {"every case stands where its last decision left it"}


def test_a_reported_text_that_its_author_takes_back_closes_its_case(
    make: Factories, db: Any
) -> None:
    text = make.comment(make.proposal())
    reporter = make.account()
    case, moderator = make.report(text, reporter), make.moderator(text.space)
    begin_write()
    actions.report_as_visitor(
        text, "Une passante", "passante@example.org", Reason.PRIVACY, "Mon adresse.", "fr", "o1"
    )
    actions.claim(case, moderator)
    take_back_comment(text, text.author)
    commit()
    assert case.state is CaseState.CLOSED
    assert queries.claim_on(case) is None
    assert verbs_for(db, reporter) == ["moderation.taken_back"]
    assert not verbs_for(db, text.author)
    letter = db.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert letter.to == "passante@example.org"
    assert "a repris" in letter.body
    entry = db.scalars(select(AuditEntry).where(AuditEntry.act == "moderation.taken_back")).one()
    assert entry.details["cases"] == [case.id]
    assert not queries.waiting_on(text)
    assert not list(faults())


def test_taking_back_a_text_that_was_judged_or_never_reported_says_nothing(
    make: Factories, db: Any
) -> None:
    proposal = make.proposal()
    quiet, judged = make.comment(proposal), make.comment(proposal, body="Jugé.")
    reporter, moderator = make.account(), make.moderator(proposal.space)
    case = make.report(judged, reporter)
    begin_write()
    actions.decide(case, moderator, Outcome.KEEP, 0)
    for text in (quiet, judged):
        take_back_comment(text, text.author)
    commit()
    assert case.state is CaseState.DECIDED
    assert verbs_for(db, reporter) == ["moderation.settled"]
    acts = db.scalars(select(AuditEntry.act)).all()
    assert "moderation.taken_back" not in acts
    assert not list(faults())
