"""Reporting, deciding and contesting, as people click through it."""

from __future__ import annotations

from typing import Any

import pytest

from civic.db import begin_write, commit
from moderation import actions, queries
from moderation.models import Outcome, Reason
from tests.factories import Factories


def reported(make: Factories, space: Any, **given: Any) -> Any:
    """A proposal that somebody reported, and its case."""
    proposal, reporter = make.proposal(space, **given), make.account()
    begin_write()
    actions.report(proposal, reporter, Reason.INSULT, "« idiot »")
    commit()
    return proposal, queries.case_of(proposal)


def page_of(proposal: Any) -> str:
    """The address of a proposal."""
    return f"/spaces/{proposal.space.slug}/proposals/{proposal.id}"


def case_url(case: Any) -> str:
    """The address of a case."""
    return f"/spaces/{case.space.slug}/moderation/{case.id}"


def test_a_visitor_is_asked_to_sign_in_and_comes_back(client: Any, make: Factories) -> None:
    proposal = make.proposal()
    page = client.get(page_of(proposal)).page
    assert f"/contributions/{proposal.id}/report" in page.links()
    response = client.get(f"/contributions/{proposal.id}/report")
    assert response.status_code == 401
    assert any("/sign-in?next=" in link for link in response.page.links())


def test_a_citizen_reports_a_text_with_a_reason(signed_in: Any, make: Factories) -> None:
    proposal = make.proposal()
    browser = signed_in(make.account())
    url = f"/contributions/{proposal.id}/report"
    response = browser.submit(url, {"reason": "spam", "words": "Publicité."})
    assert response.status_code == 303
    case = queries.case_of(proposal)
    assert case is not None
    assert case.report_count == 1
    browser.submit(url, {"reason": "spam"})
    assert browser.get(url).page.soup.find("form", attrs={"novalidate": True}) is None


def test_a_report_without_a_reason_keeps_what_was_typed(signed_in: Any, make: Factories) -> None:
    proposal = make.proposal()
    browser = signed_in(make.account())
    response = browser.submit(
        f"/contributions/{proposal.id}/report", {"reason": "x", "words": "Ceci est important."}
    )
    assert response.status_code == 422
    assert response.page.value_of("words") == "Ceci est important."


def test_an_author_gets_no_link_to_report_their_own_text(signed_in: Any, make: Factories) -> None:
    author = make.account()
    proposal = make.proposal(author=author)
    links = signed_in(author).get(page_of(proposal)).page.links()
    assert f"/contributions/{proposal.id}/report" not in links


def test_the_queue_is_for_the_moderators_of_the_space(signed_in: Any, make: Factories) -> None:
    space = make.space()
    _proposal, case = reported(make, space)
    for stranger in (make.account(), make.official(space), make.moderator(make.space())):
        browser = signed_in(stranger)
        assert browser.get(f"/spaces/{space.slug}/moderation").status_code == 404
        assert browser.get(case_url(case)).status_code == 404
        assert browser.submit(case_url(case), {"outcome": "hide"}).status_code == 404
    own = signed_in(make.moderator(space))
    assert own.get(f"/spaces/{space.slug}/moderation").status_code == 200


def test_the_urgent_and_the_most_reported_come_first(signed_in: Any, make: Factories) -> None:
    space = make.space()
    calm, _case = reported(make, space, title="Calme")
    urgent = make.proposal(space, title="Urgent")
    people = [make.account(), make.account()]
    begin_write()
    actions.report(urgent, people[0], Reason.THREAT)
    actions.report(calm, people[1], Reason.SPAM)
    commit()
    page = signed_in(make.moderator(space)).get(f"/spaces/{space.slug}/moderation").page
    titles = [heading.get_text(strip=True) for heading in page.soup.select("article.case h2")]
    assert titles == ["Urgent", "Calme"]


def test_a_case_costs_the_same_number_of_queries_however_many_there_are(
    signed_in: Any, make: Factories, queries: list[str]
) -> None:
    space = make.space()
    reported(make, space)
    browser = signed_in(make.moderator(space))
    url = f"/spaces/{space.slug}/moderation"
    browser.get(url)
    queries.clear()
    browser.get(url)
    few = len(queries)
    for _n in range(8):
        reported(make, space)
    queries.clear()
    browser.get(url)
    assert len(queries) == few


def test_a_moderator_hides_a_text_and_it_vanishes(
    client: Any, signed_in: Any, make: Factories
) -> None:
    space = make.space()
    author = make.account()
    proposal, case = reported(make, space, author=author, title="Une idée rude")
    moderator = signed_in(make.moderator(space))
    page = moderator.get(case_url(case)).page
    assert "« idiot »" in page.text
    form = {"outcome": "hide", "reason": "insult", "words": "Vise une personne."}
    assert (
        moderator.submit(case_url(case), form | {"turn": page.value_of("turn")}).status_code == 303
    )
    assert client.get(page_of(proposal)).status_code == 404
    assert "Une idée rude" not in client.get(f"/spaces/{space.slug}/proposals").text
    assert "Une idée rude" not in client.get("/search?q=rude").text
    own = signed_in(author)
    assert "Vise une personne." in own.get(f"/contributions/{proposal.id}/decision").page.text
    assert own.get("/account/notices").status_code == 200


def test_a_hiding_without_a_rule_keeps_what_was_typed(signed_in: Any, make: Factories) -> None:
    space = make.space()
    _proposal, case = reported(make, space)
    browser = signed_in(make.moderator(space))
    response = browser.submit(
        case_url(case), {"outcome": "hide", "words": "Parce que.", "turn": "0"}
    )
    assert response.status_code == 422
    assert response.page.value_of("words") == "Parce que."


def test_the_second_moderator_sees_what_was_decided_and_keeps_their_words(
    signed_in: Any, make: Factories
) -> None:
    space = make.space()
    _proposal, case = reported(make, space)
    first, second = (signed_in(make.moderator(space)) for _n in range(2))
    turn = first.get(case_url(case)).page.value_of("turn")
    first.submit(case_url(case), {"outcome": "keep", "turn": turn})
    late = second.submit(
        case_url(case), {"outcome": "hide", "reason": "spam", "words": "Publicité.", "turn": turn}
    )
    assert late.status_code == 409
    assert late.page.value_of("words") == "Publicité."
    assert late.page.value_of("turn") != turn


def test_an_author_contests_and_nobody_else_can(signed_in: Any, make: Factories) -> None:
    space = make.space()
    author = make.account()
    proposal, case = reported(make, space, author=author)
    moderator = make.moderator(space)
    begin_write()
    actions.decide(case, moderator, Outcome.HIDE, case.turn, Reason.SPAM)
    commit()
    url = f"/contributions/{proposal.id}/decision"
    assert signed_in(make.account()).get(url).status_code == 404
    browser = signed_in(author)
    assert browser.submit(url, {"plea": ""}).status_code == 422
    assert browser.submit(url, {"plea": "Relisez-moi."}).status_code == 303
    assert "Relisez-moi." in browser.get(url).page.text


def test_a_moderator_opens_a_case_on_a_text_that_nobody_reported(
    signed_in: Any, make: Factories
) -> None:
    space = make.space()
    proposal = make.proposal(space)
    url = f"/contributions/{proposal.id}/case"
    assert signed_in(make.account()).submit(url).status_code == 404
    response = signed_in(make.moderator(space)).submit(url)
    assert response.status_code == 303
    assert "/moderation/" in response.location


@pytest.mark.parametrize("count", [2, 6])
def test_everyone_reads_how_a_space_is_moderated_without_small_figures(
    client: Any, make: Factories, count: int
) -> None:
    space = make.space()
    moderator = make.moderator(space)
    for _n in range(count):
        _proposal, case = reported(make, space)
        begin_write()
        actions.decide(case, moderator, Outcome.HIDE, case.turn, Reason.SPAM)
        commit()
    page = client.get(f"/spaces/{space.slug}/moderation/figures").page
    cells = [cell.get_text(strip=True) for cell in page.soup.select("td.number")]
    assert cells == ["6"] if count == 6 else "5" in cells[0]
