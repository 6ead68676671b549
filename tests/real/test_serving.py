"""One command starts web and worker; one signal stops both."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from civic.settings import ROOT
from tests.factories import PASSWORD
from tests.real.conftest import prepared
from tests.real.post_office import PostOffice
from tests.real.server import Browser, Server, environment, free_port

pytestmark = pytest.mark.slow  # starts real processes and waits for them

PATIENCE_SECONDS = 20


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Server]:
    """`palabre serve` on a small town."""
    address = f"sqlite:///{tmp_path / 'palabre.db'}"
    prepared(tmp_path, address)
    with Server(environment(tmp_path, free_port(), address), ["serve"]) as server:
        yield server


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_web_server_and_the_worker(tree: Server, stop: signal.Signals) -> None:
    assert tree.process is not None
    family = psutil.Process(tree.process.pid).children(recursive=True)
    assert len(family) >= 3, "a web server with its process, and a worker"
    tree.process.send_signal(stop)
    assert tree.process.wait(PATIENCE_SECONDS) == 0
    assert eventually(lambda: not any(p.is_running() for p in family))
    assert "Traceback" not in tree.log.read_text()


def test_a_web_server_alone_ends_with_all_its_processes(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'palabre.db'}"
    prepared(tmp_path, address)
    with Server(environment(tmp_path, free_port(), address)) as server:
        assert server.process is not None
        own = psutil.Process(server.process.pid)
        family = [own, *own.children(recursive=True)]
        assert len(family) >= 2
    assert eventually(lambda: not any(p.is_running() for p in family))


def test_when_the_web_server_dies_the_worker_does_not_stay_behind(tree: Server) -> None:
    assert tree.process is not None
    family = psutil.Process(tree.process.pid).children(recursive=True)
    masters = [p for p in psutil.Process(tree.process.pid).children() if "gunicorn" in _line(p)]
    masters[0].kill()
    assert tree.process.wait(PATIENCE_SECONDS) != 0
    workers = [
        p for p in family if p.is_running() and p.status() != "zombie" and "worker" in _line(p)
    ]
    assert not [p for p in workers if "gunicorn" not in _line(p)]


def _line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def test_a_newcomer_gets_a_letter_whose_link_confirms_the_address(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'palabre.db'}"
    prepared(tmp_path, address)
    with PostOffice() as office:
        env = environment(
            tmp_path, free_port(), address, PALABRE_SMTP_URL=office.url, PALABRE_DEMONSTRATION=""
        )
        with Server(env, ["serve"]) as server:
            browser = Browser(server.port)
            fields = {
                "name": "Odette", "email": "odette@example.org", "password": PASSWORD,
                "csrf_token": browser.token("/sign-up"),
            }  # fmt: skip
            status, _body, _headers = browser.post("/sign-up", fields)
            assert status == 200
            assert eventually(lambda: bool(office.letters)), server.log.read_text()
            letter = office.letters[0]
            assert letter["To"] == "odette@example.org"
            link = re.search(r"http://[^\s]+", letter.get_content())
            assert link
            path = urlsplit(link[0]).path
            scanner = Browser(server.port)  # a mail scanner opens every link, and confirms nothing
            status, page, _headers = scanner.get(path)
            assert status == 200
            assert Browser(server.port).get(path)[0] == 200
            fields = {"csrf_token": browser.token(path)}
            assert browser.post(path, fields)[0] == 303
            browser.sign_in("odette@example.org", PASSWORD)
    assert len(office.letters) == 1


def test_commands_say_what_they_are_for() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "app", "--help"], cwd=ROOT, env=os.environ, check=True,
        capture_output=True, text=True,
    ).stdout  # fmt: skip
    for verb in ("serve", "check", "import", "themes", "opinions", "count", "setup"):
        assert f"  {verb}" in listed
