"""Coming in, in a real browser: codes, passkeys and another provider, and the pages on the way."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from civic.settings import ROOT
from tests.browser.conftest import DESKTOP, PATIENCE_MS, PHONE
from tests.browser.test_pages import faults_of
from tests.real.server import Server, environment, free_port
from tests.real.test_providers import HERE, SETTINGS, node, wait_for  # noqa: F401

ADMINISTRATOR = "regie@example.org"
PASSWORD = "quatre mots bien à moi"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def address(node: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:  # noqa: F811
    """A real instance named localhost, as passkeys want a name, and a provider."""
    folder = tmp_path_factory.mktemp("ways-in")
    ours, theirs = free_port(), free_port()
    base = f"http://localhost:{ours}"
    issuer = f"http://127.0.0.1:{theirs}"
    (folder / "providers.toml").write_text(SETTINGS.format(issuer=issuer))
    env = environment(
        folder, ours, PALABRE_BASE_URL=base, PALABRE_DEMONSTRATION="false",
        PALABRE_PROVIDERS_FILE=str(folder / "providers.toml"),
    )  # fmt: skip
    for command in (
        ["setup"],
        ["create-administrator", ADMINISTRATOR, "--name", "Régie", "--password", PASSWORD],
    ):
        subprocess.run([sys.executable, "-m", "app", *command], cwd=ROOT, env=env, check=True)
    with (folder / "provider.log").open("w") as log:
        back = f"{base}/sign-in/with/essai/back"
        process = subprocess.Popen(
            [node, "provider.mjs", str(theirs), back], cwd=HERE, stdout=log, stderr=log
        )
        try:
            wait_for(issuer, process, folder / "provider.log")
            with Server(env):
                yield base
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture
def window(browser: Browser, address: str) -> Iterator[Open]:
    """Open a window of one person; any complaint of the page or of its policy fails the test."""
    contexts: list[Any] = []
    faults: list[str] = []

    def opened(javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=address, java_script_enabled=javascript, locale="fr-FR", viewport=DESKTOP
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    # Chromium notes an answer of 4xx as an error of its console: those are part of the journeys.
    assert not [fault for fault in faults if "Failed to load resource" not in fault]


def looked_at(page: Page, javascript: bool = True) -> None:
    """The page is accessible in both schemes and whole on a telephone."""
    if javascript:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert not faults_of(page, scheme), page.url
    for size in (PHONE, {"width": 320, "height": 700}):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], page.url
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.locator("form[action='/sign-in'] button.button:not([type=button])").click()


def sign_up(page: Page, name: str, email: str) -> None:
    page.goto("/sign-up")
    page.get_by_label("Nom ou pseudonyme").fill(name)
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Créer mon compte").click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Se déconnecter").first.click()


def give_code(page: Page, secret: str, later: int = 0) -> None:
    """Type the code of this half minute, or of the next."""
    import datetime  # noqa: PLC0415

    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=30 * later)
    page.get_by_label("Code").fill(pyotp.TOTP(secret).at(moment))


def test_an_administrator_sets_up_codes_and_signs_in_with_one(window: Open) -> None:
    page = window()
    sign_in(page, ADMINISTRATOR)
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon second facteur")
    expect(page.get_by_role("link", name="Administration")).to_have_count(0)
    looked_at(page)
    page.get_by_role("button", name="Mettre en place les codes").click()
    picture = page.locator("img.qr")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 100, "the QR code is drawn"
    secret = page.locator("code.secret").inner_text()
    looked_at(page)
    give_code(page, secret)
    page.get_by_role("button", name="Confirmer").click()
    expect(page.locator(".recovery code")).to_have_count(10)
    recovery = page.locator(".recovery code").first.inner_text()
    looked_at(page)
    expect(page.get_by_role("link", name="Administration")).to_be_visible()
    sign_out(page)
    sign_in(page, ADMINISTRATOR)
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre second facteur")
    looked_at(page)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("#error-summary")).to_be_focused()
    give_code(page, secret, later=1)
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("link", name="Administration")).to_be_visible()
    plain = window(javascript=False)
    sign_in(plain, ADMINISTRATOR)
    plain.get_by_label("Code").fill(recovery)
    plain.get_by_role("button", name="Continuer").click()
    expect(plain.get_by_role("link", name="Administration")).to_be_visible()


def test_a_passkey_is_made_signs_in_proves_presence_and_is_taken_away(window: Open) -> None:
    page = window()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }})  # fmt: skip
    sign_up(page, "Paloma", "paloma@example.org")
    page.goto("/account/passkeys/new")
    looked_at(page)
    page.get_by_label("Nom de cette clé d’accès").fill("Mon téléphone")
    page.get_by_role("button", name="Créer la clé d’accès").click()
    expect(page.locator(".recovery code")).to_have_count(10)
    page.get_by_role("link", name="Je les ai mis de côté").click()
    expect(page.get_by_label("Nom de cette clé d’accès")).to_have_value("Mon téléphone")
    looked_at(page)
    sign_out(page)
    page.goto("/sign-in")
    looked_at(page)
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.locator(".masthead__name")).to_contain_text("Paloma")
    page.goto("/account/check?next=/account/second-factor")
    looked_at(page)
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.wait_for_url("**/account/second-factor")
    page.get_by_label("Nom de cette clé d’accès").fill("Mon nouveau téléphone")
    page.get_by_role("button", name="Renommer").click()
    expect(page.get_by_label("Nom de cette clé d’accès")).to_have_value("Mon nouveau téléphone")
    page.get_by_role("button", name=re.compile("^Retirer")).click()
    expect(page.get_by_label("Nom de cette clé d’accès")).to_have_count(0)
    sign_out(page)
    page.goto("/sign-in")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.get_by_text("La clé d’accès n’a pas été reconnue")).to_be_visible()
    expect(page.locator(".masthead__name")).to_have_count(0)


def test_a_device_that_refuses_is_told_and_nothing_is_sent(window: Open) -> None:
    page = window()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": False, "automaticPresenceSimulation": True,
    }})  # fmt: skip
    page.goto("/sign-in")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.locator("#status")).to_contain_text("La clé d’accès n’a pas servi")


def test_somebody_comes_in_through_another_provider_and_leaves_both(
    window: Open, javascript: bool
) -> None:
    page = window(javascript)
    who = "colette" if javascript else "colin"
    page.goto("/sign-in")
    page.get_by_role("link", name="Se connecter avec EssaiConnect").click()
    page.locator("input[name=login]").fill(who)
    page.locator("input[name=password]").fill("n’importe")
    page.locator("button[type=submit]").click()
    page.locator("button[type=submit]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bienvenue")
    looked_at(page, javascript)
    page.get_by_label("Nom ou pseudonyme").fill(who.capitalize())
    page.get_by_role("button", name="Créer mon compte").click()
    expect(page.locator(".masthead__name")).to_contain_text(who.capitalize())
    page.goto("/account")
    looked_at(page, javascript)
    expect(page.get_by_text("Sites qui se portent garants de moi")).to_be_visible()
    sign_out(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous êtes déconnecté")
    looked_at(page, javascript)
    page.get_by_role("link", name="Se déconnecter aussi de EssaiConnect").click()
    assert "/session/end" in page.url
