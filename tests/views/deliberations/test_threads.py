"""The thread under a proposal, as people read it and write in it."""

from __future__ import annotations

from typing import Any

from civic.contributions.actions import set_state
from civic.contributions.models import State
from civic.db import begin_write, commit
from tests.factories import Factories

HTMX = {"HX-Request": "true"}


def place(root: Any) -> str:
    return f"/spaces/{root.space.slug}/proposals/{root.id}"


def test_a_comment_is_written_in_the_page_and_shown_at_its_place(
    signed_in: Any, make: Factories
) -> None:
    proposal = make.proposal()
    browser = signed_in(make.account("Odette"))
    fields = browser.get(place(proposal)).page.form(f"/contributions/{proposal.id}/comments")
    response = browser.post(
        f"/contributions/{proposal.id}/comments", data=fields | {"body": "Oui, **bien sûr**."}
    )
    assert response.status_code == 303
    page = browser.get(response.location.partition("#")[0]).page
    anchor = response.location.partition("#")[2]
    comment = page.soup.find(id=anchor)
    assert comment is not None
    assert "Odette" in comment.get_text()
    assert comment.find("strong").get_text() == "bien sûr"


def test_htmx_gets_the_thread_with_the_new_comment_in_focus(
    signed_in: Any, make: Factories
) -> None:
    proposal = make.proposal()
    browser = signed_in(make.account())
    response = browser.submit(
        f"/contributions/{proposal.id}/comments", {"body": "Oui."}, headers=HTMX
    )
    assert response.status_code == 200
    thread = response.page.soup.find(id="thread")
    assert thread is not None
    assert thread.find(id=thread["data-focus-on"]) is not None
    assert response.page.value_of("body") == ""


def test_a_refused_comment_keeps_what_was_typed(signed_in: Any, make: Factories) -> None:
    proposal = make.proposal()
    browser = signed_in(make.account())
    long = "mot " * 1_000
    for headers in ({}, HTMX):
        response = browser.submit(
            f"/contributions/{proposal.id}/comments", {"body": long}, headers=headers
        )
        assert response.status_code == 422
        assert response.page.value_of("body").strip() == long.strip()


def test_the_same_form_sent_twice_makes_one_comment(signed_in: Any, make: Factories) -> None:
    proposal = make.proposal()
    browser = signed_in(make.account())
    url = f"/contributions/{proposal.id}/comments"
    fields = browser.get(place(proposal)).page.form(url) | {"body": "Une fois."}
    assert browser.post(url, data=fields).status_code == 303
    assert browser.post(url, data=fields).status_code == 303
    assert proposal.comment_count == 1


def test_an_answer_has_its_own_page_for_those_without_script(
    signed_in: Any, make: Factories
) -> None:
    comment = make.comment(make.proposal())
    browser = signed_in(make.account())
    url = f"/comments/{comment.id}/reply"
    fields = browser.get(url).page.form(url) | {"body": "Je réponds."}
    response = browser.post(url, data=fields)
    assert response.status_code == 303
    assert "Je réponds." in browser.get(response.location.partition("#")[0]).page.text


def test_two_hundred_comments_cost_as_many_queries_as_two(
    client: Any, make: Factories, queries: list[str]
) -> None:
    proposal = make.proposal()
    first = make.comment(proposal)
    make.comment(proposal, reply_to=first)
    client.get(place(proposal))
    queries.clear()
    client.get(place(proposal))
    few = len(queries)
    people = [make.account() for _n in range(5)]
    for n in range(60):
        make.comment(proposal, people[n % 5], reply_to=first if n % 3 else None)
    queries.clear()
    client.get(place(proposal))
    assert len(queries) == few


def test_a_hidden_comment_leaves_a_line_and_no_words(client: Any, make: Factories) -> None:
    proposal = make.proposal()
    comment = make.comment(proposal, body="Un mot blessant.")
    answer = make.comment(proposal, body="Restons calmes.", reply_to=comment)
    begin_write()
    set_state(comment, State.HIDDEN)
    commit()
    response = client.get(place(proposal))
    assert "blessant" not in response.text
    assert response.page.soup.find(id=f"comment-{comment.id}") is not None
    assert response.page.soup.find(id=f"comment-{answer.id}") is not None


def test_the_thread_of_a_hidden_text_is_nowhere(client: Any, make: Factories) -> None:
    proposal = make.proposal()
    comment = make.comment(proposal)
    begin_write()
    set_state(proposal, State.HIDDEN)
    commit()
    assert client.get(f"/contributions/{proposal.id}/comments").status_code == 404
    assert client.get(f"/comments/{comment.id}/reply").status_code == 404


def test_an_author_changes_and_takes_back_a_comment_and_nobody_else_does(
    signed_in: Any, make: Factories
) -> None:
    author = make.account()
    comment = make.comment(make.proposal(), author, "Trop cher.")
    stranger, own = signed_in(make.account()), signed_in(author)
    url = f"/comments/{comment.id}"
    assert stranger.get(f"{url}/edit").status_code == 403
    assert stranger.submit(f"{url}/removal").status_code == 403
    fields = own.get(f"{url}/edit").page
    sent = {"body": "Trop cher pour nous.", "version": fields.value_of("version")}
    assert own.submit(f"{url}/edit", sent).status_code == 303
    late = own.submit(f"{url}/edit", {"body": "Perdu ?", "version": "1"})
    assert late.status_code == 409
    assert late.page.value_of("body") == "Perdu ?"
    assert own.submit(f"{url}/removal").status_code == 303
    assert comment.state is State.REMOVED


def test_a_visitor_reads_the_thread_and_is_told_how_to_answer(client: Any, make: Factories) -> None:
    proposal = make.proposal()
    make.comment(proposal, body="Lisible par tous.")
    page = client.get(place(proposal)).page
    assert "Lisible par tous." in page.text
    assert page.soup.find("textarea") is None
    assert any("/sign-in" in link for link in page.links())
