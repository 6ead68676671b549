"""Paper ballots as officials click through them: blind typing, comparison, box, result page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from civic import clock
from civic.db import begin_write, commit
from tests.factories import Factories
from tests.views.ballots.test_pages import GIVEN, PAPERS, address
from votes.ballots import actions as ballots, casting
from votes.ballots.batches import queries
from votes.ballots.models import Act, Ballot, Electorate


def closed(ballot: Ballot) -> Any:
    return clock.at(ballot.closes_at + timedelta(minutes=1))


@pytest.mark.parametrize("rule", PAPERS)
def test_what_was_typed_stands_on_the_form_again(make: Factories, rule: str) -> None:
    sheet = make.ballot(rule=rule, **GIVEN.get(rule, {})).sheet
    content = casting.read(sheet, MultiDict(PAPERS[rule][0]))
    assert content
    assert casting.read(sheet, MultiDict(casting.fields_of(sheet, content))) == content
    blank = type(content)()
    assert casting.read(sheet, MultiDict(casting.fields_of(sheet, blank))) == blank


def test_two_officials_type_blind_a_third_settles_and_the_page_says_how_many(
    make: Factories, signed_in: Any, client: Any
) -> None:
    soon = clock.now() + timedelta(hours=1)  # before the sessions of these people end
    ballot = make.ballot(rule="approval", closes_at=soon)
    for _n in range(10):
        make.vote(ballot, ["o3"])
    people = [make.official(ballot.space) for _n in range(3)]
    anne, bruno, claire = (signed_in(person) for person in people)
    root = f"{address(ballot)}/batches"
    assert signed_in(make.account()).get(root).status_code == 404
    assert client.get(root).status_code == 401
    bad = anne.submit(root, {"reference": "", "size": "0"})
    assert bad.status_code == 422
    assert anne.submit(root, {"reference": "Mairie, urne 2", "size": "2"}).status_code == 303
    (batch,) = queries.batches_of(ballot)
    here = f"{root}/{batch.id}"
    assert anne.submit(f"{here}/reading").status_code in (403, 409), "not before the close"
    with closed(ballot):
        assert anne.submit(f"{here}/reading").headers["Location"].endswith("/papers/1")
        both = anne.submit(f"{here}/papers/1", {"tick": "o1", "null": "1"})
        assert both.status_code == 422
        assert anne.submit(f"{here}/papers/1", {"tick": "o1"}).status_code == 303
        assert anne.submit(f"{here}/papers/2", {"null": "1"}).headers["Location"].endswith(here)
        assert bruno.submit(f"{here}/reading").status_code == 303
        seen = bruno.get(f"{here}/papers/1").page
        assert not seen.soup.find_all("input", checked=True), "the first reading is not shown"
        assert anne.get(f"{here}/papers/1").page.soup.find("input", checked=True)["value"] == "o1"
        assert anne.submit(f"{here}/reading/end").status_code == 303
        assert "Comparaison" not in bruno.get(here).page.text
        assert bruno.submit(f"{here}/papers/1", {"tick": ["o1", "o2"]}).status_code == 303
        assert bruno.submit(f"{here}/papers/2", {"null": "1"}).status_code == 303
        assert bruno.submit(f"{here}/reading/end").status_code == 303
        shown = claire.get(here).page
        assert "1 bulletin a été lu de deux façons" in shown.text
        assert "Bulletin 1" in shown.text
        assert claire.submit(f"{here}/admission").status_code == 403
        settled = claire.submit(f"{here}/settlements/1", {"reading": "2"})
        assert settled.status_code == 303
        anew = claire.submit(f"{here}/papers/1", {"tick": ["o2"]})
        assert anew.status_code == 303
        assert claire.submit(f"{here}/admission").status_code == 303
        begin_write()
        ballots.seal(ballot, people[0])
        asked = ballots.ask(ballot, people[0], Act.PUBLISH, "Le bureau a signé.")
        ballots.confirm(asked, ballot, people[1])
        commit()
    assert ballot.result is not None
    assert ballot.result["trace"]["approvals"] == {"o1": 0, "o2": 1, "o3": 10}
    text = client.get(address(ballot)).page.text
    assert "dont 2 bulletins papier" in text
    assert "1 bulletin nul" in text
    assert "saisi par deux personnes" in text


def test_a_withdrawn_batch_is_told_with_its_reason(
    make: Factories, signed_in: Any, client: Any
) -> None:
    ballot = make.ballot()
    make.vote(ballot, ["o1"])
    first, second = make.official(ballot.space), make.official(ballot.space)
    root = f"{address(ballot)}/batches"
    signed_in(first).submit(root, {"reference": "École", "size": "4"})
    (batch,) = queries.batches_of(ballot)
    out = f"{root}/{batch.id}/withdrawal"
    assert signed_in(first).submit(out, {"because": "Urne vide."}).status_code == 403
    assert signed_in(second).submit(out, {"because": ""}).status_code == 422
    assert signed_in(second).submit(out, {"because": "L’urne était ouverte."}).status_code == 303
    with closed(ballot):
        begin_write()
        ballots.seal(ballot, first)
        asked = ballots.ask(ballot, first, Act.PUBLISH, "Le bureau a signé.")
        ballots.confirm(asked, ballot, second)
        commit()
    assert "L’urne était ouverte." in client.get(address(ballot)).page.text


def test_the_roll_is_looked_up_and_marked_and_the_marked_read_why_they_cannot_vote(
    make: Factories, signed_in: Any
) -> None:
    emails = ["anne@example.org", "Bernard Petit, 1931"]
    ballot = make.ballot(electorate=Electorate.LISTED, emails=emails)
    clerk, anne = signed_in(make.official(ballot.space)), make.account(email="anne@example.org")
    root = f"{address(ballot)}/batches"
    clerk.submit(root, {"reference": "Mairie", "size": "1"})
    (batch,) = queries.batches_of(ballot)
    here = f"{root}/{batch.id}"
    assert "Bernard Petit, 1931" in clerk.get(f"{here}?q=petit").page.text
    assert "Aucune ligne" in clerk.get(f"{here}?q=%25").page.text
    assert "Aucune ligne" in clerk.get(f"{here}?q=an_e").page.text, "no character stands for others"
    ((line, online, marked),) = queries.lines(ballot, "anne")
    assert (online, marked) == (False, None)
    assert clerk.submit(f"{here}/marks/{line.id}").status_code == 303
    assert "a voté sur papier" in clerk.get(f"{here}?q=anne").page.text
    page = signed_in(anne).get(address(ballot)).page
    assert not page.soup.find(id="paper")
    assert "vous avez voté sur papier" in page.text
    other = make.ballot(electorate=Electorate.LISTED, emails=emails)
    ((foreign, _o, _m),) = queries.lines(other, "anne")
    assert clerk.submit(f"{here}/marks/{foreign.id}").status_code == 404
    assert clerk.submit(f"{here}/marks/{line.id}/removal").status_code == 303
    assert signed_in(anne).get(address(ballot)).page.soup.find(id="paper")
