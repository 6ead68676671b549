"""A provider that lies: everything that must be refused, one lie at a time.

The provider stands on loopback and signs what the test tells it to. The honest one is real software
(tests/real/test_providers.py).
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from sqlalchemy import select

from civic.accounts.models import SignIn
from civic.accounts.providers import client as identity
from civic.accounts.providers.models import Identity
from civic.accounts.providers.reading import read_providers
from civic.settings import SettingsError
from tests.conftest import new_client
from tests.factories import Factories

SECRET = "a-secret-that-only-the-tests-know"
FILE = """
[mairie]
label = "ConnectMairie"
issuer = "{issuer}"
client_id = "palabre"
client_secret = "{secret}"
scopes = "openid siret"
claims = {{ siret = "21300001900018" }}
hint = "Pour les agents et les élus"
"""


@dataclass
class Provider:
    """What it says next."""

    address: str = ""
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one"}))
    signing_key: Any = None
    header: dict[str, str] = field(default_factory=lambda: {"alg": "ES256", "kid": "one"})
    nonce: str = ""
    discovery: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    raw: Callable[[str], str] = str
    moved: bool = False

    def configuration(self) -> dict[str, Any]:
        """What discovery says."""
        ends = {
            f"{name}_endpoint": f"{self.address}/{name}"
            for name in ("authorization", "token", "userinfo")
        }
        return {
            "issuer": self.address, "jwks_uri": f"{self.address}/jwks", **ends,
            "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"], **self.discovery,
        }  # fmt: skip

    def id_token(self) -> str:
        """The word for the person."""
        now = int(time.time())
        claims = {
            "iss": self.address, "sub": "jeanne", "aud": "palabre", "nonce": self.nonce,
            "iat": now, "exp": now + 60,
        } | self.claims  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        return self.raw(self.signed(claims))

    def signed(self, claims: dict[str, Any]) -> str:
        """A token over these claims."""
        return jwt.encode(
            self.header, claims, self.signing_key or self.key, algorithms=["ES256", "HS256"]
        )


@pytest.fixture
def provider(app: Flask, db: Any, tmp_path: Path, monkeypatch: Any) -> Iterator[Provider]:
    """The provider, in the settings of the application."""
    made = Provider()

    class Answer(BaseHTTPRequestHandler):
        def say(self, content: Any, kind: str = "application/json") -> None:
            body = content if isinstance(content, str) else json.dumps(content)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body.encode())

        def do_GET(self) -> None:
            if self.path.startswith("/.well-known"):
                self.say(made.configuration())
            elif self.path == "/jwks":
                self.say({"keys": [made.key.as_dict(private=False)]})
            else:
                told = {"sub": "jeanne", "siret": "21300001900018", "aud": "palabre"} | made.told
                self.say(made.signed(told), "application/jwt")

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if made.moved:
                self.send_response(307)
                self.send_header("Location", f"{made.address}/elsewhere")
                self.end_headers()
                return
            token = {"access_token": "a", "token_type": "Bearer", "id_token": made.id_token()}
            self.say({name: value for name, value in token.items() if value})

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    made.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    file = tmp_path / "providers.toml"
    file.write_text(FILE.format(issuer=made.address, secret=SECRET))
    before = app.config["SETTINGS"]
    monkeypatch.setitem(app.config, "SETTINGS", replace(before, providers_file=str(file)))
    monkeypatch.setitem(app.extensions, "palabre_providers", ({}, None))
    identity.init_app(app)
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def come_back(browser: Any, provider: Provider) -> Any:
    """Leave, and come back with a code."""
    left = browser.get("/sign-in/with/mairie?next=/account")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(left.location).query).items()}
    provider.nonce = provider.nonce or asked["nonce"]
    return browser.get(f"/sign-in/with/mairie/back?code=c&state={asked['state']}")


def test_the_honest_word_opens_an_account(client: Any, provider: Provider, db: Any) -> None:
    assert come_back(client, provider).location == "/sign-in/new"
    assert client.submit("/sign-in/new", {"name": "Jeanne"}).location == "/account"
    known = db.scalars(select(Identity)).one()
    assert (known.issuer, known.subject) == (provider.address, "jeanne")
    assert db.scalars(select(SignIn)).one().provider == "mairie"
    assert "Pour les agents" in new_client(client.application).get("/sign-in").page.text


NOW = int(time.time())
LIES: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "x" * 48},
    "no nonce": {"claims": {"nonce": None}},
    "out of time": {"claims": {"iat": NOW - 7_200, "exp": NOW - 3_600}},
    "no end": {"claims": {"exp": None}},
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "for another site": {"claims": {"aud": "autre"}},
    "no subject": {"claims": {"sub": None}},
    "signed by somebody else": {"signing_key": ECKey.generate_key("P-256", {"kid": "one"})},
    "signed with our own secret": {
        "header": {"alg": "HS256", "kid": "one"}, "signing_key": OctKey.import_key(SECRET),
    },
    "not signed": {"raw": lambda token: f"eyJhbGciOiJub25lIn0.{token.split('.')[1]}."},
    "no word at all": {"raw": lambda _token: ""},
    "nonsense": {"raw": lambda _token: "a.b.c"},
    "discovery of another issuer": {"discovery": {"issuer": "https://evil.example"}},
    "told about somebody else": {"told": {"sub": "autre"}},
    "told for another site": {"told": {"aud": "autre"}},
    "of another town hall": {"told": {"siret": "21300002700016"}},
    "sent on to another address": {"moved": True},
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_opens_nothing(client: Any, provider: Provider, db: Any, lie: str) -> None:
    for name, value in LIES[lie].items():
        setattr(provider, name, value)
    refused = come_back(client, provider)
    assert refused.location == "/sign-in"
    assert "ConnectMairie" in client.get("/sign-in").page.text
    assert client.get("/account").status_code == 401
    assert not db.scalars(select(Identity)).all()


def test_a_provider_that_is_away_is_told_and_the_rest_goes_on(
    client: Any, provider: Provider, make: Factories
) -> None:
    provider.discovery = {"authorization_endpoint": None}
    assert client.get("/sign-in/with/mairie").location == "/sign-in"
    assert client.get("/sign-in/with/inconnu").status_code == 404
    assert client.sign_in(make.account()).get("/account").status_code == 200


def test_the_only_way_in_cannot_be_taken_away(client: Any, provider: Provider, db: Any) -> None:
    come_back(client, provider)
    client.submit("/sign-in/new", {"name": "Jeanne"})
    known = db.scalars(select(Identity)).one()
    removal = f"/account/identities/{known.id}/removal"
    assert client.submit(removal).status_code == 409
    assert db.scalars(select(Identity)).all()


def test_a_second_factor_is_asked_after_the_provider_too(
    client: Any, provider: Provider, make: Factories
) -> None:
    from tests.views.civic.test_second_factor import set_up  # noqa: PLC0415

    come_back(client, provider)
    client.submit("/sign-in/new", {"name": "Jeanne"})
    set_up(client)
    provider.nonce = ""
    assert come_back(new_client(client.application), provider).location == "/sign-in/second"


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("[x]\nlabel = 'X'", "issuer"),
        ("[X]\nlabel='X'\nissuer='https://x'\nclient_id='a'\nclient_secret='b'", "lower-case"),
        ("[x]\nlabel='X'\nissuer='http://x'\nclient_id='a'\nclient_secret='b'", "https"),
        ("[x]\nlabel='X'\nissuer='https://x'\nclient_id='a'\nclient_secret='b'\ncolour='c'",
         "colour"),
        ("[x]\nlabel='X'\nissuer='https://x'\nclient_id='a'\nclient_secret='b'\n"
         "algorithms=['none']", "algorithms"),
        ("x = 1", "table"),
        ("[x", "cannot be read"),
    ],
)  # fmt: skip
def test_a_file_of_providers_that_cannot_serve_is_told(
    tmp_path: Path, written: str, fault: str
) -> None:
    file = tmp_path / "providers.toml"
    file.write_text(written)
    with pytest.raises(SettingsError, match=fault):
        read_providers(str(file))
