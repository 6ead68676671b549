"""The queue as moderators work with it: filters, clocks, batches, notes, keys, past cases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from civic import clock
from civic.audit import AuditEntry
from civic.checking import faults
from civic.contributions.actions import revise
from civic.contributions.models import State
from civic.db import begin_write, commit
from civic.notifications.models import Notice
from civic.spaces.actions import give_role
from civic.spaces.models import Role
from moderation import actions
from moderation.models import CaseState, Decision, Outcome, Reason
from moderation.queue import queries
from moderation.queue.actions import tell_of_delays
from moderation.queue.jobs import tell_of_late_cases
from tests.factories import Factories

MORNING = datetime(2027, 3, 3, 10, tzinfo=ZoneInfo("Europe/Paris"))  # a Wednesday


@pytest.fixture
def space(make: Factories) -> Any:
    return make.space(slug="file")


@pytest.fixture
def moderator(make: Factories, space: Any) -> Any:
    return make.moderator(space)


def titles(page: Any) -> list[str]:
    return [heading.get_text(strip=True) for heading in page.soup.select("article.case h2")]


def test_filters_by_reason_kind_source_age_and_state(
    signed_in: Any, make: Factories, space: Any, moderator: Any, db: Any
) -> None:
    old, fresh = make.proposal(space, title="Vieux"), make.proposal(space, title="Neuf")
    case = make.report(old, reason=Reason.SPAM)
    make.report(make.comment(fresh, body="Réponse"), reason=Reason.HATE)
    begin_write()
    case.opened_at = clock.now() - timedelta(days=4)
    actions.open_case(fresh)
    commit()
    browser = signed_in(moderator)

    def shown(query: str) -> list[str]:
        return titles(browser.get(f"/spaces/file/moderation?{query}").page)

    assert shown("") == ["Réponse", "Vieux", "Neuf"]
    assert shown("reason=spam") == ["Vieux"]
    assert shown("kind=comment") == ["Réponse"]
    assert shown("age=3") == ["Vieux"]
    assert shown("source=team") == ["Neuf"]
    assert shown("source=citizens") == ["Réponse", "Vieux"]
    assert shown("order=oldest")[0] == "Vieux"
    assert shown("state=contested") == []
    assert len(shown("reason=nothing&kind=x&age=9&state=z&order=w&source=v")) == 3


def test_all_the_spaces_of_a_moderator_in_one_list_and_none_of_others(
    signed_in: Any, make: Factories, space: Any, moderator: Any
) -> None:
    other, foreign = make.space(slug="autre"), make.space(slug="ailleurs")
    begin_write()
    give_role(other, moderator, Role.MODERATOR, by=None)
    commit()
    for where, title in ((space, "Ici"), (other, "Là"), (foreign, "Ailleurs")):
        make.report(make.proposal(where, title=title))
    browser = signed_in(moderator)
    assert sorted(titles(browser.get("/moderation/cases").page)) == ["Ici", "Là"]
    assert titles(browser.get("/moderation/cases?space=autre").page) == ["Là"]
    assert len(titles(browser.get("/moderation/cases?space=ailleurs").page)) == 2
    assert signed_in(make.account()).get("/moderation/cases").status_code == 404


def test_each_case_says_by_when_and_those_who_decide_are_told_once(
    signed_in: Any, make: Factories, db: Any
) -> None:
    with clock.at(MORNING - timedelta(days=1)):
        space = make.space(slug="file")
        moderator = make.moderator(space)
        text = make.proposal(space, title="Menace")
    with clock.at(MORNING):
        make.report(text, reason=Reason.THREAT)
    with clock.at(MORNING + timedelta(hours=1)):
        browser = signed_in(moderator)
        page = browser.get("/spaces/file/moderation").page
        assert "À décider avant le 3 mars 2027 à 14 h 00" in page.text.replace("\u00a0", " ")
        assert late_notices(db, moderator) == 0
    with clock.at(MORNING + timedelta(hours=3, minutes=30)):
        tell_of_late_cases()
        tell_of_late_cases()
        assert late_notices(db, moderator) == 1
    with clock.at(MORNING + timedelta(hours=5)):
        page = browser.get("/spaces/file/moderation").page
        assert "En retard depuis le 3 mars 2027" in page.text.replace("\u00a0", " ")
        assert "1 est en retard" in page.text
        assert browser.get("/account/notices").status_code == 200


def late_notices(db: Any, account: Any) -> int:
    verbs = db.scalars(select(Notice.verb).where(Notice.account_id == account.id))
    return list(verbs).count("moderation.late")


def test_a_case_that_is_reported_again_waits_from_then_on(make: Factories) -> None:
    with clock.at(MORNING - timedelta(days=9)):
        space = make.space()
        moderator = make.moderator(space)
        text = make.proposal(space)
    with clock.at(MORNING - timedelta(days=8)):
        case = make.report(text, reason=Reason.SPAM)
        begin_write()
        actions.decide(case, moderator, Outcome.KEEP, 0)
        commit()
    with clock.at(MORNING):
        make.report(text, reason=Reason.INSULT)
        assert queries.waiting_since([case])[case.id] == MORNING
        begin_write()
        assert tell_of_delays([case]) == 0
        commit()


# --- Batches ----------------------------------------------------------------------------------


@pytest.fixture
def three(make: Factories, space: Any) -> list[Any]:
    """Three reported texts."""
    return [make.report(make.proposal(space, title=f"Pub {n}"), reason=Reason.SPAM)
            for n in range(3)]  # fmt: skip


def batch_form(cases: list[Any], **more: Any) -> dict[str, Any]:
    seen = [f"{case.id}:{case.turn}:{case.version}" for case in cases]
    return {"seen": seen, "outcome": "hide", "reason": "spam", "words": "De la publicité."} | more


def check_url(cases: list[Any]) -> str:
    return "/moderation/batch?" + "&".join(f"case={case.id}" for case in cases)


def test_a_batch_is_checked_then_decided(
    signed_in: Any, make: Factories, three: list[Any], moderator: Any, db: Any, space: Any
) -> None:
    own = make.report(make.proposal(space, moderator, title="À moi"))
    browser = signed_in(moderator)
    queue = browser.get("/spaces/file/moderation?tick=all").page
    assert len(queue.soup.select("input[name=case][checked]")) == 4
    page = browser.get(check_url([*three, own])).page
    assert "Décider de 3 cas" in page.heading
    assert "autre modérat" in page.text
    assert len(page.soup.select("input[name=seen]")) == 3
    done = browser.submit("/moderation/batch", batch_form([*three, own]))
    assert done.status_code == 303
    for case in three:
        db.refresh(case)
        assert case.state is CaseState.DECIDED
        assert case.contribution.state is State.HIDDEN
    assert own.contribution.state is State.VISIBLE
    shown = browser.get(done.location).page
    assert "3 cas décidés ensemble" in shown.heading
    acts = db.scalars(select(AuditEntry.act)).all()
    assert "moderation.batch" in acts
    assert acts.count("moderation.hide") == 3
    assert signed_in(make.moderator(space)).get(done.location).status_code == 404
    assert not list(faults())


def test_a_batch_leaves_alone_what_changed_since_the_check_page(
    signed_in: Any, make: Factories, three: list[Any], moderator: Any, db: Any, space: Any
) -> None:
    form = batch_form(three)
    text, other = three[0].contribution, make.moderator(space)
    begin_write()
    revise(text, text.author, "Autre titre", "Autre texte", text.version)
    actions.decide(three[1], other, Outcome.KEEP, 0)
    commit()
    browser = signed_in(moderator)
    done = browser.submit("/moderation/batch", form)
    assert [case.contribution.state for case in three] == [
        State.VISIBLE, State.VISIBLE, State.HIDDEN,
    ]  # fmt: skip
    assert "2 cas sont restés" in browser.get(done.location).page.text
    assert len(db.scalars(select(Decision).where(Decision.outcome == Outcome.HIDE)).all()) == 1


def test_a_batch_without_words_keeps_what_was_chosen(
    signed_in: Any, three: list[Any], moderator: Any
) -> None:
    browser = signed_in(moderator)
    refused = browser.submit("/moderation/batch", batch_form(three, words=""))
    assert refused.status_code == 422
    assert "Dites" in refused.page.text
    assert refused.page.soup.select("input[name=outcome][value=hide][checked]")
    assert browser.submit("/moderation/batch", batch_form(three, outcome="x")).status_code == 422
    assert browser.get("/moderation/batch").status_code == 303


def test_one_click_undoes_a_batch_within_a_day(
    signed_in: Any, make: Factories, three: list[Any], moderator: Any, db: Any, space: Any
) -> None:
    browser = signed_in(moderator)
    done = browser.submit("/moderation/batch", batch_form(three))
    begin_write()
    db.refresh(three[2])
    actions.restore(three[2], make.moderator(space), three[2].turn, "Relu.")
    commit()
    undone = browser.submit(f"{done.location}/undoing")
    assert undone.status_code == 303
    for case in three:
        db.refresh(case)
    assert [case.state for case in three] == [CaseState.OPEN, CaseState.OPEN, CaseState.DECIDED]
    assert all(case.contribution.state is State.VISIBLE for case in three)
    assert browser.submit(f"{done.location}/undoing").status_code == 403
    assert "moderation.batch_undone" in db.scalars(select(AuditEntry.act)).all()
    assert not list(faults())


def test_a_batch_cannot_be_undone_after_a_day(
    signed_in: Any, three: list[Any], moderator: Any
) -> None:
    with clock.at(clock.now() - timedelta(hours=25)):
        done = signed_in(moderator).submit("/moderation/batch", batch_form(three))
    browser = signed_in(moderator)
    assert f"{done.location}/undoing" not in str(browser.get(done.location).page.soup)
    assert browser.submit(f"{done.location}/undoing").status_code == 403


# --- Notes, past cases, keys ----------------------------------------------------------------------


def test_notes_are_for_the_moderators_alone(
    signed_in: Any, make: Factories, space: Any, moderator: Any
) -> None:
    case = make.report(make.proposal(space))
    browser = signed_in(moderator)
    empty = browser.submit(f"{case_url(case)}/notes", {"body": " "})
    assert empty.status_code == 422
    browser.submit(f"{case_url(case)}/notes", {"body": "Déjà vu la semaine passée."})
    other = signed_in(make.moderator(space)).get(case_url(case)).page
    assert "Déjà vu la semaine passée." in other.text
    stranger = signed_in(make.account())
    assert stranger.submit(f"{case_url(case)}/notes", {"body": "x"}).status_code == 404


def case_url(case: Any) -> str:
    return f"/spaces/{case.space.slug}/moderation/{case.id}"


def test_a_case_shows_what_was_decided_on_texts_like_it(
    signed_in: Any, make: Factories, space: Any, moderator: Any
) -> None:
    words = "Perdez dix kilos en une semaine grâce à la tisane miracle du marabout Bamba"
    make.hidden(make.proposal(space, title="Tisane", body=words), moderator)
    make.hidden(make.proposal(space, title="Autre", body="Il faut des bancs au square."), moderator)
    case = make.report(make.proposal(space, title="Tisane encore", body=words + " !"))
    page = signed_in(moderator).get(case_url(case)).page
    section = page.soup.find(id="similar").parent.get_text(" ", strip=True)
    assert "Masqué" in section
    assert "tisane miracle" in section
    assert "bancs" not in section


def test_the_place_in_the_queue_the_neighbours_and_where_a_decision_leads(
    signed_in: Any, three: list[Any], moderator: Any
) -> None:
    browser = signed_in(moderator)
    page = browser.get(case_url(three[1])).page
    assert "Cas 2 sur 3" in page.text
    assert page.soup.find("a", rel="prev")["href"] == case_url(three[0])
    assert page.soup.find("a", rel="next")["href"] == case_url(three[2])
    form = {"outcome": "keep", "turn": 0, "version": 1}
    assert browser.submit(case_url(three[0]), form).location.endswith("/spaces/file/moderation")
    browser.submit("/moderation/preferences", {"has_keys": "y", "goes_on": "y"})
    assert browser.submit(case_url(three[1]), form).location == case_url(three[2])


def test_keys_are_shown_and_can_be_switched_off(
    signed_in: Any, three: list[Any], moderator: Any, make: Factories
) -> None:
    browser = signed_in(moderator)
    for path in ("/spaces/file/moderation", case_url(three[0])):
        page = browser.get(path).page
        assert page.soup.find("script", src=lambda src: "queue.js" in src)
        assert page.soup.find(id="keys").find("kbd")
    browser.submit("/moderation/preferences", {"goes_on": "y"})
    for path in ("/spaces/file/moderation", case_url(three[0])):
        page = browser.get(path).page
        assert not page.soup.find("script", src=lambda src: "queue.js" in src)
        assert not page.soup.find(id="keys").find("kbd")
    assert signed_in(make.account()).submit("/moderation/preferences").status_code == 404


def test_a_long_queue_costs_the_same_number_of_queries(
    signed_in: Any, make: Factories, space: Any, moderator: Any, queries: list[str]
) -> None:
    browser = signed_in(moderator)
    text = make.proposal(space)
    make.report(text)
    browser.get("/spaces/file/moderation")
    queries.clear()
    browser.get("/spaces/file/moderation")
    few = len(queries)
    for _n in range(6):
        make.report(make.comment(text))
    queries.clear()
    browser.get("/spaces/file/moderation")
    assert len(queries) == few
