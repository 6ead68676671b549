"""What must hold for everyone: measures, newcomers, floods of reports, no trace of hidden words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from civic import clock
from civic.accounts.models import Account
from civic.checking import faults
from civic.contributions.models import State
from civic.contributions.queries import count_of, search
from civic.db import begin_write, commit
from civic.errors import NotAllowed, TooMany
from civic.notifications.models import Notice
from civic.spaces.models import Premoderation
from deliberations import actions as deliberations
from deliberations.models import Comment
from deliberations.queries import thread
from moderation import actions, queries, rules
from moderation.models import Case, Measure, Outcome, Reason, Report, Sanction
from moderation.sanctions import actions as sanctions, rules as limits
from moderation.sanctions.queries import sanctions_on
from proposals import actions as proposals
from proposals.models import Proposal
from proposals.queries import Order, proposals_in
from tests.factories import Factories
from votes import actions as votes
from votes.models import Support
from votes.queries import supports_given


@pytest.fixture
def scene(make: Factories) -> Any:
    """A space with two moderators, an author and what they wrote."""

    class Scene:
        space = make.space()
        moderator, other = make.moderator(space), make.moderator(space)
        administrator = make.administrator()
        author = make.account("Autrice")
        proposal = make.proposal(space, author)

    begin_write()
    return Scene


def impose(scene: Any, measure: Measure, days: int = 0, by: Any = None, **given: Any) -> Sanction:
    return sanctions.impose(
        given.get("account", scene.author), scene.space, by or scene.moderator, measure,
        Reason.INSULT, "Trois injures.", days,
    )  # fmt: skip


# --- Measures ---------------------------------------------------------------------------------


def test_who_is_suspended_writes_nothing_and_keeps_their_votes_and_their_vote(
    scene: Any, make: Factories
) -> None:
    other = make.proposal(scene.space)
    begin_write()
    votes.support(other, scene.author)
    impose(scene, Measure.SUSPENDED, 7)
    with pytest.raises(NotAllowed):
        deliberations.comment(other, scene.author, "Encore moi.")
    with pytest.raises(NotAllowed):
        proposals.change(scene.proposal, scene.author, "Un titre", "Autre chose.", 1)
    assert other.support_count == 1
    assert votes.withdraw_support(other, scene.author)
    assert votes.support(other, scene.author)
    with clock.at(clock.now() + timedelta(days=7, minutes=1)):
        assert deliberations.comment(other, scene.author, "De retour.").is_visible
    commit()
    assert not list(faults())


def test_who_is_limited_writes_three_texts_a_day_each_read_first(
    scene: Any, make: Factories
) -> None:
    texts = [make.proposal(scene.space) for _n in range(rules.LIMITED_TEXTS_PER_DAY + 1)]
    begin_write()
    with clock.at(clock.now() + timedelta(days=2)):
        impose(scene, Measure.LIMITED, 30)
        for text in texts[:-1]:
            written = deliberations.comment(text, scene.author, "Un mot.")
            assert written.state is State.PENDING
        with pytest.raises(TooMany):
            deliberations.comment(texts[-1], scene.author, "Un de trop.")


def test_long_measures_and_measures_against_the_team_are_not_for_one_moderator(
    scene: Any, make: Factories
) -> None:
    with pytest.raises(NotAllowed):
        impose(scene, Measure.SUSPENDED, 8)
    with pytest.raises(NotAllowed):
        impose(scene, Measure.SUSPENDED, 0)
    for account in (scene.other, scene.moderator, scene.administrator):
        with pytest.raises(NotAllowed):
            impose(scene, Measure.WARNING, account=account)
    stranger = make.account()
    begin_write()
    with pytest.raises(NotAllowed):
        impose(scene, Measure.WARNING, account=stranger)
    with pytest.raises(NotAllowed):
        impose(scene, Measure.WARNING, by=stranger)
    made = impose(scene, Measure.SUSPENDED, 90, by=scene.administrator)
    assert scene.author.suspended_until == made.until


def test_a_measure_that_somebody_else_lifts_ends_at_once_and_the_longer_one_stays(
    scene: Any, db: Any
) -> None:
    short, long = impose(scene, Measure.SUSPENDED, 3), impose(scene, Measure.SUSPENDED, 7)
    sanctions.contest(long, scene.author, "Je répondais.")
    with pytest.raises(NotAllowed):
        sanctions.contest(long, scene.author, "Encore.")
    with pytest.raises(NotAllowed):
        sanctions.answer(long, scene.moderator, True, "D’accord.")
    sanctions.answer(long, scene.other, True, "En effet.")
    assert scene.author.suspended_until == short.until
    told = db.scalars(
        select(Notice.verb).where(Notice.account_id == scene.author.id).order_by(Notice.id)
    ).all()
    assert told[-3:] == ["moderation.sanctioned"] * 3
    commit()
    assert not list(faults())


# --- Reports that nobody could have meant -----------------------------------------------------


def test_who_reports_without_cause_is_warned_then_limited_and_nobody_else_learns_of_it(
    scene: Any, make: Factories, db: Any
) -> None:
    angry, honest = make.account(), make.account()
    texts = [make.proposal(scene.space) for _n in range(7)]
    begin_write()
    for number, text in enumerate(texts[:6], 1):
        with clock.at(clock.now() + timedelta(days=number)):
            actions.report(text, angry, Reason.SPAM)
            case = queries.case_of(text)
            assert case is not None
            actions.decide(case, scene.moderator, Outcome.KEEP, case.turn, is_unfounded=True)
        expected = {1: 0, 2: 0, 3: 1, 4: 1, 5: 1, 6: 2}[number]
        assert len(sanctions_on(angry.id)) == expected
    assert [s.measure for s in sanctions_on(angry.id)] == ["report_limit", "report_warning"]
    assert not sanctions_on(honest.id)
    assert angry.suspended_until is None
    with clock.at(clock.now() + timedelta(days=8)):
        for text in texts[:2]:
            text.version += 1
            db.flush()
            actions.report(text, angry, Reason.SPAM)
        with pytest.raises(TooMany):
            actions.report(texts[6], angry, Reason.SPAM)
    others = select(func.count()).where(
        Notice.verb == "moderation.sanctioned", Notice.account_id != angry.id
    )
    assert db.scalar(others) == 0


def test_reports_on_texts_that_are_kept_for_good_reasons_count_against_nobody(
    scene: Any, make: Factories
) -> None:
    careful = make.account()
    texts = [make.proposal(scene.space) for _n in range(limits.UNFOUNDED_BEFORE_WARNING + 1)]
    begin_write()
    for text in texts:
        actions.report(text, careful, Reason.INSULT)
        case = queries.case_of(text)
        assert case is not None
        actions.decide(case, scene.moderator, Outcome.KEEP, case.turn)
    assert not sanctions_on(careful.id)


def test_five_hundred_reports_are_one_case_and_hide_nothing(
    scene: Any, make: Factories, db: Any
) -> None:
    """F42: people who report together silence nobody."""
    begin_write()
    people = [Account(name=f"Foule {n}", created_at=clock.now()) for n in range(500)]
    db.add_all(people)
    db.flush()
    for person in people:
        actions.report(scene.proposal, person, Reason.HATE)
    assert db.scalar(select(func.count()).select_from(Case)) == 1
    assert scene.proposal.report_count == 500
    assert db.scalar(select(func.count()).select_from(Report)) == 500
    assert scene.proposal.is_visible
    told = select(func.count()).where(
        Notice.account_id == scene.moderator.id, Notice.verb == "moderation.reported"
    )
    assert db.scalar(told) == 1
    commit()
    assert not list(faults())


# --- New people -------------------------------------------------------------------------------


@pytest.fixture
def newcomers(scene: Any) -> Any:
    scene.space.premoderation = Premoderation.NEWCOMERS
    commit()
    begin_write()
    return scene


def test_the_first_two_texts_of_a_new_person_are_read_and_the_third_is_public(
    newcomers: Any, make: Factories, db: Any
) -> None:
    fresh = make.account()
    begin_write()
    for _n in range(rules.NEWCOMER_TEXTS):
        row = deliberations.comment(newcomers.proposal, fresh, "Mon avis.")
        assert row.state is State.PENDING
        assert newcomers.proposal.comment_count == _n
        case = queries.case_of(row)
        assert case is not None
        actions.decide(case, newcomers.moderator, Outcome.KEEP, case.turn)
        assert row.is_visible
    assert deliberations.comment(newcomers.proposal, fresh, "Le troisième.").is_visible
    team = deliberations.comment(newcomers.proposal, newcomers.other, "De l’équipe.")
    assert team.is_visible
    commit()
    assert not list(faults())


def test_a_text_that_waits_is_in_no_list_count_or_search_and_tells_nobody(
    newcomers: Any, make: Factories, db: Any
) -> None:
    fresh = make.account()
    begin_write()
    before = count_of(newcomers.space, Proposal)
    row = proposals.draft(newcomers.space, fresh, "Un kiosque", "Une girouette violette.")
    proposals.publish(row, fresh)
    assert row.state is State.PENDING
    assert count_of(newcomers.space, Proposal) == before
    found = search("girouette")
    assert found is None or not db.scalars(found).all()
    with pytest.raises(NotAllowed):
        votes.support(row, newcomers.author)
    with pytest.raises(NotAllowed):
        votes.support(row, fresh)
    assert db.scalar(select(func.count()).select_from(Support)) == 0
    case = queries.case_of(row)
    assert case is not None
    actions.decide(case, newcomers.moderator, Outcome.KEEP, case.turn)
    votes.support(row, newcomers.author)
    actions.decide(
        case, newcomers.other, Outcome.HIDE, case.turn, Reason.SPAM, "Une réclame, après tout."
    )
    assert row.support_count == 1, "votes are kept"
    assert supports_given(newcomers.author, newcomers.space) == 0, "and out of every count"


# --- No trace ---------------------------------------------------------------------------------


def test_every_count_agrees_with_what_the_thread_shows(
    scene: Any, make: Factories, db: Any
) -> None:
    """decidim#3651: a thread of five of which one with two answers is hidden, then restored."""
    rows = [make.comment(scene.proposal, body=f"Avis {n}") for n in range(3)]
    rows += [make.comment(scene.proposal, reply_to=rows[0], body=f"Réponse {n}") for n in range(2)]
    busy = make.proposal(scene.space)
    for _n in range(4):
        make.comment(busy)

    def agree(size: int, first: Proposal) -> None:
        shown = [c for c in thread(scene.proposal).comments if c.is_visible]
        assert len(shown) == scene.proposal.comment_count == size
        assert count_of(scene.space, Comment) == size + 4
        order = db.scalars(proposals_in(scene.space, Order.DISCUSSED)).all()
        assert order[0].id == first.id

    agree(5, scene.proposal)
    decision = make.hidden(rows[0], scene.moderator)
    agree(4, busy if busy.id > scene.proposal.id else scene.proposal)
    begin_write()
    actions.undo(decision.case, scene.moderator, decision.case.turn)
    commit()
    agree(5, scene.proposal)


def test_a_notice_of_a_text_that_was_hidden_since_does_not_quote_it(
    scene: Any, make: Factories, signed_in: Any
) -> None:
    """decidim#10792: what is told later reads the text when it is shown."""
    make.comment(scene.proposal, body="Girouette violette.")
    browser = signed_in(scene.author)
    assert "Girouette violette" in browser.get("/account/notices").page.text
    row = thread(scene.proposal).comments[0]
    make.hidden(row, scene.moderator)
    assert "Girouette violette" not in browser.get("/account/notices").page.text
