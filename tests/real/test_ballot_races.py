"""One voter, one ballot: at the same instant, and when the server dies in the middle."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from http.client import HTTPException
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from app import create_app
from civic import clock
from civic.accounts.queries import account_by_id
from civic.db import begin_write, commit, db
from civic.errors import Conflict, NotOpen
from civic.spaces.models import Space
from tests.factories import PASSWORD, Factories
from tests.real.conftest import Instance
from tests.real.server import Browser, Server, environment, free_port
from votes.ballots import actions, sealing
from votes.ballots.batches import actions as papers, queries as batches
from votes.ballots.models import Ballot, Electorate

pytestmark = pytest.mark.slow  # starts a real server


def opened(instance: Instance, **given: Any) -> int:
    """A ballot that takes votes now."""
    app = create_app(instance.settings)
    with app.app_context():
        space = db.session.query(Space).filter_by(slug=instance.slug).one()
        number = Factories().ballot(space, **given).id
        db.session.remove()
        db.engine.dispose()
    return number


def stored(instance: Instance, ballot: int) -> tuple[int, list[str]]:
    """Émargements, and what is in the box."""
    (names,) = instance.column("SELECT count(*) FROM emargement WHERE ballot_id = :id", id=ballot)
    papers = instance.column("SELECT content FROM box_paper WHERE ballot_id = :id", id=ballot)
    return names, papers


def voter(instance: Instance, port: int, who: int) -> tuple[Browser, dict[str, str]]:
    browser = Browser(port)
    browser.sign_in(instance.emails[who], PASSWORD)
    return browser, {"sure": "1", "csrf_token": browser.token(f"/spaces/{instance.slug}/proposals")}


@pytest.mark.parametrize("allows_change", [False, True])
def test_twenty_ballots_at_once_by_one_voter_are_one(
    instance: Instance, allows_change: bool
) -> None:
    ballot = opened(instance, allows_change=allows_change)
    browser, fields = voter(instance, instance.server.port, 0)
    address = f"/spaces/{instance.slug}/ballots/{ballot}"

    def send(number: int) -> int:
        return browser.post(address, fields | {"choice": f"o{1 + number % 3}"})[0]

    with ThreadPoolExecutor(20) as pool:
        statuses = set(pool.map(send, range(20)))
    assert statuses <= {200, 403, 409}
    names, papers = stored(instance, ballot)
    assert names == len(papers) == 1
    assert papers[0] in ('["o1"]', '["o2"]', '["o3"]')


def test_a_server_killed_while_people_vote_leaves_no_name_without_a_ballot(
    instance: Instance,
) -> None:
    ballot = opened(instance)
    address = f"/spaces/{instance.slug}/ballots/{ballot}"
    folder = instance.settings.var_dir
    env = environment(folder, free_port(), instance.settings.database_url)
    with Server(env) as server:
        people = [voter(instance, server.port, who) for who in range(10)]
        started = threading.Event()

        def send(person: tuple[Browser, dict[str, str]]) -> None:
            browser, fields = person
            started.set()
            with suppress(OSError, HTTPException):  # the server is gone; the box knows the truth
                browser.post(address, fields | {"choice": "o1"})

        threads = [threading.Thread(target=send, args=(person,)) for person in people]
        for thread in threads:
            thread.start()
        started.wait()
        time.sleep(0.05)
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
        for thread in threads:
            thread.join()
    names, papers = stored(instance, ballot)
    assert names == len(papers)


# On SQLite the box is made so slow that the server dies between the two inserts for certain; on
# PostgreSQL somebody else holds the box while the name is already written.
SLOW = """
CREATE TRIGGER slow BEFORE INSERT ON box_paper BEGIN
  SELECT count(*) FROM (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c
    WHERE n < 2000000000) SELECT n FROM c);
END
"""


def test_killed_between_the_name_and_the_ballot_neither_is_there(instance: Instance) -> None:
    ballot = opened(instance)
    address = f"/spaces/{instance.slug}/ballots/{ballot}"
    engine = create_engine(instance.settings.database)
    is_sqlite = engine.dialect.name == "sqlite"
    env = environment(instance.settings.var_dir, free_port(), instance.settings.database_url)
    with Server(env) as server, engine.connect() as holder:
        browser, fields = voter(instance, server.port, 3)
        holder.execute(text(SLOW if is_sqlite else "LOCK TABLE box_paper IN EXCLUSIVE MODE"))
        if is_sqlite:
            holder.commit()

        def send() -> None:
            with suppress(OSError, HTTPException):
                browser.post(address, fields | {"choice": "o1"})

        voting = threading.Thread(target=send)
        voting.start()
        time.sleep(1.5)  # the name is written, the ballot waits
        assert voting.is_alive(), "the server answered before it was killed"
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
        voting.join()
        if is_sqlite:
            holder.execute(text("DROP TRIGGER slow"))
        holder.commit()
    engine.dispose()
    assert stored(instance, ballot) == (0, [])
    after, fields = voter(instance, instance.server.port, 3)
    assert after.post(address, fields | {"choice": "o2"})[0] == 200, "the voter can vote again"
    assert stored(instance, ballot) == (1, ['["o2"]'])


def seal_as_soon_as_possible(instance: Instance, number: int) -> int:
    """Seal in another process's place, the very moment that the vote is closed; votants."""
    app = create_app(instance.settings)
    with app.app_context():
        for _try in range(2_000):
            begin_write()
            ballot = db.session.get_one(Ballot, number)
            official = db.session.get_one(Ballot, number).drafted_by_id
            try:
                actions.seal(ballot, account_by_id(official))
            except NotOpen:
                db.session.rollback()
                time.sleep(0.002)
                continue
            commit()
            votants = ballot.cast_count
            db.session.remove()
            db.engine.dispose()
            assert votants is not None
            return votants
    raise AssertionError("it never closed")


@pytest.mark.parametrize("people", [1, 10])
def test_ballots_at_the_second_of_closing_are_in_the_box_or_refused(
    instance: Instance, people: int
) -> None:
    voters = [voter(instance, instance.server.port, who) for who in range(people)]
    closing = clock.now() + timedelta(seconds=1.5)
    ballot = opened(instance, closes_at=closing)
    address = f"/spaces/{instance.slug}/ballots/{ballot}"
    receipts: list[str] = []

    def send(number: int) -> int:
        browser, fields = voters[number % people]
        wait = (closing - clock.now()).total_seconds() + (number - 10) * 0.02
        time.sleep(max(wait, 0))
        status, body, _headers = browser.post(address, fields | {"choice": "o1"})
        receipts.extend(re.findall(r"<code>([2-9A-Z-]{19})</code>", body))
        return status

    with ThreadPoolExecutor(21) as pool:
        sealing_it = pool.submit(seal_as_soon_as_possible, instance, ballot)
        statuses = set(pool.map(send, range(20)))
        votants = sealing_it.result()
    assert statuses <= {200, 403, 409}
    names, papers = stored(instance, ballot)
    assert names == len(papers) == votants == len(receipts) <= people
    kept = instance.column("SELECT receipt FROM box_paper WHERE ballot_id = :id", id=ballot)
    assert sorted(kept) == sorted(map(sealing.receipt_digest, receipts))


def test_voting_online_and_on_paper_at_once_leaves_one_of_the_two(instance: Instance) -> None:
    """Five people post their ballot while an official marks their lines."""
    emails = instance.emails[:5]
    ballot = opened(instance, electorate=Electorate.LISTED, emails=emails)
    voters = [voter(instance, instance.server.port, who) for who in range(5)]
    address = f"/spaces/{instance.slug}/ballots/{ballot}"
    app = create_app(instance.settings)
    ready = threading.Barrier(2)

    def mark(who: int) -> bool:
        with app.app_context():
            ready.wait()
            begin_write()
            row = db.session.get_one(Ballot, ballot)
            by = account_by_id(row.drafted_by_id)
            batch = batches.batches_of(row)[0]
            ((line, _online, _batch),) = batches.lines(row, emails[who])
            try:
                papers.mark(batch, by, line)
                commit()
            except Conflict:
                db.session.rollback()
                return False
            finally:
                db.session.remove()
            return True

    def send(who: int) -> bool:
        browser, fields = voters[who]
        ready.wait()
        return browser.post(address, fields | {"choice": "o1"})[0] == 200

    with app.app_context():
        begin_write()
        row = db.session.get_one(Ballot, ballot)
        papers.declare(row, account_by_id(row.drafted_by_id), "Mairie", 5)
        commit()
        db.session.remove()
    with ThreadPoolExecutor(2) as pool:
        for who in range(5):
            online, on_paper = pool.submit(send, who), pool.submit(mark, who)
            assert online.result() != on_paper.result(), emails[who]
    with app.app_context():
        db.engine.dispose()
    names, content = stored(instance, ballot)
    marks = instance.column("SELECT roll_entry_id FROM paper_mark WHERE ballot_id = :id", id=ballot)
    assert names == len(content)
    assert names + len(marks) == 5
