"""Coming in through a real OpenID Connect provider (npm oidc-provider), run by the test.

Its modules come from npm into `tests/real/provider/node_modules`, which is not kept. Without Node
the tests are skipped, unless PALABRE_REQUIRE_NODE says that they must run.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest
import requests

from tests.real.server import PATIENCE_SECONDS, Server, environment, free_port

HERE = Path(__file__).parent / "provider"
SETTINGS = """
[essai]
label = "EssaiConnect"
issuer = "{issuer}"
client_id = "palabre"
client_secret = "a-secret-that-only-the-tests-know"
scopes = "openid profile email"
"""


def give_up(why: str) -> NoReturn:
    """Skip, or fail where these tests must run."""
    if os.environ.get("PALABRE_REQUIRE_NODE"):
        pytest.fail(f"{why}, and PALABRE_REQUIRE_NODE is set")
    pytest.skip(f"provider tests skipped: {why}")


def fetch(npm: str) -> None:
    """Bring the provider's modules from npm, as the lock file names them."""
    done = subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund"], cwd=HERE, check=False, capture_output=True,
        text=True, timeout=180,
    )  # fmt: skip
    if done.returncode:
        give_up(f"npm could not fetch the provider: {done.stderr[-300:]}")


@pytest.fixture(scope="session")
def node() -> str:
    """Node with the provider's modules beside it."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if not found or not npm:
        give_up("Node.js and npm are not installed")
    with (HERE / "package.json").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # another worker of the same run may be fetching
        if not (HERE / "node_modules" / "oidc-provider").is_dir():
            fetch(npm)
    return found


@dataclass
class Place:
    """Where Palabre and the provider answer."""

    palabre: str
    issuer: str


@pytest.fixture(scope="module")
def place(node: str, town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A town whose people may come in through the provider, both running."""
    folder = tmp_path_factory.mktemp("providers")
    shutil.copytree(town, folder, dirs_exist_ok=True)
    ours, theirs = free_port(), free_port()
    made = Place(f"http://127.0.0.1:{ours}", f"http://127.0.0.1:{theirs}")
    (folder / "providers.toml").write_text(SETTINGS.format(issuer=made.issuer))
    back = f"{made.palabre}/sign-in/with/essai/back"
    with (folder / "provider.log").open("w") as log:
        process = subprocess.Popen(
            [node, "provider.mjs", str(theirs), back], cwd=HERE, stdout=log, stderr=log
        )
        try:
            wait_for(made.issuer, process, folder / "provider.log")
            file = str(folder / "providers.toml")
            env = environment(folder, ours, PALABRE_PROVIDERS_FILE=file)
            with Server(env):
                yield made
        finally:
            process.terminate()
            process.wait(10)


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the provider answers."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            requests.get(f"{address}/.well-known/openid-configuration", timeout=2)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())


class Traveller:
    """A browser that visits both sites; its cookies are kept by port, as by host."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.jars = {place.palabre: requests.Session(), place.issuer: requests.Session()}

    def _jar(self, url: str) -> requests.Session:
        parts = urlsplit(url)
        return self.jars[f"{parts.scheme}://{parts.netloc}"]

    def get(self, url: str) -> requests.Response:
        """One page, redirects not followed."""
        url = urljoin(self.place.palabre, url)
        return self._jar(url).get(url, allow_redirects=False, timeout=20)

    def post(self, url: str, fields: dict[str, str]) -> requests.Response:
        """One form; Palabre's own token is added."""
        url = urljoin(self.place.palabre, url)
        if url.startswith(self.place.palabre):
            fields = fields | {"csrf_token": self.token()}
        return self._jar(url).post(url, data=fields, allow_redirects=False, timeout=20)

    def token(self) -> str:
        """The form token of Palabre's session."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/sign-in").text)
        assert found
        return found[1]

    def to_provider(self, address: str = "/sign-in/with/essai") -> str:
        """Leave for the provider; its address with all that Palabre asks."""
        left = self.get(address)
        assert left.status_code == 302, left.text
        return str(left.headers["Location"])

    def identify(self, url: str, who: str) -> str:
        """Sign in and consent over there; the address that leads back."""
        for _step in range(12):
            answer = self.get(url)
            while answer.status_code in (302, 303):
                url = urljoin(url, answer.headers["Location"])
                if url.startswith(self.place.palabre):
                    return url
                answer = self.get(url)
            fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', answer.text))
            if "password" in answer.text:
                fields |= {"login": who, "password": "n’importe"}
            action = re.search(r'<form[^>]* action="([^"]+)"', answer.text)
            assert action, answer.text
            url = urljoin(url, self.post(urljoin(url, action[1]), fields).headers["Location"])
            if url.startswith(self.place.palabre):
                return url
        raise AssertionError("the provider never led back")

    def come_back(self, who: str) -> requests.Response:
        """The whole way there and back."""
        return self.get(self.identify(self.to_provider(), who))

    def is_signed_in(self) -> bool:
        """Whether Palabre knows this browser."""
        return self.get("/account").status_code == 200


def newcomer(place: Place, who: str, name: str) -> Traveller:
    """Somebody who joins through the provider."""
    traveller = Traveller(place)
    assert traveller.come_back(who).headers["Location"] == "/sign-in/new"
    assert traveller.post("/sign-in/new", {"name": name}).status_code == 303
    assert traveller.is_signed_in()
    return traveller


def test_what_is_asked_of_the_provider(place: Place) -> None:
    asked = parse_qs(urlsplit(Traveller(place).to_provider()).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    assert asked["redirect_uri"] == [f"{place.palabre}/sign-in/with/essai/back"]
    assert min(len(asked["state"][0]), len(asked["nonce"][0])) >= 32
    known = {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce",
             "code_challenge", "code_challenge_method"}  # fmt: skip
    assert set(asked) <= known, "ProConnect refuses what it does not know"


def test_a_newcomer_joins_comes_again_and_leaves_both_sites(place: Place) -> None:
    first = newcomer(place, "odette", "Odette")
    assert "Odette" in first.get("/account").text
    assert "odette@provider.example" in first.get("/account").text, "its provider has checked it"
    again = Traveller(place)
    assert again.come_back("odette").headers["Location"] == "/"
    assert "Odette" in again.get("/account").text
    left = again.post("/sign-out", {})
    assert left.status_code == 200
    assert "storage" in left.headers["Clear-Site-Data"]
    out = re.search(r'href="([^"]+/session/end[^"]+)"', left.text)
    assert out
    assert not again.is_signed_in()
    asked = parse_qs(urlsplit(out[1].replace("&amp;", "&")).query)
    assert asked["post_logout_redirect_uri"] == [f"{place.palabre}/"]
    assert asked["id_token_hint"]
    assert again.get(out[1].replace("&amp;", "&")).status_code == 200, "the provider knows it"


def test_an_address_that_nobody_has_checked_is_not_taken(place: Place) -> None:
    doubtful = newcomer(place, "doubtful", "Dora")
    assert "doubtful@provider.example" not in doubtful.get("/account").text


def test_an_account_is_never_found_by_its_address(place: Place) -> None:
    """A citizen has this very address; the provider's word for it opens nothing of hers."""
    native = Traveller(place)
    fields = {
        "name": "Noémie",
        "email": "noemie@provider.example",
        "password": "quatre mots bien à moi",
    }
    assert native.post("/sign-up", fields).status_code == 303
    claimant = newcomer(place, "noemie", "Autre Noémie")
    page = claimant.get("/account").text
    assert "Autre Noémie" in page
    assert "noemie@provider.example" not in page
    assert "Autre" not in native.get("/account").text


def test_a_provider_is_joined_from_inside_and_opens_that_account(place: Place) -> None:
    inside = Traveller(place)
    fields = {"name": "Solène", "email": "solene@example.org", "password": "quatre mots bien à moi"}
    assert inside.post("/sign-up", fields).status_code == 303
    assert inside.post("/account/identities/essai", {}).status_code == 200
    assert inside.come_back("solene").headers["Location"] == "/account"
    other = Traveller(place)
    assert other.come_back("solene").headers["Location"] == "/"
    assert "solene@example.org" in other.get("/account").text


def test_an_identity_that_opens_one_account_is_not_joined_to_another(place: Place) -> None:
    newcomer(place, "basile", "Basile")
    inside = Traveller(place)
    fields = {"name": "Ruse", "email": "ruse@example.org", "password": "quatre mots bien à moi"}
    assert inside.post("/sign-up", fields).status_code == 303
    assert inside.post("/account/identities/essai", {}).status_code == 200
    inside.come_back("basile")
    assert "ruse@example.org" in inside.get("/account").text
    again = Traveller(place)
    again.come_back("basile")
    assert "Basile" in again.get("/account").text


def test_a_stranger_cannot_join_their_identity_to_somebodys_account(place: Place) -> None:
    """Without the button pressed inside, coming back signs in; it joins nothing."""
    inside = Traveller(place)
    fields = {"name": "Cible", "email": "cible@example.org", "password": "quatre mots bien à moi"}
    assert inside.post("/sign-up", fields).status_code == 303
    inside.get(inside.identify(inside.to_provider(), "intruse"))
    again = Traveller(place)
    assert again.come_back("intruse").headers["Location"] == "/sign-in/new"


@pytest.mark.parametrize("broken", ["state", "code", "no state", "no code", "error"])
def test_a_return_that_does_not_fit_is_refused(place: Place, broken: str) -> None:
    traveller = Traveller(place)
    back = traveller.identify(traveller.to_provider(), "perle")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    if broken == "error":
        asked = {"error": "access_denied", "state": asked["state"]}
    elif broken.startswith("no "):
        del asked[broken.removeprefix("no ")]
    else:
        asked[broken] = "x" * len(asked[broken])
    answer = traveller.get(f"{urlsplit(back).path}?{urlencode(asked)}")
    assert answer.headers["Location"] == "/sign-in"
    assert not traveller.is_signed_in()
    assert "EssaiConnect" in traveller.get("/sign-in").text, "the page says what happened"


def test_a_return_opens_once_and_only_in_the_browser_that_left(place: Place) -> None:
    traveller, thief = Traveller(place), Traveller(place)
    back = traveller.identify(traveller.to_provider(), "ulysse")
    thief.to_provider()
    assert thief.get(back).headers["Location"] == "/sign-in"
    assert traveller.get(back).headers["Location"] == "/sign-in/new"
    assert traveller.get(back).headers["Location"] == "/sign-in", "used already"


def test_a_code_stolen_into_another_browsers_return_is_refused(place: Place) -> None:
    """PKCE: the code is worth nothing without the secret of the browser that asked for it."""
    victim, thief = Traveller(place), Traveller(place)
    code = parse_qs(urlsplit(victim.identify(victim.to_provider(), "zoe")).query)["code"][0]
    own = parse_qs(urlsplit(thief.to_provider()).query)["state"][0]
    mixed = urlencode({"code": code, "state": own})
    assert thief.get(f"/sign-in/with/essai/back?{mixed}").headers["Location"] == "/sign-in"
    assert not thief.is_signed_in()
