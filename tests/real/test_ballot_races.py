"""One voter, one ballot: at the same instant, and when the server dies in the middle."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException

import psutil
import pytest

from app import create_app
from civic.db import db
from civic.spaces.models import Space
from tests.factories import PASSWORD, Factories
from tests.real.conftest import Instance
from tests.real.server import Browser, Server, environment, free_port

pytestmark = pytest.mark.slow  # starts a real server


def opened(instance: Instance, **given: bool) -> int:
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
        for process in psutil.Process(server.process.pid).children(recursive=True):
            os.kill(process.pid, signal.SIGKILL)
        for thread in threads:
            thread.join()
    names, papers = stored(instance, ballot)
    assert names == len(papers)
