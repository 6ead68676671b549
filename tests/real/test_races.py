"""One person, one voice, whatever arrives at the same instant."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.factories import PASSWORD
from tests.real.conftest import Instance
from tests.real.server import Browser

pytestmark = pytest.mark.slow  # starts a real server


def figures(instance: Instance, proposal: int) -> tuple[int, int]:
    """Rows of support, and the counter."""
    (rows,) = instance.column(
        "SELECT count(*) FROM support WHERE contribution_id = :id", id=proposal
    )
    (counter,) = instance.column(
        "SELECT support_count FROM contribution WHERE id = :id", id=proposal
    )
    return rows, counter


def signed_in(instance: Instance, email: str) -> Browser:
    browser = Browser(instance.server.port)
    browser.sign_in(email, PASSWORD)
    return browser


def test_twenty_supports_at_once_by_one_citizen_are_one(instance: Instance) -> None:
    proposal = instance.proposals[0]
    browser = signed_in(instance, instance.emails[0])
    fields = {"wanted": "1", "csrf_token": browser.token(f"/spaces/{instance.slug}/proposals")}
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(
                lambda _n: browser.post(f"/contributions/{proposal}/support", dict(fields)),
                range(20),
            )
        )
    assert {status for status, _body, _headers in answers} <= {200, 303}
    assert figures(instance, proposal) == (1, 1)


def test_counters_never_drift_from_their_rows(instance: Instance) -> None:
    chance = random.Random(3)
    browsers = [signed_in(instance, email) for email in instance.emails]
    tokens = [browser.token(f"/spaces/{instance.slug}/proposals") for browser in browsers]
    presses = [
        (chance.randrange(10), chance.choice(instance.proposals), chance.choice("01"))
        for _press in range(200)
    ]

    def press(what: tuple[int, int, str]) -> int:
        person, proposal, wanted = what
        fields = {"wanted": wanted, "csrf_token": tokens[person]}
        return browsers[person].post(f"/contributions/{proposal}/support", fields)[0]

    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(press, presses))
    assert statuses <= {200, 303}
    for proposal in instance.proposals:
        rows, counter = figures(instance, proposal)
        assert rows == counter >= 0


def test_one_rendered_form_sent_twice_at_once_makes_one_proposal(instance: Instance) -> None:
    browser = signed_in(instance, instance.emails[1])
    address = f"/spaces/{instance.slug}/proposals/new"
    page = browser.get(address)[1]
    key = page.partition('name="_once" value="')[2].partition('"')[0]
    fields = {
        "title": "Un banc devant l’école",
        "body": "Pour que les grands-parents attendent assis.",
        "csrf_token": browser.token(address),
        "_once": key,
    }
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _n: browser.post(address, dict(fields)), range(2)))
    answers.append(browser.post(address, dict(fields)))
    assert {status for status, _body, _headers in answers} == {303}
    assert len({headers["Location"] for _status, _body, headers in answers}) == 1
    query = "SELECT count(*) FROM contribution WHERE title = :title"
    (made,) = instance.column(query, title=fields["title"])
    assert made == 1
