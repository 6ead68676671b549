"""Masks, moves, mergers, claims, measures and texts that wait, as people click through them."""

from __future__ import annotations

from typing import Any

import pytest

from civic.contributions.models import State
from civic.db import begin_write, commit
from civic.spaces.models import Premoderation
from deliberations.models import Comment, Statement
from moderation import queries
from moderation.models import CaseState, Outcome, Reason
from moderation.sanctions.queries import sanctions_on
from tests.factories import Factories
from votes import actions as votes
from votes.models import Stance


@pytest.fixture
def scene(make: Factories) -> Any:
    """A reported proposal in a space with two moderators."""

    class Scene:
        space = make.space()
        moderator, other = make.moderator(space), make.moderator(space)
        author, reporter = make.account("Autrice"), make.account()
        proposal = make.proposal(
            space, author, "Un banc", "Appelez le 06 12 34 56 78 pour un banc."
        )

    Scene.case = make.report(Scene.proposal, Scene.reporter, Reason.PRIVACY)
    Scene.url = f"/spaces/{Scene.space.slug}/moderation/{Scene.case.id}"
    Scene.page = f"/spaces/{Scene.space.slug}/proposals/{Scene.proposal.id}"
    return Scene


def page_of(proposal: Any) -> str:
    return f"/spaces/{proposal.space.slug}/proposals/{proposal.id}"


def case_url(case: Any) -> str:
    return f"/spaces/{case.space.slug}/moderation/{case.id}"


def decision(scene: Any, outcome: str, **given: Any) -> dict[str, Any]:
    return {
        "outcome": outcome, "reason": "privacy", "words": "Un numéro privé.",
        "turn": scene.case.turn, "version": scene.proposal.version,
    } | given  # fmt: skip


def test_a_passage_is_masked_and_its_author_still_reads_it(
    scene: Any, signed_in: Any, client: Any
) -> None:
    browser = signed_in(scene.moderator)
    wrong = browser.submit(scene.url, decision(scene, "mask", passages="07 00"))
    assert wrong.status_code == 422
    assert wrong.page.value_of("passages") == "07 00"
    assert wrong.page.value_of("words") == "Un numéro privé."
    assert scene.case.turn == 0
    done = browser.submit(scene.url, decision(scene, "mask", passages="06 12 34 56 78"))
    assert done.status_code == 303
    assert "06 12" not in client.get(scene.page).page.text
    assert "06 12" not in client.get(f"{scene.page}/history").page.text
    mine = signed_in(scene.author).get(f"/contributions/{scene.proposal.id}/decision").page.text
    assert "06 12 34 56 78" in mine


def test_the_statement_of_reasons_is_also_data_for_its_author_alone(
    scene: Any, signed_in: Any, make: Factories
) -> None:
    make.hidden(scene.proposal, scene.moderator)
    url = f"/contributions/{scene.proposal.id}/decision.json"
    answer = signed_in(scene.author).get(url)
    assert answer.json[0]["automated_decision"] is False
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert signed_in(scene.reporter).get(url).status_code == 404


def test_a_decision_is_taken_back_from_the_page_of_the_case(scene: Any, signed_in: Any) -> None:
    browser = signed_in(scene.moderator)
    browser.submit(scene.url, decision(scene, "hide"))
    assert scene.proposal.state is State.HIDDEN
    assert browser.get(scene.url).page.soup.find("form", action=f"{scene.url}/undo")
    others = signed_in(scene.other)
    assert not others.get(scene.url).page.soup.find("form", action=f"{scene.url}/undo")
    assert others.submit(f"{scene.url}/undo", {"turn": scene.case.turn}).status_code == 422
    assert browser.submit(f"{scene.url}/undo", {"turn": "7"}).status_code == 409
    assert browser.submit(f"{scene.url}/undo", {"turn": scene.case.turn}).status_code == 303
    assert scene.proposal.is_visible


def test_a_case_is_taken_seen_by_others_and_taken_over(scene: Any, signed_in: Any) -> None:
    first, second = signed_in(scene.moderator), signed_in(scene.other)
    assert first.submit(f"{scene.url}/claim", {"wanted": "1"}).status_code == 303
    assert scene.moderator.name in second.get(scene.url).page.text
    stopped = second.submit(scene.url, decision(scene, "hide"))
    assert stopped.status_code == 409
    assert stopped.page.value_of("words") == "Un numéro privé."
    htmx = second.submit(f"{scene.url}/claim", {"wanted": "1"}, headers={"HX-Request": "true"})
    assert htmx.page.soup.find(id="claim")
    assert not htmx.page.is_whole
    assert second.submit(scene.url, decision(scene, "hide")).status_code == 303


def test_two_moderators_at_once_the_second_keeps_what_was_typed(scene: Any, signed_in: Any) -> None:
    """F08: both open the case; one hides, the other keeps."""
    first, second = signed_in(scene.moderator), signed_in(scene.other)
    stale = decision(scene, "keep", words="Ce numéro est celui de la mairie.")
    assert first.submit(scene.url, decision(scene, "hide")).status_code == 303
    conflict = second.submit(scene.url, stale)
    assert conflict.status_code in (409, 422)
    assert conflict.page.value_of("words") == "Ce numéro est celui de la mairie."
    assert "Un numéro privé." in conflict.page.text, "the decision of the first is shown"
    assert len(queries.decisions_on(scene.proposal)) == 1


def test_a_proposal_is_merged_and_both_pages_say_so(
    scene: Any, signed_in: Any, client: Any, make: Factories
) -> None:
    twin = make.proposal(scene.space, title="Des bancs")
    begin_write()
    votes.support(scene.proposal, scene.reporter)
    commit()
    browser = signed_in(scene.moderator)
    address = f"https://exemple.test/spaces/{scene.space.slug}/proposals/{twin.id}"
    fields = decision(scene, "merge", reason="duplicate", other_text=address)
    assert browser.submit(scene.url, fields).status_code == 303
    assert twin.support_count == 1
    duplicate = client.get(scene.page).page
    assert page_of(twin) in duplicate.links()
    assert "Autrice" in client.get(page_of(twin)).page.text
    assert scene.page in client.get(page_of(twin)).page.links()
    notices = signed_in(scene.reporter).get("/account/notices").page
    assert f"/contributions/{twin.id}" in notices.links() or page_of(twin) in notices.links()


def test_a_moved_proposal_is_found_at_its_old_address(
    scene: Any, signed_in: Any, client: Any, make: Factories
) -> None:
    there = make.space()
    administrator = make.administrator()
    fields = decision(scene, "move", reason="off_topic", space=str(there.id))
    assert signed_in(administrator).submit(scene.url, fields).status_code == 303
    answer = client.get(scene.page)
    assert answer.status_code in (301, 303)
    assert there.slug in answer.location


def test_the_author_is_asked_and_changes_a_text_that_others_support(
    scene: Any, signed_in: Any
) -> None:
    begin_write()
    votes.support(scene.proposal, scene.reporter)
    commit()
    author = signed_in(scene.author)
    assert author.get(f"{scene.page}/edit").status_code == 403
    signed_in(scene.moderator).submit(scene.url, decision(scene, "ask"))
    form = author.get(f"{scene.page}/edit").page
    version = form.value_of("version")
    fields = {"title": "Un banc", "body": "Un banc, sans numéro.", "version": version}
    assert author.submit(f"{scene.page}/edit", fields).status_code == 303
    assert queries.case_of(scene.proposal).state is CaseState.OPEN


def test_whoever_reported_contests_a_text_that_was_kept(scene: Any, signed_in: Any) -> None:
    signed_in(scene.moderator).submit(scene.url, decision(scene, "keep", reason="", words=""))
    report = queries.report_by(scene.reporter.id, scene.proposal)
    browser = signed_in(scene.reporter)
    url = f"/account/reports/{report.id}"
    assert browser.submit(url, {"plea": " "}).status_code == 422
    assert browser.submit(url, {"plea": "Relisez le numéro."}).status_code == 303
    assert scene.case.state is CaseState.CONTESTED
    assert browser.submit(url, {"plea": "Encore."}).status_code == 403
    second = signed_in(scene.other).get(scene.url).page
    assert "Relisez le numéro." in second.text
    assert second.soup.find("input", attrs={"name": "outcome", "value": "confirm"})


def test_requests_by_an_authority_are_written_down_and_counted_in_public(
    scene: Any, signed_in: Any, client: Any
) -> None:
    browser = signed_in(scene.moderator)
    url = f"{scene.url}/requests"
    assert browser.submit(url, {"sender": "authority", "asked": "Retirer."}).status_code == 422
    fields = {"sender": "authority", "name": "Préfecture", "asked": "Retirer, article 6."}
    assert browser.submit(url, fields).status_code == 303
    assert "Préfecture" in browser.get(scene.url).page.text
    figures = client.get(f"/spaces/{scene.space.slug}/moderation/figures").page.text
    assert "Préfecture" not in figures


# --- Measures ---------------------------------------------------------------------------------


def test_a_measure_is_checked_taken_contested_and_lifted_by_somebody_else(
    scene: Any, signed_in: Any
) -> None:
    moderator = signed_in(scene.moderator)
    url = f"/spaces/{scene.space.slug}/moderation/people/{scene.author.id}"
    page = moderator.get(url).page
    assert scene.author.email not in page.text
    fields = {"measure": "suspended", "days": "30", "reason": "insult", "words": "Trois injures."}
    assert moderator.submit(url, fields).status_code == 422, "an administrator for more than a week"
    fields["days"] = "7"
    check = moderator.submit(url, fields)
    assert check.status_code == 200
    assert not sanctions_on(scene.author.id)
    taken = moderator.submit(url, fields | {"sure": "1"})
    assert taken.status_code == 303
    author = signed_in(scene.author)
    stopped = author.get(f"/spaces/{scene.space.slug}/proposals/new")
    assert stopped.status_code == 403
    measure = sanctions_on(scene.author.id)[0]
    mine = f"/account/measures/{measure.id}"
    assert mine in author.get("/account").page.links()
    assert "Trois injures." in author.get(mine).page.text
    assert author.submit(mine, {"plea": "Je répondais."}).status_code == 303
    assert moderator.submit(taken.location, {"lifted": "yes", "answer": "Non."}).status_code == 403
    other = signed_in(scene.other)
    assert other.submit(taken.location, {"lifted": "yes", "answer": "En effet."}).status_code == 303
    assert author.get(f"/spaces/{scene.space.slug}/proposals/new").status_code == 200
    assert "En effet." in author.get(mine).page.text


# --- Texts that wait --------------------------------------------------------------------------


@pytest.fixture
def careful(make: Factories) -> Any:
    """A space whose every text a moderator reads first."""
    space = make.space()
    begin_write()
    space.premoderation = Premoderation.ALL
    commit()
    return space


def test_a_statement_that_waits_is_shown_to_its_author_and_takes_no_vote(
    careful: Any, signed_in: Any, client: Any, make: Factories, db: Any
) -> None:
    """polis#445: what nobody approved can be voted on by nobody."""
    text = "Les bus du soir sont trop rares."
    author, stranger = signed_in(make.account()), signed_in(make.account())
    url = f"/spaces/{careful.slug}/statements"
    assert author.submit(f"{url}/new", {"text": text, "sure": "1"}).status_code == 303
    item = db.query(Statement).one()
    assert item.state is State.PENDING
    page = author.get(url).page
    assert text in page.text
    assert not page.soup.find(id=f"stance-{item.id}")
    assert text not in stranger.get(url).page.text + client.get(url).page.text
    for browser in (author, stranger):
        answer = browser.submit(f"{url}/{item.id}/stance", {"stance": "agree"})
        assert answer.status_code in (403, 404)
    assert db.query(Stance).count() == 0
    moderator = make.moderator(careful)
    case = queries.case_of(item)
    fields = {"outcome": "keep", "turn": case.turn, "version": item.version}
    assert signed_in(moderator).submit(case_url(case), fields).status_code == 303
    vote = {"stance": "agree"}
    assert stranger.submit(f"{url}/{item.id}/stance", vote).status_code == 303
    assert item.agree_count == 1


def test_a_comment_that_waits_is_shown_to_its_author_alone_until_it_is_read(
    careful: Any, signed_in: Any, client: Any, make: Factories, db: Any
) -> None:
    proposal = make.proposal(careful, make.moderator(careful))
    account = make.account()
    author = signed_in(account)
    sent = author.submit(f"/contributions/{proposal.id}/comments", {"body": "Un mot à lire."})
    assert sent.status_code == 303
    item = db.query(Comment).one()
    assert "Un mot à lire." in author.get(page_of(proposal)).page.text
    assert "Un mot à lire." not in client.get(page_of(proposal)).page.text
    assert proposal.comment_count == 0
    case = queries.case_of(item)
    fields = {"outcome": "keep", "turn": case.turn, "version": item.version}
    signed_in(make.moderator(careful)).submit(case_url(case), fields)
    assert "Un mot à lire." in client.get(page_of(proposal)).page.text
    assert proposal.comment_count == 1
    told = signed_in(proposal.author).get("/account/notices").page.links()
    assert any(f"/contributions/{item.id}" in link for link in told)


def test_what_was_refused_before_it_was_public_leaves_no_line_in_the_thread(
    careful: Any, client: Any, make: Factories, db: Any, signed_in: Any
) -> None:
    proposal = make.proposal(careful, make.moderator(careful))
    account = make.account()
    signed_in(account).submit(f"/contributions/{proposal.id}/comments", {"body": "Injure."})
    item = db.query(Comment).one()
    make.hidden(item)
    page = client.get(page_of(proposal)).page
    assert not page.soup.find(id=f"comment-{item.id}")
    assert queries.standing([item.id])[item.id].outcome is Outcome.HIDE


def test_an_administrator_sets_whose_texts_are_read_first(signed_in: Any, make: Factories) -> None:
    space = make.space()
    browser = signed_in(make.administrator())
    url = f"/admin/spaces/{space.slug}"
    page = browser.get(url).page
    fields = {
        name: page.value_of(name)
        for name in ("title", "supports_per_person", "phases-0-title", "phases-0-starts_at")
    }
    done = browser.submit(url, fields | {"premoderation": "newcomers"})
    assert done.status_code == 303
    assert space.premoderation is Premoderation.NEWCOMERS
    assert "newcomers" in str(browser.get(url).page.soup.find("option", selected=True))


def test_everyone_reads_how_moderation_works(client: Any) -> None:
    page = client.get("/moderation/how").page
    assert "/moderation/how" in client.get("/moderation/rules").page.links()
    assert page.soup.find("h1")
