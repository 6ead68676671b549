"""Voting on statements, one after the other, with and without script."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from civic import clock
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


def voted(browser: Any, space: Any, times: int, **more: str) -> None:
    """Agree with what comes, some times, going on after each pause."""
    for _n in range(times):
        page = browser.get(f"/spaces/{space.slug}/statements/vote")
        action = asked(page)
        if action is None:
            onward = page.page.soup.select_one("#vote-pause ~ p a.button")["href"]
            action = asked(browser.get(onward))
        browser.submit(action, {"stance": "agree", **more})


def test_the_last_answer_is_undone_and_asked_again(
    signed_in: Any, make: Factories, db: Any
) -> None:
    space = make.space()
    items = [make.statement(space) for _n in range(6)]
    browser = signed_in(make.account())
    url = f"/spaces/{space.slug}/statements/vote"
    first = asked(browser.get(url))
    browser.submit(first, {"stance": "agree"})
    undo = first.replace("/stance", "/undoing")
    assert browser.get(url).page.form(undo)
    done = browser.submit(undo)
    assert asked(browser.get(done.location)) == first
    assert db.scalar(select(func.count()).select_from(Stance)) == 0
    for item in items:
        db.refresh(item)
    assert sum(item.vote_count for item in items) == 0
    browser.submit(first, {"stance": "agree"})
    fragment = browser.submit(undo, headers=HTMX)
    assert asked(fragment) == first
    assert browser.submit(undo).status_code == 303, "twice is harmless"


def test_a_pause_tells_what_remains_and_leads_on(signed_in: Any, make: Factories) -> None:
    space = make.space()
    for _n in range(14):
        make.statement(space)
    browser = signed_in(make.account())
    url = f"/spaces/{space.slug}/statements/vote"
    assert browser.get(url).page.soup.select_one(".vote__pause")
    voted(browser, space, 10)
    paused = browser.get(url)
    assert asked(paused) is None
    assert "10" in paused.page.text
    assert "4" in paused.page.soup.select_one("#vote-pause ~ p").get_text()
    assert asked(browser.get(f"{url}?more=10")) is not None
    assert asked(browser.get(f"{url}?more=9")) is None
    voted(browser, space, 4)
    assert asked(browser.get(url)) is None


def test_ones_answers_are_reviewed_filtered_and_changed(
    signed_in: Any, make: Factories, db: Any
) -> None:
    space = make.space()
    first, second = make.statement(space), make.statement(space)
    browser = signed_in(make.account())
    url = f"/spaces/{space.slug}/statements"
    browser.submit(f"{url}/{first.id}/stance", {"stance": "agree", "important": "1"})
    browser.submit(f"{url}/{second.id}/stance", {"stance": "disagree"})
    both = browser.get(f"{url}/mine").page.soup.select("li.statement")
    assert [line["id"] for line in both] == [f"statement-{second.id}", f"statement-{first.id}"]
    for kind, item in (("agree", first), ("disagree", second), ("important", first)):
        lines = browser.get(f"{url}/mine?answer={kind}").page.soup.select("li.statement")
        assert [line["id"] for line in lines] == [f"statement-{item.id}"]
    changed = browser.submit(f"{url}/{first.id}/stance", {"stance": "pass", "back": "mine"})
    assert changed.location.endswith(f"/mine#statement-{first.id}")
    marked = browser.submit(
        f"{url}/{second.id}/importance", {"wanted": "1", "back": "mine"}, headers=HTMX
    )
    assert marked.page.soup.find(id=f"statement-{second.id}") is not None
    rows = db.execute(select(Stance.contribution_id, Stance.value, Stance.is_important)).all()
    assert sorted(rows) == [(first.id, 0, True), (second.id, -1, True)]


def test_a_visitor_has_no_answers_to_review(client: Any, make: Factories) -> None:
    space = make.space()
    assert client.get(f"/spaces/{space.slug}/statements/mine").status_code in (302, 303, 401)


def test_the_figures_are_a_table_once_the_vote_is_over(
    client: Any, signed_in: Any, make: Factories
) -> None:
    space = make.space()
    item = make.statement(space, "=1+1 devrait rester une phrase.")
    url = f"/spaces/{space.slug}/statements"
    signed_in(make.account()).submit(
        f"{url}/{item.id}/stance", {"stance": "agree", "important": "1"}
    )
    assert client.get(f"{url}/export.csv").status_code == 403
    assert signed_in(make.official(space)).get(f"{url}/export.csv").status_code == 200
    over = space.phases[0].ends_at
    with clock.at(over):
        table = client.get(f"{url}/export.csv").get_data(as_text=True).splitlines()
    assert len(table) == 2
    assert "'=1+1" in table[1]
    assert table[1].endswith("0;1;0;0;1")


def test_the_team_marks_what_is_about_the_person(signed_in: Any, make: Factories, db: Any) -> None:
    item = make.statement()
    url = f"/spaces/{item.space.slug}/statements/{item.id}/meta"
    assert signed_in(make.account()).submit(url, {"wanted": "1"}).status_code == 404
    assert signed_in(make.moderator(item.space)).submit(url, {"wanted": "1"}).status_code == 303
    db.refresh(item)
    assert item.is_meta


def test_who_may_not_mark_a_statement_is_not_offered_to(signed_in: Any, make: Factories) -> None:
    item = make.statement()
    listed, url = f"/spaces/{item.space.slug}/statements", f"statements/{item.id}/meta"
    assert url in signed_in(make.official(item.space)).get(listed).get_data(as_text=True)
    assert url not in signed_in(make.agent(item.space)).get(listed).get_data(as_text=True)
