"""A server in processes of its own, on a database of its own."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from civic.settings import ROOT

PATIENCE_SECONDS = 30


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, port: int, database_url: str = "", **more: str) -> dict[str, str]:
    """The environment of an instance under test."""
    own = {k: v for k, v in os.environ.items() if not k.startswith("PALABRE_")}
    given = {
        "PALABRE_VAR_DIR": str(folder),
        "PALABRE_PORT": str(port),
        "PALABRE_BASE_URL": f"http://127.0.0.1:{port}",
        "PALABRE_ARGON2_MEMORY": "8",
        "PALABRE_ARGON2_ROUNDS": "1",
        "PALABRE_FORM_SECONDS": "0",
        "PALABRE_DEMONSTRATION": "true",
        "PALABRE_VENUES": "127.0.0.1",
    }
    if database_url:
        given["PALABRE_DATABASE_URL"] = database_url
    return own | given | more


class Server:
    """`palabre web` (or another verb) as a process tree that is stopped at the end."""

    def __init__(self, env: dict[str, str], verb: Sequence[str] = ("web",)) -> None:
        self.env = env
        self.verb = list(verb)
        self.port = int(env["PALABRE_PORT"])
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Server:
        self.log = Path(self.env["PALABRE_VAR_DIR"]) / "server.log"
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app", *self.verb],
                cwd=ROOT, env=self.env, stdout=out, stderr=out, text=True, start_new_session=True,
            )  # fmt: skip
        self.wait_until_it_answers()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def wait_until_it_answers(self) -> None:
        """Wait for the first answer; fail with the log if the process ends before."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text()
            try:
                Browser(self.port).get("/")
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError(self.log.read_text())


class Browser:
    """A plain HTTP client with one cookie jar: what a browser without JavaScript sends."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> tuple[int, str, dict[str, str]]:
        """Status, body and headers."""
        return self._send("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str, dict[str, str]]:
        """Post a form."""
        return self._send("POST", path, urllib.parse.urlencode(fields))

    def _send(self, method: str, path: str, body: str | None) -> tuple[int, str, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(connection):  # even when the server dies in the middle of its answer
            connection.request(method, path, body, headers)
            with closing(connection.getresponse()) as answer:
                text = answer.read().decode("utf-8", "replace")  # a file for download is no text
                for cookie in answer.headers.get_all("Set-Cookie") or []:
                    name, _, value = cookie.partition(";")[0].partition("=")
                    self.cookies[name] = value
                return answer.status, text, dict(answer.headers)

    def token(self, path: str = "/sign-in") -> str:
        """The form token of this browser's session."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path)[1])
        assert found
        return found[1]

    def sign_in(self, email: str, password: str) -> None:
        """Come in by the form."""
        fields = {"email": email, "password": password, "csrf_token": self.token()}
        status, body, _headers = self.post("/sign-in", fields)
        assert status == 303, body
