"""Reporting, deciding and contesting, as people click through it."""

from __future__ import annotations

from typing import Any

import pytest

from civic.contributions.actions import revise
from civic.db import begin_write, commit
from moderation import actions, queries
from moderation.models import Outcome, Reason
from tests.factories import Factories


def reported(make: Factories, space: Any, **given: Any) -> Any:
    """A proposal that somebody reported, and its case."""
    proposal = make.proposal(space, **given)
    return proposal, make.report(proposal)


def page_of(proposal: Any) -> str:
    """The address of a proposal."""
    return f"/spaces/{proposal.space.slug}/proposals/{proposal.id}"


def case_url(case: Any) -> str:
    """The address of a case."""
    return f"/spaces/{case.space.slug}/moderation/{case.id}"


def test_a_visitor_may_sign_in_first_or_give_notice_of_what_is_illegal(
    client: Any, make: Factories
) -> None:
    proposal = make.proposal()
    url = f"/contributions/{proposal.id}/report"
    assert url in client.get(page_of(proposal)).page.links()
    page = client.get(url).page
    assert any("/sign-in?next=" in link for link in page.links())
    assert len(page.soup.find_all("input", attrs={"name": "reason"})) == 6
    fields = {"reason": "privacy", "words": "Mon adresse y est.", "name": "Une passante"}
    refused = client.submit(url, fields | {"email": "passante"})
    assert refused.status_code == 422
    assert refused.page.value_of("words") == "Mon adresse y est."
    assert "good_faith" in refused.page.soup.find(id="error-summary").decode()
    sent = client.submit(url, fields | {"email": "p@example.org", "good_faith": "y"})
    assert sent.status_code == 303
    receipt = client.get(sent.location)
    assert queries.case_of(proposal).id == int(receipt.page.text.partition("-V")[0].split()[-1])
    assert receipt.headers["Cache-Control"] == "private, no-store"
    assert client.get("/reports/" + "x" * 43).status_code == 404


def test_a_citizen_reports_a_text_and_follows_the_report(signed_in: Any, make: Factories) -> None:
    proposal = make.proposal()
    browser = signed_in(make.account())
    url = f"/contributions/{proposal.id}/report"
    response = browser.submit(url, {"reason": "spam", "words": "Publicité."})
    assert response.status_code == 303
    case = queries.case_of(proposal)
    assert case.report_count == 1
    assert f"{case.id}-" in browser.get(response.location).page.text
    assert signed_in(make.account()).get(response.location).status_code == 404
    again = browser.submit(url, {"reason": "spam"})
    assert again.location == response.location
    page = browser.get(url).page
    assert response.location in page.links()
    assert page.soup.find("form", attrs={"novalidate": True}) is None


def test_with_htmx_the_form_becomes_the_receipt_in_its_place(
    signed_in: Any, make: Factories
) -> None:
    proposal = make.proposal()
    browser = signed_in(make.account())
    url = f"/contributions/{proposal.id}/report"
    htmx = {"HX-Request": "true"}
    wrong = browser.submit(url, {"reason": ""}, headers=htmx)
    assert wrong.status_code == 422
    assert not wrong.page.is_whole
    done = browser.submit(url, {"reason": "spam"}, headers=htmx)
    assert done.status_code == 200
    assert done.page.soup.find(id=f"report-{proposal.id}")
    assert any(link.startswith("/account/reports/") for link in done.page.links())


def test_one_rendered_form_sent_twice_is_one_report(signed_in: Any, make: Factories) -> None:
    proposal = make.proposal()
    browser = signed_in(make.account())
    url = f"/contributions/{proposal.id}/report"
    form = {"reason": "spam", "_once": browser.get(url).page.value_of("_once")}
    landings = {browser.submit(url, form).location for _n in range(2)}
    assert len(landings) == 1
    assert queries.case_of(proposal).report_count == 1


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


def test_administrators_open_every_queue(signed_in: Any, make: Factories) -> None:
    space, other = make.space(), make.space()
    _proposal, case = reported(make, space)
    administrator = signed_in(make.administrator())
    assert administrator.get(case_url(case)).status_code == 200
    links = administrator.get("/moderation").page.links()
    assert {f"/spaces/{s.slug}/moderation" for s in (space, other)} <= set(links)
    own = signed_in(make.moderator(space)).get("/moderation").page.links()
    assert f"/spaces/{space.slug}/moderation" in own
    assert f"/spaces/{other.slug}/moderation" not in own
    assert signed_in(make.account()).get("/moderation").status_code == 404


def test_the_urgent_and_the_most_reported_come_first(signed_in: Any, make: Factories) -> None:
    space = make.space()
    quiet, _case = reported(make, space, title="Calme")
    reported(make, space, title="Plus calme")
    make.report(quiet, reason=Reason.SPAM)
    make.report(make.proposal(space, title="Urgent"), reason=Reason.THREAT)
    browser = signed_in(make.moderator(space))
    titles = titles_of(browser.get(f"/spaces/{space.slug}/moderation").page)
    assert titles == ["Urgent", "Calme", "Plus calme"]
    filtered = browser.get(f"/spaces/{space.slug}/moderation?reason=threat").page
    assert titles_of(filtered) == ["Urgent"]
    assert titles_of(browser.get(f"/spaces/{space.slug}/moderation?show=decided").page) == []


def titles_of(page: Any) -> list[str]:
    """The texts of a queue, in order."""
    return [heading.get_text(strip=True) for heading in page.soup.select("article.case h2")]


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


def test_a_moderator_starts_from_the_reply_of_a_rule(signed_in: Any, make: Factories) -> None:
    proposal, case = reported(make, make.space())
    browser = signed_in(make.moderator(proposal.space))
    typed = {"outcome": "hide", "words": "« idiot ».", "turn": "0", "version": "1", "fill": "1"}
    assert browser.submit(case_url(case), typed).status_code == 422, "no rule is chosen"
    filled = browser.submit(case_url(case), typed | {"reason": "insult"})
    assert filled.status_code == 200
    words = filled.page.value_of("words")
    assert words.startswith("« idiot ».")
    assert "vise une personne" in words
    assert proposal.is_visible, "nothing is decided yet"


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


def test_a_hidden_comment_leaves_a_line_with_the_rule_and_comes_back(
    client: Any, signed_in: Any, make: Factories
) -> None:
    space = make.space()
    proposal, author = make.proposal(space), make.account()
    rude = make.comment(proposal, author, body="Quel idiot, celui-là.")
    make.comment(proposal, body="Une réponse posée.", reply_to=rude)
    moderator = make.moderator(space)
    decision = make.hidden(rude, moderator)

    def thread() -> Any:
        return client.get(page_of(proposal)).page

    hidden = thread()
    assert "Quel idiot" not in hidden.text
    assert "Une réponse posée." in hidden.text
    assert hidden.soup.select_one(f"#comment-{rude.id} .placeholder")
    assert hidden.soup.select_one("#thread-title").get_text().split()[0] == "1"
    assert f"/contributions/{rude.id}/decision" not in hidden.links()
    own = signed_in(author).get(page_of(proposal)).page
    assert f"/contributions/{rude.id}/decision" in own.links()
    assert case_url(decision.case) in signed_in(moderator).get(page_of(proposal)).page.links()
    begin_write()
    actions.restore(decision.case, moderator, decision.case.turn)
    commit()
    assert "Quel idiot" in thread().text
    assert thread().soup.select_one("#thread-title").get_text().split()[0] == "2"


def test_a_thread_costs_the_same_number_of_queries_however_many_lines_are_hidden(
    client: Any, make: Factories, queries: list[str]
) -> None:
    space = make.space()
    proposal, moderator = make.proposal(space), make.moderator(space)
    make.hidden(make.comment(proposal), moderator)
    client.get(page_of(proposal))
    queries.clear()
    client.get(page_of(proposal))
    few = len(queries)
    for _n in range(5):
        make.hidden(make.comment(proposal), moderator)
    queries.clear()
    client.get(page_of(proposal))
    assert len(queries) == few


def test_the_case_shows_the_comment_in_its_thread(signed_in: Any, make: Factories) -> None:
    space = make.space()
    proposal = make.proposal(space, title="Un banc")
    make.comment(proposal, body="Je le dis avant.")
    rude = make.comment(proposal, body="Quel idiot.")
    make.comment(proposal, body="Je le dis après.")
    reporter = make.account("Témoin discret")
    case = make.report(rude, reporter)
    page = signed_in(make.moderator(space)).get(case_url(case)).page
    for words in ("Un banc", "Je le dis avant.", "Je le dis après.", "« idiot »"):
        assert words in page.text
    assert "Témoin discret" not in page.text


def test_the_moderator_reads_what_was_reported_and_what_stands_now(
    signed_in: Any, make: Factories
) -> None:
    space = make.space()
    proposal, case = reported(make, space, body="Première version.")
    begin_write()
    revise(proposal, proposal.author, "Une idée", "Seconde version.", 1)
    commit()
    browser = signed_in(make.moderator(space))
    page = browser.get(case_url(case)).page
    assert "Première version." in page.text
    assert "Seconde version." in page.text
    form = {"outcome": "keep", "turn": page.value_of("turn")}
    assert browser.submit(case_url(case), form | {"version": "1"}).status_code == 409
    assert browser.submit(case_url(case), form | {"version": "2"}).status_code == 303


def test_an_author_contests_and_nobody_else_can(signed_in: Any, make: Factories) -> None:
    space = make.space()
    author = make.account()
    proposal, case = reported(make, space, author=author)
    moderator = make.moderator(space)
    begin_write()
    actions.decide(case, moderator, Outcome.HIDE, case.turn, Reason.SPAM, "Une réclame.")
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
        actions.decide(case, moderator, Outcome.HIDE, case.turn, Reason.SPAM, "Une réclame.")
        commit()
    page = client.get(f"/spaces/{space.slug}/moderation/figures").page
    cells = [cell.get_text(strip=True) for cell in page.soup.select("td.number")]
    assert cells == ["6"] if count == 6 else "5" in cells[0]


def test_the_rules_are_public_and_linked_from_every_page(client: Any, make: Factories) -> None:
    space = make.space()
    assert "/moderation/rules" in client.get("/").page.links()
    page = client.get("/moderation/rules").page
    assert len(page.soup.select("dl.facts dt")) == 10
    assert f"/spaces/{space.slug}/moderation/reports" in page.links()
