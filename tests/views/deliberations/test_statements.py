"""Voting on statements, one after the other, with and without script."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from civic.spaces.models import Act
from tests.factories import Factories
from votes.models import Stance

HTMX = {"HX-Request": "true"}


def asked(response: Any) -> str | None:
    """Where the form on the page posts: the statement that comes now."""
    form = response.page.soup.select_one("form.stance")
    return form["action"] if form else None


def test_each_vote_brings_the_next_statement(signed_in: Any, make: Factories, db: Any) -> None:
    space = make.space()
    for _n in range(3):
        make.statement(space)
    browser = signed_in(make.account())
    url = f"/spaces/{space.slug}/statements/vote"
    seen = set()
    for stance in ("agree", "disagree", "pass"):
        action = asked(browser.get(url))
        assert action is not None
        seen.add(action)
        assert browser.submit(action, {"stance": stance}).location.endswith(url)
    assert len(seen) == 3
    assert asked(browser.get(url)) is None
    assert db.scalar(select(func.count()).select_from(Stance)) == 3


def test_htmx_gets_the_next_card_in_place(signed_in: Any, make: Factories) -> None:
    space = make.space()
    for _n in range(2):
        make.statement(space)
    browser = signed_in(make.account())
    first = asked(browser.get(f"/spaces/{space.slug}/statements/vote"))
    response = browser.submit(first, {"stance": "agree"}, headers=HTMX)
    assert not response.page.is_whole
    assert response.page.soup.find(id="vote") is not None
    assert asked(response) not in (None, first)
    assert response.page.soup.find(attrs={"data-focus": True}) is not None


def test_a_vote_can_be_changed_from_the_list(signed_in: Any, make: Factories, db: Any) -> None:
    space = make.space()
    item = make.statement(space)
    person = make.account()
    browser = signed_in(person)
    url = f"/spaces/{space.slug}/statements/{item.id}/stance"
    browser.submit(url, {"stance": "agree"})
    response = browser.submit(url, {"stance": "disagree", "back": "list"}, headers=HTMX)
    assert response.page.soup.find(id=f"statement-{item.id}") is not None
    assert db.scalars(select(Stance.value)).all() == [-1]
    db.refresh(item)
    assert (item.agree_count, item.disagree_count) == (0, 1)


def test_figures_show_after_ones_own_vote_and_once_the_vote_is_over(
    client: Any, signed_in: Any, make: Factories
) -> None:
    space = make.space()
    item = make.statement(space)
    url = f"/spaces/{space.slug}/statements"
    assert client.get(url).page.soup.select_one(".stacked") is None
    browser = signed_in(make.account())
    browser.submit(f"{url}/{item.id}/stance", {"stance": "pass"})
    assert browser.get(url).page.soup.select_one(".stacked") is not None


def test_an_unknown_stance_is_refused_and_changes_nothing(
    signed_in: Any, make: Factories, db: Any
) -> None:
    item = make.statement()
    url = f"/spaces/{item.space.slug}/statements/{item.id}/stance"
    assert signed_in(make.account()).submit(url, {"stance": "2"}).status_code == 404
    assert db.scalar(select(func.count()).select_from(Stance)) == 0


def test_a_statement_of_another_space_is_missing(signed_in: Any, make: Factories) -> None:
    item, elsewhere = make.statement(), make.space()
    url = f"/spaces/{elsewhere.slug}/statements/{item.id}/stance"
    assert signed_in(make.account()).submit(url, {"stance": "agree"}).status_code == 404


def test_a_new_statement_is_published_after_those_that_say_the_same_were_shown(
    signed_in: Any, make: Factories
) -> None:
    space = make.space()
    make.statement(space, "Les bus devraient passer plus souvent le soir.")
    browser = signed_in(make.account())
    url = f"/spaces/{space.slug}/statements/new"
    mine = {"text": "Les bus doivent passer plus souvent le soir"}
    shown = browser.submit(url, mine)
    assert shown.status_code == 200
    assert "devraient" in shown.page.text
    assert shown.page.value_of("text") == mine["text"]
    fields = shown.page.form(url)
    assert browser.post(url, data=fields).status_code == 303
    assert mine["text"] in browser.get(f"/spaces/{space.slug}/statements").page.text


def test_a_statement_that_is_too_short_is_kept_for_correction(
    signed_in: Any, make: Factories
) -> None:
    space = make.space()
    response = signed_in(make.account()).submit(
        f"/spaces/{space.slug}/statements/new", {"text": "Non"}
    )
    assert response.status_code == 422
    assert response.page.value_of("text") == "Non"


def test_a_list_costs_the_same_number_of_queries_however_long(
    signed_in: Any, make: Factories, queries: list[str]
) -> None:
    space = make.space()
    make.statement(space)
    browser = signed_in(make.account())
    url = f"/spaces/{space.slug}/statements"
    browser.get(url)
    queries.clear()
    browser.get(url)
    few = len(queries)
    for _n in range(10):
        make.statement(space)
    queries.clear()
    browser.get(url)
    assert len(queries) == few


def test_a_closed_vote_says_so_and_shows_no_buttons(signed_in: Any, make: Factories) -> None:
    space = make.space(permits=frozenset({Act.STATE}))
    make.statement(space)
    response = signed_in(make.account()).get(f"/spaces/{space.slug}/statements/vote")
    assert asked(response) is None
