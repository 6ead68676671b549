"""One voter, many requests at one instant: one basket an envelope, one district a person."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from app import create_app
from civic.db import db
from civic.spaces.models import Space
from tests.factories import PASSWORD, Factories
from tests.real.conftest import Instance
from tests.real.server import Browser

pytestmark = pytest.mark.slow  # starts a real server


@dataclass
class Opened:
    """A budget that takes votes now: its number, and the envelopes with their ballots."""

    number: int
    envelopes: list[int]
    ballots: list[int]


def opened(instance: Instance, **given: bool) -> Opened:
    app = create_app(instance.settings)
    with app.app_context():
        space = db.session.query(Space).filter_by(slug=instance.slug).one()
        budget = Factories().budget(space, **given)
        found = Opened(budget.id, [e.id for e in budget.envelopes], [b.id for b in budget.ballots])
        db.session.remove()
        db.engine.dispose()
    return found


def voter(instance: Instance, who: int) -> tuple[Browser, dict[str, str]]:
    browser = Browser(instance.server.port)
    browser.sign_in(instance.emails[who], PASSWORD)
    return browser, {"csrf_token": browser.token(f"/spaces/{instance.slug}/proposals")}


def held(instance: Instance, ballot: int) -> tuple[int, int]:
    """Émargements and papers of a ballot."""
    (names,) = instance.column("SELECT count(*) FROM emargement WHERE ballot_id = :id", id=ballot)
    (papers,) = instance.column("SELECT count(*) FROM box_paper WHERE ballot_id = :id", id=ballot)
    return names, papers


@pytest.mark.parametrize("allows_change", [False, True])
def test_twenty_baskets_at_once_by_one_voter_are_one(
    instance: Instance, allows_change: bool
) -> None:
    budget = opened(instance, allows_change=allows_change)
    browser, fields = voter(instance, 0)
    address = f"/spaces/{instance.slug}/ballots/{budget.ballots[1]}"

    def send(number: int) -> int:
        basket = {"sure": "1", "tick": f"o{1 + number % 3}"}
        return browser.post(address, fields | basket)[0]

    with ThreadPoolExecutor(20) as pool:
        statuses = set(pool.map(send, range(20)))
    assert statuses <= {200, 403, 409}
    assert held(instance, budget.ballots[1]) == (1, 1)
    places = "SELECT place FROM district_choice WHERE budget_id = :id"
    assert instance.column(places, id=budget.number) == [1]


def test_baskets_in_two_districts_at_one_instant_leave_one_district(instance: Instance) -> None:
    budget = opened(instance, allows_change=True)
    browser, fields = voter(instance, 1)

    def send(number: int) -> int:
        ballot = budget.ballots[1 + number % 2]
        basket = {"sure": "1", "tick": "o1"}
        return browser.post(f"/spaces/{instance.slug}/ballots/{ballot}", fields | basket)[0]

    with ThreadPoolExecutor(20) as pool:
        statuses = set(pool.map(send, range(20)))
    assert statuses <= {200, 403, 409}
    assert sorted([held(instance, budget.ballots[1]), held(instance, budget.ballots[2])]) == [
        (0, 0), (1, 1),
    ]  # fmt: skip


def test_leaving_a_district_and_voting_in_it_at_one_instant_do_not_cross(
    instance: Instance,
) -> None:
    budget = opened(instance, allows_change=True)
    browser, fields = voter(instance, 2)
    space = f"/spaces/{instance.slug}"

    def send(number: int) -> int:
        district = 1 + number % 2
        if number % 4 < 2:
            leave = {"envelope": str(budget.envelopes[district]), "leave": "1", "sure": "1"}
            return browser.post(f"{space}/budgets/{budget.number}/district", fields | leave)[0]
        basket = {"sure": "1", "tick": "o1"}
        return browser.post(f"{space}/ballots/{budget.ballots[district]}", fields | basket)[0]

    with ThreadPoolExecutor(12) as pool:
        statuses = set(pool.map(send, range(36)))
    assert statuses <= {200, 303, 403, 409}
    boxes = [held(instance, ballot) for ballot in budget.ballots[1:]]
    assert all(names == papers for names, papers in boxes)
    assert sum(names for names, _papers in boxes) <= 1
    without = instance.column(
        "SELECT m.account_id FROM emargement m JOIN envelope e ON e.ballot_id = m.ballot_id"
        " LEFT JOIN district_choice c ON c.envelope_id = e.id AND c.account_id = m.account_id"
        " WHERE e.budget_id = :id AND NOT e.is_town AND c.place IS NULL",
        id=budget.number,
    )
    assert without == [], "whoever voted in a district has a place there"
