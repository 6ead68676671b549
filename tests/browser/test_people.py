"""An inhabitant is verified at the town hall, takes their data with them, and leaves for good."""

from __future__ import annotations

import time
import zipfile

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Opener, enter
from tests.browser.test_citizen import PASSWORD, SPACE, sign_up
from tests.browser.test_pages import faults_of

PATIENCE_SECONDS = 30


def come_in(page: Page, email: str) -> None:
    """Sign up, confirm, sign in."""
    sign_up(page, email)
    page.goto("/sign-in")
    page.locator("input[name='email']").fill(email)
    page.locator("input[name='password']").fill(PASSWORD)
    page.locator("main form button:not([type])").first.click()
    page.wait_for_load_state()


def wait_for_file(page: Page) -> None:
    """Come back to the page until the worker has written the file."""
    ending = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ending:
        page.goto("/account/data")
        if page.locator("form[action^='/account/data/'] button").count():
            return
        page.wait_for_timeout(500)
    raise AssertionError("the file was never ready")


def test_an_inhabitant_is_verified_takes_their_data_and_leaves(
    open_page: Opener, javascript: bool
) -> None:
    email = f"partante-{int(javascript)}@example.org"
    person, official = open_page(javascript, viewport=PHONE), open_page(javascript)
    come_in(person, email)

    enter(official, "elue")
    official.goto(f"{SPACE}/verification/desk")
    official.locator("input[name='by_letter']").check()
    official.locator("form[action$='/requirement'] button").click()
    person.goto(f"{SPACE}/verification")
    person.locator("input[name='code']").fill("ABCD-EFGH-JKMN")
    person.locator("form[action$='/letter'] button").click()
    expect(person.locator("#error-summary")).to_contain_text("essai")
    official.locator("input[name='email']").fill(email)
    official.locator("input[name='seen']").check()
    official.locator("form[action$='/desk'] button").click()
    expect(official.locator("main")).to_contain_text("vérifiée")
    person.goto(f"{SPACE}/verification")
    expect(person.locator("main")).to_contain_text("Tout ce qui est gardé")
    if javascript:
        assert faults_of(person) == []
        assert faults_of(official) == []

    person.goto("/account/data")
    person.locator("form[action='/account/data'] button").click()
    wait_for_file(person)
    with person.expect_download() as taken:
        person.locator("form[action^='/account/data/'] button").first.click()
    assert "index.html" in zipfile.ZipFile(taken.value.path()).namelist()

    person.goto("/account/deletion")
    if javascript:
        assert faults_of(person) == []
    person.locator("input[name='sure']").check()
    person.locator("main form .button--danger").click()
    expect(person.locator("h1")).to_have_text("Votre compte est supprimé")
    assert person.goto("/account").status == 401  # type: ignore[union-attr]
    for path in ("/privacy", "/cookies", "/who-can-do-what"):
        person.goto(path)
        width = person.evaluate("document.documentElement.scrollWidth") if javascript else 0
        assert width <= PHONE["width"], path
        if javascript:
            assert faults_of(person) == [], path
