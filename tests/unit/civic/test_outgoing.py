"""Requests to other servers: nothing inside is reached, nothing slow or huge is waited for."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from app import create_app
from civic import outgoing
from civic.outgoing import Fetched, NotFetchedError, fetch, is_public
from tests.conftest import settings_for

HOST = "donnees.ville.example"
PUBLIC = "93.184.215.14"
INSIDE = [
    "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "192.0.2.1", "198.18.0.1", "240.0.0.1",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1",
    "2130706433", "0x7f.1", "localhost", "",
]  # fmt: skip


@pytest.fixture
def app_context(tmp_path: Path) -> Iterator[None]:
    """Refusals are sentences in somebody's language: they need an application."""
    with create_app(settings_for(tmp_path, "")).app_context():
        yield


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_that_lead_inside_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "2606:4700::1111", "::ffff:93.184.215.14"])
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", [a for a in INSIDE if a])
def test_a_name_that_leads_inside_is_refused_before_any_connection(
    app_context: None, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(outgoing.socket, "create_connection", _must_not_be_called)
    for answers in ([address], [PUBLIC, address]):
        with pytest.raises(NotFetchedError):
            fetch(f"https://{HOST}/", hosts=[HOST], resolver=lambda *_asked: answers)  # noqa: B023


def _must_not_be_called(*_args: Any, **_kwargs: Any) -> Any:
    raise AssertionError("a connection was opened")


@pytest.mark.parametrize(
    "url",
    [
        "http://donnees.ville.example/", "ftp://donnees.ville.example/", "file:///etc/passwd",
        "gopher://donnees.ville.example/", "//donnees.ville.example/", "https:///etc/passwd",
        "https://autre.example/", "https://donnees.ville.example.evil.example/",
        "https://donnees.ville.example@evil.example/", "https://u:p@donnees.ville.example/",
        "https://evil.example#@donnees.ville.example/", "https://donnees.ville.example:22/",
        "https://donnees.ville.example:99999/", "https://localhost/", "https://127.0.0.1/",
        "https://2130706433/", "https://0x7f000001/", "https://[::1]/", "https://[::ffff:7f00:1]/",
        "https://donnees.ville.example./", "https://donnees.ville.example/ HTTP/1.1\r\nX: y",
        "https://donneés.ville.example/", "https://[", "",
    ],
)  # fmt: skip
def test_addresses_outside_the_list_are_refused(
    app_context: None, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(outgoing.socket, "create_connection", _must_not_be_called)
    with pytest.raises(NotFetchedError):
        fetch(url, hosts=[HOST], resolver=lambda *_asked: [PUBLIC])


def test_nothing_is_allowed_unless_the_settings_name_it(app_context: None) -> None:
    with pytest.raises(NotFetchedError, match="OUTGOING_HOSTS"):
        fetch(f"https://{HOST}/", resolver=lambda *_asked: [PUBLIC])


class Answering(BaseHTTPRequestHandler):
    """A server that answers what the path asks for."""

    seen: list[str] = []

    def do_GET(self) -> None:
        self.seen.append(self.path)
        ways: dict[str, Callable[[], None]] = {
            "/good": self.good, "/huge": self.huge, "/slow": self.slow, "/drip": self.drip,
            "/inside": lambda: self.away("https://169.254.169.254/latest/meta-data/"),
            "/file": lambda: self.away("file:///etc/passwd"),
            "/plain": lambda: self.away(f"http://{HOST}/good"),
            "/elsewhere": lambda: self.away("https://autre.example/"),
            "/round": lambda: self.away("/round"), "/moved": lambda: self.away("/good"),
        }  # fmt: skip
        try:
            ways[self.path]()
        except OSError:
            self.close_connection = True

    def good(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.headers["Host"].encode())

    def huge(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _piece in range(12):
            self.wfile.write(b"x" * 1024 * 1024)

    def slow(self) -> None:
        time.sleep(2)

    def drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _piece in range(40):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def away(self, location: str) -> None:
        self.send_response(302)
        self.send_header("Location", location)
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def reach(app_context: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Fetched]]:
    """Ask a local server through the client: the public address is led to it, without TLS."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    connect = outgoing.socket.create_connection

    def led(address: tuple[str, int], *more: Any) -> Any:
        assert address == (PUBLIC, 443)
        return connect(server.server_address, *more)

    monkeypatch.setattr(outgoing.socket, "create_connection", led)
    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", lambda _self, raw, **_more: raw)
    Answering.seen.clear()
    yield lambda path: fetch(
        f"https://{HOST}{path}", hosts=[HOST], resolver=lambda *_asked: [PUBLIC]
    )
    server.shutdown()
    server.server_close()


def test_an_allowed_host_is_read_and_its_redirect_within_is_followed(
    reach: Callable[..., Fetched],
) -> None:
    assert reach("/good").body == HOST.encode()
    assert reach("/moved").status == 200


@pytest.mark.parametrize("path", ["/inside", "/file", "/plain", "/elsewhere", "/round"])
def test_a_redirect_out_of_the_list_is_refused(reach: Callable[..., Fetched], path: str) -> None:
    with pytest.raises(NotFetchedError):
        reach(path)
    assert set(Answering.seen) == {path}
    assert len(Answering.seen) <= outgoing.REDIRECTS + 1


def test_an_answer_that_is_too_large_is_cut(reach: Callable[..., Fetched]) -> None:
    with pytest.raises(NotFetchedError, match="5"):
        reach("/huge")


@pytest.mark.parametrize("path", ["/slow", "/drip"])
def test_an_answer_that_is_too_slow_is_cut(
    reach: Callable[..., Fetched], monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(outgoing, "PATIENCE_SECONDS", 0.4)
    before = time.monotonic()
    with pytest.raises(NotFetchedError):
        reach(path)
    assert time.monotonic() - before < 1.5


def test_a_name_that_changes_its_answer_gains_nothing(
    app_context: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    connected: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    def note(address: tuple[str, int], *_more: Any) -> Any:
        connected.append(address[0])
        raise OSError

    monkeypatch.setattr(outgoing.socket, "create_connection", note)
    with pytest.raises(NotFetchedError):
        fetch(f"https://{HOST}/", hosts=[HOST], resolver=rebinding)
    assert (asked, connected) == ([HOST], [PUBLIC])
