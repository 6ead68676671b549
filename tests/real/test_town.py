"""The demonstration town: built by the real actions, whole, and readable by each role."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from civic.accounts.queries import DEMONSTRATION_KEYS
from civic.settings import ROOT
from tests.real.server import Browser, Server, environment, free_port

pytestmark = [
    pytest.mark.slow,  # builds a whole town and walks through it
    pytest.mark.xdist_group("town"),
]
AT_LEAST = {"proposal": 150, "comment": 200, "statement": 60}
PAGES_PER_ROLE = 120  # of each kind of address a few are read
PER_KIND = 3


def rows(town: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(f"file:{town / 'palabre.db'}?mode=ro", uri=True) as connection:
        return connection.execute(query).fetchall()


def palabre(town: Path, *verb: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", *verb], cwd=ROOT, env=environment(town, free_port()),
        check=False, capture_output=True, text=True,
    )  # fmt: skip


def test_the_town_is_as_full_as_a_real_one(town: Path) -> None:
    sizes = dict(rows(town, "SELECT kind, count(*) FROM contribution GROUP BY kind"))
    assert all(sizes[kind] >= least for kind, least in AT_LEAST.items()), sizes
    assert rows(town, "SELECT count(DISTINCT account_id) FROM stance")[0][0] >= 300
    assert rows(town, "SELECT count(*) FROM space")[0][0] == 3


def test_its_synthesis_is_published_and_everything_read_has_its_place(town: Path) -> None:
    (state, read, placed) = rows(
        town,
        "SELECT s.state, count(*), sum(p.theme_id IS NOT NULL) FROM synthesis s"
        " JOIN placement p ON p.synthesis_id = s.id GROUP BY s.id",
    )[0]
    assert state == "published"
    assert 0 < placed <= read


def test_some_texts_wait_for_a_moderator_and_some_are_hidden(town: Path) -> None:
    states = dict(rows(town, "SELECT state, count(*) FROM contribution GROUP BY state"))
    assert states["hidden"] >= 2


def test_every_invariant_holds(town: Path) -> None:
    done = palabre(town, "check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "✗" not in done.stdout


def test_started_again_it_keeps_its_data(town: Path) -> None:
    before = rows(town, "SELECT count(*) FROM contribution")
    done = palabre(town, "seed")
    assert done.returncode == 0, done.stderr
    assert rows(town, "SELECT count(*) FROM contribution") == before


@pytest.fixture(scope="module")
def server(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The town, served."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(town, folder, dirs_exist_ok=True)
    with Server(environment(folder, free_port())) as served:
        yield served


def kind_of(path: str) -> str:
    return re.sub(r"\d+", "0", re.sub(r"/spaces/[a-z-]+", "/spaces/x", path))


def internal_links(path: str, body: str) -> set[str]:
    found = set()
    for raw in re.findall(r'(?:href|hx-get)="([^"#]+)', body):
        address = urlsplit(unescape(raw))
        if not address.scheme and not address.path.startswith("/static"):
            place = address.path or urlsplit(path).path
            found.add(place + (f"?{address.query}" if address.query else ""))
    return found


@pytest.mark.parametrize("who", [None, *DEMONSTRATION_KEYS])
def test_every_page_that_a_person_can_reach_is_there(server: Server, who: str | None) -> None:
    browser = Browser(server.port)
    if who:
        body = browser.get("/demonstration")[1]
        names = dict(re.findall(r'action="(/demonstration/\d+)".*?<span>(.*?)</span>', body, re.S))
        assert len(names) == len(DEMONSTRATION_KEYS)
        place = list(names)[list(DEMONSTRATION_KEYS).index(who)]
        assert browser.post(place, {"csrf_token": browser.token("/demonstration")})[0] == 303
    seen: dict[str, int] = {}
    waiting, done = ["/"], {"/"}
    faults = []
    while waiting and sum(seen.values()) < PAGES_PER_ROLE:
        path = waiting.pop(0)
        kind = kind_of(path.partition("?")[0])
        if seen.get(kind, 0) >= PER_KIND:
            continue
        seen[kind] = seen.get(kind, 0) + 1
        status, body, headers = browser.get(path)
        if status == 401 and who is None and "/new" in path:
            continue  # a page that asks to sign in first
        if status not in (200, 302, 303):
            faults.append((status, path))
        if headers.get("Content-Type", "").startswith("text/html"):
            fresh = internal_links(path, body) - done
            done |= fresh
            waiting += sorted(fresh)
    assert not faults
    assert len(seen) >= 10, seen
