"""What is erased leaves the database file itself, not only its tables."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.factories import PASSWORD
from tests.real.conftest import prepared
from tests.real.server import Browser, Server, environment, free_port

pytestmark = pytest.mark.slow  # a real server and worker on a real file

MARKS = (b"zxparti@example.org", "Zéphyrine Zxpartie".encode(), b"zxbrouillon")
PATIENCE_SECONDS = 30


def holders(folder: Path) -> set[str]:
    """The files in which a mark stands."""
    return {
        f"{file.name}: {mark.decode()}"
        for file in folder.rglob("*")
        if file.is_file() and file.suffix != ".log"
        for mark in MARKS
        if mark in file.read_bytes()
    }


def test_the_name_and_the_drafts_of_a_deleted_account_are_in_no_file(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'palabre.db'}"
    made = prepared(tmp_path, address)
    with Server(environment(tmp_path, free_port(), address), ["serve"]) as server:
        browser = Browser(server.port)
        fields = {"name": "Zéphyrine Zxpartie", "email": "zxparti@example.org"}
        given = fields | {"password": PASSWORD, "csrf_token": browser.token()}
        assert browser.post("/sign-up", given)[0] in (200, 303)
        token = browser.token("/account")
        words = "zxbrouillon, des bancs à l’ombre"
        draft = {"title": words, "body": words, "csrf_token": token}
        assert browser.post(f"/spaces/{made.slug}/proposals/new", draft)[0] == 303
        assert holders(tmp_path)
        left, body, _h = browser.post("/account/deletion", {"sure": "y", "csrf_token": token})
        assert left == 303, body
        ending = time.monotonic() + PATIENCE_SECONDS
        while holders(tmp_path) and time.monotonic() < ending:
            time.sleep(0.5)
    assert holders(tmp_path) == set()
